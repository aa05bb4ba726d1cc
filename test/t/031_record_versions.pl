# The table may be that of another version of the extension, or changed by hand: what fits is written,
# and what does not fit becomes a line in the server log; the statement goes on either way.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('versions');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION ddl_warden');

# Only while the server itself has the warden switched off can its table be changed.
sub change
{
	my (@sql) = @_;
	$node->safe_psql('postgres', "ALTER SYSTEM SET ddl_warden.mode = off");
	$node->restart;
	$node->safe_psql('postgres', $_) for @sql;
	$node->safe_psql('postgres', "ALTER SYSTEM RESET ddl_warden.mode");
	$node->restart;
}

# Runs a statement that must succeed; how many rows it left, and the reason that the log gives.
my $tables = 0;
sub recorded
{
	my ($columns) = (@_, 'a int');
	my $name = 'made_' . ++$tables;
	my $before = -s $node->logfile;
	$node->safe_psql('postgres', "CREATE TABLE $name ($columns)");
	my ($reason) = slurp_file($node->logfile, $before) =~ /outcome="committed" .*no_row_because="(.*?)" statement="CREATE TABLE $name/;
	return $node->safe_psql('postgres', "SELECT count(*) FROM ddl_warden.decision_log WHERE statement LIKE 'CREATE TABLE $name %'")
		. (defined $reason ? ": $reason" : '');
}

my $log = 'ddl_warden.decision_log';

is(recorded(), '1', 'as installed');

change("ALTER TABLE $log ADD COLUMN of_the_future text, ADD COLUMN generated text GENERATED ALWAYS AS (command || '!') STORED");
is(recorded(), '1', 'a table that is newer than the library: columns more');

# The table of the further relations, too
$node->safe_psql('postgres', 'CREATE TABLE keyed (a int PRIMARY KEY)');
my $further = 'ddl_warden.decision_relation';
my $two = 'a int REFERENCES keyed';
is(recorded($two), '1', 'a statement about two relations');
is($node->safe_psql('postgres', "SELECT relation FROM $further ORDER BY decision_id DESC LIMIT 1"), 'public.keyed', 'the second one');
change("ALTER TABLE $further ADD COLUMN of_the_future text");
is(recorded($two), '1', 'newer than the library: a column more');
change("ALTER TABLE $further ADD COLUMN required int NOT NULL DEFAULT 0");
is(recorded($two), '0: the table of its relations is not as the extension made it', 'a required column that the library does not know');
is(recorded(), '1', 'nobody asks for it where there is one relation');
change("ALTER TABLE $further DROP COLUMN required", "CREATE INDEX odd ON $further (lower(relation))");
is(recorded($two), '0: the table of its relations is not as the extension made it', 'an index on an expression');
change("DROP INDEX ddl_warden.odd");
is(recorded($two), '1', 'without it');

# What reads the table goes first: views and functions of SQL, those made last before those they read
my @readers = map { /\(/ ? "FUNCTION $_" : "VIEW $_" } split /\n/, $node->safe_psql('postgres', qq{
	SELECT coalesce(p.oid::regprocedure::text, r.ev_class::regclass::text)
	FROM pg_depend d
	LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
	LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
	WHERE d.refobjid = '$log'::regclass AND (r.oid IS NOT NULL OR p.oid IS NOT NULL)
	GROUP BY p.oid, r.ev_class ORDER BY coalesce(p.oid, r.ev_class) DESC});
change((map { ("ALTER EXTENSION ddl_warden DROP $_", "DROP $_") } @readers),
	"ALTER EXTENSION ddl_warden DROP TABLE $further", "DROP TABLE $further",
	"ALTER TABLE $log DROP COLUMN impact, DROP COLUMN run_ms, ALTER COLUMN query_id TYPE text");
is(recorded(), '1', 'a table that is older: columns less, and one of another type');
is(recorded($two), '1', 'no table of further relations');

change("ALTER TABLE $log ADD COLUMN impact jsonb", "CREATE INDEX plain ON $log (command, role_name)");
is(recorded(), '1', 'an index more');
is($node->safe_psql('postgres', "SET enable_seqscan = off; SELECT count(*) FROM $log WHERE command = 'CREATE TABLE' AND statement LIKE '%made_$tables %'"), '1',
	'has an entry for the row');

for my $bad ('INDEX odd ON LOG (lower(command))', 'INDEX odd ON LOG (command) WHERE outcome = \'failed\'', 'INDEX odd ON LOG USING hash (command)')
{
	(my $create = "CREATE $bad") =~ s/LOG/$log/;
	change($create);
	is(recorded(), '0: its table has an index that is locked or not plain', "CREATE $bad");
	change('DROP INDEX ddl_warden.odd');
}
change("ALTER TABLE $log ADD CONSTRAINT odd UNIQUE (id) DEFERRABLE");
is(recorded(), '0: its table has an index that is locked or not plain', 'a deferrable constraint');
change("ALTER TABLE $log DROP CONSTRAINT odd");
is(recorded(), '1', 'without it');

change("ALTER TABLE $log ADD COLUMN required int NOT NULL DEFAULT 0");
is(recorded(), '0: its table has a column that must not be NULL', 'a required column that the library does not know');
change("ALTER TABLE $log DROP COLUMN required");

change("ALTER TABLE $log ADD CONSTRAINT never CHECK (false) NOT VALID",
	"CREATE FUNCTION public.never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''never''; END'",
	"CREATE TRIGGER never BEFORE INSERT ON $log FOR EACH ROW EXECUTE FUNCTION public.never()",
	"CREATE RULE never AS ON INSERT TO $log DO INSTEAD NOTHING",
	"ALTER TABLE $log ENABLE ROW LEVEL SECURITY", "ALTER TABLE $log FORCE ROW LEVEL SECURITY");
is(recorded(), '1', 'triggers, rules, row security and checks are for SQL');

# A large value goes out of line
$node->safe_psql('postgres', "COMMENT ON TABLE made_1 IS '" . join('', map { sprintf '%x', $_ * 7919 } 1 .. 20000) . "'");
is($node->safe_psql('postgres', "SELECT length(statement) > 80000 FROM $log WHERE statement LIKE 'COMMENT%'"), 't', 'a large statement');
change("ALTER TABLE $log DISABLE TRIGGER ALL");
$node->safe_psql('postgres', 'COMMENT ON TABLE made_1 IS $c$' . ('y' x 3_000_000) . '$c$');
is($node->safe_psql('postgres', "SELECT length(statement) - 1024 * 1024 FROM $log ORDER BY id DESC LIMIT 1"), '3', 'a huge one is cut at 1 MB');

# A table of that name that is not the extension owner's is none of ours
change("CREATE ROLE somebody", "ALTER TABLE $log OWNER TO somebody");
is(recorded(), '0: there is no table for it', 'a table of somebody else');

# ... nor in a database without the extension
$node->safe_psql('postgres', 'CREATE DATABASE other');
$node->safe_psql('other', 'CREATE SCHEMA ddl_warden');
$node->safe_psql('other', "CREATE TABLE ddl_warden.decision_log (id text, statement text)");
$node->safe_psql('other', 'CREATE TABLE plain (a int)');
is($node->safe_psql('other', 'SELECT count(*) FROM ddl_warden.decision_log'), '0', 'a database without the extension');

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|terminated by signal/, 'nothing crashed');
$node->stop;

done_testing();
