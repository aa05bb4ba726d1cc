# A statement that would fail anyway fails in the server's own words: those of the catalogue, and others made
# from them by breaking them, run once while every rule refuses what it can and once with the warden off. All
# of the error must be the same, down to the line of the server's source; some are refused before the server
# comes to see what is wrong. explain and lint have no error of their own for it either: a syntax error, at most.
#
#   BROKEN=n   so many ways of breaking each statement (2)
#   SEED=n     repeats a run's dice
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Catalogue;
use Session;

my $folder = 'test/catalogue';
my $ways = $ENV{BROKEN} // 2;
my $seed = $ENV{SEED} // time;
srand $seed;
note "SEED=$seed";

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'ddl_warden'
allow_in_place_tablespaces = on
wal_level = logical
max_locks_per_transaction = 512
autovacuum = off
log_statement = none
log_min_error_statement = panic
log_min_messages = error
CONF
$node->start;
my ($status, undef, $stderr) =
  $node->psql('postgres', "SET ddl_warden.mode = off;\n" . slurp_file("$folder/schema.sql"), on_error_stop => 1);
die "schema.sql: $stderr" if $status != 0;
$node->safe_psql('postgres', "UPDATE ddl_warden.rule SET action = 'deny', tolerate_bytes = 0");

my $major = $node->safe_psql('postgres', 'SHOW server_version_num') / 10000;
my @statements = map { $_->{statement} } grep { !$_->{first} && !$_->{alone} }
  map { Catalogue::read($_, $major) } grep { !/schema\.sql$/ } sort glob "$folder/*.sql";

# ---- what must fail as it does without the warden, whatever the dice say

my %certain = map { $_ => 'asked' } grep { /\S/ } split /\n/, <<'SQL';
ALTER TABLE nowhere ADD COLUMN z int
ALTER TABLE nowhere.t ADD COLUMN z int
ALTER TABLE t ADD COLUMN z nothing
ALTER TABLE t ADD COLUMN z numeric(5, t) DEFAULT 1.234
ALTER TABLE t ADD COLUMN z text(3)
ALTER TABLE t ALTER COLUMN n TYPE numeric(pg_catalog, 4)
ALTER TABLE t ALTER COLUMN n TYPE text(3)
ALTER TABLE t ADD COLUMN z int DEFAULT nothing()
ALTER TABLE t ADD COLUMN z int DEFAULT 'x'
ALTER TABLE t ADD COLUMN z int DEFAULT a
ALTER TABLE t ADD COLUMN z int DEFAULT (SELECT 1)
ALTER TABLE t ADD COLUMN z float DEFAULT random() COLLATE "nothing"
ALTER TABLE t ADD COLUMN a int
ALTER TABLE t ADD COLUMN a float DEFAULT random()
ALTER TABLE t ADD COLUMN z int PRIMARY KEY
ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (nothing + 1) STORED
ALTER TABLE t ADD COLUMN z int GENERATED ALWAYS AS (a) STORED COLLATE "C"
ALTER TABLE p ADD COLUMN z int UNIQUE
ALTER TABLE t ADD COLUMN z int REFERENCES nowhere
ALTER TABLE t DROP COLUMN nothing
ALTER TABLE t DROP CONSTRAINT nothing
ALTER TABLE t ALTER nothing TYPE bigint
ALTER TABLE t ALTER a TYPE nothing
ALTER TABLE t ALTER a TYPE date
ALTER TABLE t ALTER a TYPE bigint USING nothing
ALTER TABLE t ALTER a TYPE bigint USING a + nothing()
ALTER TABLE t ALTER a TYPE text USING a + b
ALTER TABLE t ALTER ctid TYPE text
ALTER TABLE p ALTER id TYPE bigint
ALTER TABLE ONLY p ALTER a TYPE bigint
ALTER TABLE p1 ALTER a TYPE bigint
ALTER TABLE inhc ALTER a TYPE bigint
ALTER TABLE t ALTER nothing SET NOT NULL
ALTER TABLE t ALTER nothing SET DEFAULT 1
ALTER TABLE t ALTER a SET DEFAULT nothing()
ALTER TABLE t ADD UNIQUE (nothing)
ALTER TABLE t ADD UNIQUE (a, a)
ALTER TABLE t ADD PRIMARY KEY (a)
ALTER TABLE plain ADD PRIMARY KEY (nothing)
ALTER TABLE p ADD UNIQUE (a)
ALTER TABLE p ADD PRIMARY KEY (a)
ALTER TABLE t ADD EXCLUDE (nothing WITH =)
ALTER TABLE t ADD UNIQUE USING INDEX nothing
ALTER TABLE t ADD CHECK (nothing > 0)
ALTER TABLE t ADD CHECK (a)
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES nowhere
ALTER TABLE t ADD FOREIGN KEY (nothing) REFERENCES r
ALTER TABLE t VALIDATE CONSTRAINT nothing
ALTER TABLE t SET TABLESPACE nothing
ALTER TABLE t SET ACCESS METHOD nothing
ALTER TABLE t SET (nothing = 1)
ALTER TABLE t CLUSTER ON nothing
ALTER TABLE t OWNER TO no_such_role
ALTER TABLE t REPLICA IDENTITY USING INDEX nothing
ALTER TABLE t DISABLE TRIGGER nothing
ALTER TABLE t INHERIT nowhere
ALTER TABLE t OF nothing
ALTER TABLE t ATTACH PARTITION plain FOR VALUES IN (1)
ALTER TABLE p ATTACH PARTITION nowhere FOR VALUES FROM (5000) TO (6000)
ALTER TABLE p ATTACH PARTITION newp FOR VALUES IN (1)
ALTER TABLE p ATTACH PARTITION newp FOR VALUES FROM (nothing) TO (6000)
ALTER TABLE p ATTACH PARTITION newp FOR VALUES FROM ('x') TO (6000)
ALTER TABLE p ATTACH PARTITION newp FOR VALUES FROM (0) TO (10)
ALTER TABLE p DETACH PARTITION t
ALTER INDEX t_a SET TABLESPACE nothing
ALTER INDEX nothing RENAME TO something
CREATE INDEX ON nowhere (a)
CREATE INDEX ON t (nothing)
CREATE INDEX ON t (a) INCLUDE (nothing)
CREATE INDEX ON t ((nothing + 1))
CREATE INDEX ON t (a nothing)
CREATE INDEX ON t (a COLLATE "nothing")
CREATE INDEX ON t USING nothing (a)
CREATE INDEX ON t USING gist (a)
CREATE INDEX ON t (a) WHERE nothing > 1
CREATE INDEX ON px (nothing)
CREATE UNIQUE INDEX ON p (a)
CREATE INDEX t_a ON t (b)
CREATE INDEX ON t (b) TABLESPACE nothing
CREATE INDEX ON t (b) WITH (nothing = 1)
CREATE INDEX ON t ((random()))
CREATE INDEX ON t (a) WHERE ts < now()
CREATE INDEX CONCURRENTLY ON t (a)
DROP INDEX nothing
REINDEX TABLE nowhere
REINDEX INDEX t
REINDEX TABLE p
REINDEX (nothing) TABLE t
REINDEX (TABLESPACE nothing) TABLE t
CLUSTER t USING nothing
CLUSTER t USING px_a
CLUSTER nowhere
VACUUM FULL t
REFRESH MATERIALIZED VIEW t
REFRESH MATERIALIZED VIEW nowhere
TRUNCATE nowhere
TRUNCATE r
DROP TABLE nowhere
DROP TABLE r
DROP VIEW t
DROP SCHEMA nowhere
DROP SCHEMA public
DROP TYPE nothing
DROP FUNCTION nothing()
ALTER DOMAIN nothing ADD CHECK (value > 0)
ALTER TYPE nothing ADD ATTRIBUTE z int
ALTER TYPE ct ALTER ATTRIBUTE nothing TYPE bigint
CREATE TABLE z (id nothing)
CREATE TABLE z (id int REFERENCES nowhere)
CREATE TABLE z PARTITION OF nowhere FOR VALUES IN (1)
CREATE TABLE z PARTITION OF p FOR VALUES FROM (0) TO (10)
CREATE TABLE t (id int)
CREATE VIEW z AS SELECT nothing FROM t
CREATE TRIGGER z BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION nothing()
CREATE POLICY z ON t USING (nothing)
CREATE PUBLICATION z FOR TABLE nowhere
CREATE STATISTICS z ON a, nothing FROM t
CREATE SEQUENCE z OWNED BY t.nothing
GRANT SELECT ON nowhere TO PUBLIC
GRANT SELECT ON t TO no_such_role
COMMENT ON COLUMN t.nothing IS 'x'
ALTER TABLE t RENAME nothing TO something
ALTER TABLE t RENAME TO r
ALTER TABLE t SET SCHEMA nowhere
ALTER TABLE t ADD COLUMN
CREATE INDEX ON t
ALTER TABLE t ALTER a TYPE
SQL

# Outside a block, where they would be judged.
my %alone = map { $_ => 1 } grep { /\S/ } split /\n/, <<'SQL';
VACUUM (FULL, nothing) t
VACUUM (FULL, VERBOSE nothing) t
VACUUM (FULL, PARALLEL) t
VACUUM (FULL, PARALLEL 2) t
VACUUM (FULL, PARALLEL 5000) t
VACUUM (FULL, DISABLE_PAGE_SKIPPING) t
VACUUM (FULL, PROCESS_TOAST off) t
VACUUM (FULL) t (a)
SQL
$certain{$_} = 'asked' for keys %alone;

# ---- breaking

sub one_of { return $_[ rand @_ ]; }

# Another name for the n-th word, whatever it is: a relation, a column, a type, a function, a keyword.
sub misnamed
{
	my ($words) = @_;
	$words->[ 1 + rand $#$words ] = one_of('nowhere', 'pg_class', 'nowhere.nothing', '"No Such"', 'int4', 'pg_catalog', 'text', 't', 'p');
	return join ' ', @$words;
}

# One word less, one too many, or two in each other's place.
sub shortened { my ($words) = @_; splice @$words, 1 + rand $#$words, 1; return join ' ', @$words; }
sub doubled { my ($words) = @_; my $at = 1 + rand $#$words; splice @$words, $at, 0, $words->[$at]; return join ' ', @$words; }
sub swapped
{
	my ($words) = @_;
	my ($a, $b) = map { 1 + rand $#$words } 1 .. 2;
	@$words[ $a, $b ] = @$words[ $b, $a ];
	return join ' ', @$words;
}

sub broken
{
	my ($statement) = @_;
	my @words = $statement =~ /'[^']*'|\$\$.*?\$\$|"[^"]*"|[\w.]+|\S/g;
	return $statement if @words < 3;
	return one_of(\&misnamed, \&misnamed, \&misnamed, \&misnamed, \&shortened, \&doubled, \&swapped)->(\@words);
}

# ---- comparing

my $enforcing = Session->open($node, 'postgres');
my $plain = Session->open($node, 'postgres');
$_->rows("SET statement_timeout = '1min'; SET client_min_messages = error") for $enforcing, $plain;
$plain->rows('SET ddl_warden.mode = off');

sub ask
{
	my ($session, $query) = @_;
	my $answer = $session->ask($query);
	die "$query: the connection is lost\n" if $session->lost;
	return $answer->{error} ? $answer->{error}{fields} : {};
}

# The error of a statement whose deeds are undone.
sub error_of
{
	my ($session, $statement) = @_;
	return ask($session, $statement) if $alone{$statement};
	$session->rows('BEGIN');
	my $error = ask($session, $statement);
	$session->rows('ROLLBACK');
	return $error;
}

sub told { my ($error, @fields) = @_; return join "\n", map { "    $_ " . ($error->{$_} // '') } @fields ? @fields : sort keys %$error; }

my ($failing, $early, %codes, @differences, @of_looking) = (0, 0);
for my $statement ((map { my $whole = $_; $whole, map { broken($whole) } 1 .. $ways } @statements), sort keys %certain)
{
	my $text = "'" . ($statement =~ s/'/''/gr) . "'";
	my $guarded = error_of($enforcing, $statement);
	my $bare = error_of($plain, $statement);

	for my $function (qw(explain lint))
	{
		my $error = ask($enforcing, "SELECT count(*) FROM ddl_warden.$function($text)");
		push @of_looking, "$function $statement\n" . told($error) if %$error && told($error, qw(C M R)) ne told($bare, qw(C M R));
	}
	next if !%$bare;    # refused or not
	$failing++;
	$certain{$statement} = 'failed' if $certain{$statement};
	$codes{ $bare->{C} }++;
	if (($guarded->{C} // '') eq 'WD001' && !$certain{$statement})
	{
		$early++;
		note "$statement\n    $bare->{M}";
	}
	elsif (told($guarded) ne told($bare))
	{
		push @differences, "$statement\n" . told($guarded) . "\n  instead of\n" . told($bare);
	}
}
cmp_ok($failing, '>', 200 * (1 + $ways), "$failing statements that fail, with " . scalar(keys %codes) . ' codes');
is(join("\n", @differences), '', "fail as they do without the warden, but for $early that are refused");
cmp_ok($early, '<', $failing / 100, 'which are few');
is(join("\n", grep { $certain{$_} ne 'failed' } sort keys %certain), '', scalar(keys %certain) . ' statements of all families are among those that fail');
is(join("\n", @of_looking), '', 'and are explained and linted with no error but one of the grammar');
diag($_) for grep { /could not judge/ } split /\n/, slurp_file($node->logfile);
is($node->safe_psql('postgres', "SELECT value FROM ddl_warden.metrics WHERE name = 'ddl_warden_faults_total'"), '0', 'without a fault of the warden');
note join ', ', map { "$_ $codes{$_}" } sort { $codes{$b} <=> $codes{$a} } keys %codes;

$node->stop;
done_testing();
