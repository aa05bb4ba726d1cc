# pg_upgrade moves the record's files: every row, number, rule and pause is there afterwards, and new rows
# follow.  It loads the library into servers of its own, also into one that does not preload it.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Cwd qw(getcwd);
use Test::More;

chomp(my $bindir = `pg_config --bindir`);

my $old = PostgreSQL::Test::Cluster->new('old');
$old->init;
$old->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'");
$old->start;
$old->safe_psql('postgres', q{
	CREATE EXTENSION ddl_warden;
	UPDATE ddl_warden.rule SET tolerate_bytes = 4711 WHERE name = 'table_rewrite';
	CREATE TABLE orders (id int);
	INSERT INTO orders VALUES (1);
	SELECT ddl_warden.pause('1 hour', 'about to be upgraded');
	CREATE INDEX in_pause ON orders (id);
	SELECT ddl_warden.pause('0', 'goes on');
	ALTER TABLE orders ADD note text;
});
# A value out of line, which has files of its own, and a database without the extension
$old->safe_psql('postgres', "COMMENT ON TABLE orders IS '" . join('', map { sprintf '%x', $_ * 7919 } 1 .. 20000) . "'");
$old->safe_psql('postgres', 'CREATE DATABASE plain');
isnt($old->psql('postgres', 'CREATE INDEX refused ON orders (id)'), 0, 'the old server refuses');

# All that is kept, whatever tables there are
my %kept = map { $_ => "SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)), count(*) FROM ddl_warden.$_ t" }
	split /\n/, $old->safe_psql('postgres',
	q{SELECT relname FROM pg_class WHERE relnamespace = 'ddl_warden'::regnamespace AND relkind = 'r'});
my %before = map { $_ => $old->safe_psql('postgres', $kept{$_}) } keys %kept;
my $last = $old->safe_psql('postgres', 'SELECT max(id) FROM ddl_warden.decision_log');
my $definition = q{
	SELECT string_agg(x, E'\n' ORDER BY x) FROM (
		SELECT concat_ws(' ', c.relname, c.relreplident, c.relkind, c.reloptions, c.relacl, obj_description(c.oid, 'pg_class')) AS x
		FROM pg_class c WHERE relnamespace = 'ddl_warden'::regnamespace AND relkind IN ('r', 'v')
		UNION ALL SELECT concat_ws(' ', p.oid::regprocedure, pg_get_function_result(p.oid), p.provolatile, p.proparallel, p.proisstrict, p.probin, p.prosrc, p.proacl) FROM pg_proc p WHERE pronamespace = 'ddl_warden'::regnamespace
		UNION ALL SELECT concat_ws(' ', indexrelid::regclass, indisvalid) FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace = 'ddl_warden'::regnamespace
		UNION ALL SELECT 'members ' || count(*) FROM pg_depend WHERE deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'ddl_warden')
	) s };
my $defined = $old->safe_psql('postgres', $definition);
my $recorded = $old->safe_psql('postgres', q{SELECT count(*) FROM ddl_warden.decision_log WHERE verdict <> 'deny'});
$old->stop;

# Upgrades to a new server, which is returned.
sub upgrade
{
	my ($name, $conf, @options) = @_;
	my $new = PostgreSQL::Test::Cluster->new($name);
	$new->init;
	$new->append_conf('postgresql.conf', $conf);
	my @upgrade = ('pg_upgrade',
		'--old-datadir', $old->data_dir, '--new-datadir', $new->data_dir, '--old-bindir', $bindir, '--new-bindir', $bindir,
		'--socketdir', $new->host, '--old-port', $old->port, '--new-port', $new->port);
	# it writes into the current directory
	my $here = PostgreSQL::Test::Utils::tempdir;
	my $cwd = getcwd();
	chdir $here or die "chdir: $!";
	command_ok([ @upgrade, '--check', @options ], "$name: pg_upgrade --check");
	command_ok([ @upgrade, @options ], "$name: pg_upgrade");
	chdir $cwd or die "chdir: $!";
	$new->start;
	return $new;
}

sub has_everything
{
	my ($new, $expected) = @_;
	is($new->safe_psql('postgres', $kept{$_}), $before{$_}, $new->name . ": rows of $_") for sort keys %kept;
	is($new->safe_psql('postgres', $definition), $defined, $new->name . ': tables, views, functions, privileges');
}

sub goes_on
{
	my ($new) = @_;
	my $name = $new->name;
	is($new->safe_psql('postgres', 'SELECT versions_match, loaded, mode, rules_changed, paused_until FROM ddl_warden.status()'),
		't|preloaded|enforce|1|', "$name: status");
	isnt($new->psql('postgres', 'CREATE INDEX refused ON orders (id)'), 0, "$name: refuses");
	$new->safe_psql('postgres', 'ALTER TABLE orders ADD after_the_upgrade int');
	is($new->safe_psql('postgres', "SELECT id > $last, outcome FROM ddl_warden.decision_log WHERE statement LIKE '%after_the_upgrade%'"),
		't|committed', "$name: new rows follow, with numbers that ascend");
	is($new->safe_psql('postgres', q{SET enable_seqscan = off; SET enable_bitmapscan = off;
		SELECT count(*) FROM ddl_warden.decision_log WHERE id > 0 AND verdict <> 'deny'}), $recorded + 1, "$name: the index on id has them all");
	is($new->safe_psql('postgres', 'SELECT value FROM ddl_warden.metrics WHERE name = \'ddl_warden_judged_total\''), '2',
		"$name: counters begin with the server");
	isnt($new->psql('plain', 'SELECT ddl_warden.status()'), 0, "$name: a database without the extension has none");
}

# Files copied; nothing of the upgrade itself is judged or recorded
my $preloads = upgrade('preloads', "shared_preload_libraries = 'ddl_warden'");
has_everything($preloads);
goes_on($preloads);

# Without preload: the upgrade loads the library all the same, to see that it is there
my $without = upgrade('without', '');
has_everything($without);
is($without->safe_psql('postgres', 'SELECT loaded, next_step FROM ddl_warden.status()'),
	"NOT LOADED|Set shared_preload_libraries = 'ddl_warden' in postgresql.conf and restart the server.", 'without: status says what to do');
$without->safe_psql('postgres', 'CREATE INDEX unguarded ON orders (id)');
$without->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'");
$without->restart;
goes_on($without);
$without->stop;

# Files linked: last, as the old server must not start any more
$preloads->stop;
my $linked = upgrade('linked', "shared_preload_libraries = 'ddl_warden'", '--link');
has_everything($linked);
goes_on($linked);
$linked->stop;

unlike(slurp_file($_->logfile), qr/PANIC|TRAP|terminated by signal/, $_->name . ': nothing crashed') for $preloads, $without, $linked;
done_testing();
