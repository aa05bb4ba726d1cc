# The recorder removes rows that are older than ddl_warden.retention, in each database as that one wants it.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('retention');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'ddl_warden'
ddl_warden.retention = '30d'
CONF
$node->start;

# Rows by age; more old ones than go in one batch, and some with texts of their own in the TOAST table.
my $rows = <<'SQL';
CREATE EXTENSION ddl_warden;
SET session_replication_role = replica;
INSERT INTO ddl_warden.decision_log (id, decided_at, command, statement, verdict, outcome)
SELECT 1000000 * extract(epoch FROM at - timestamptz '2000-01-01'), at, 'aged',
	CASE WHEN i % 1000 = 0 THEN (SELECT string_agg(md5(i || '-' || j), '') FROM generate_series(1, 300) j) END, 'allow', 'committed'
FROM generate_series(1, 10000) i, LATERAL (SELECT now() - interval '31 days' - i * interval '1 min') t(at)
UNION ALL
SELECT 1000000 * extract(epoch FROM at - timestamptz '2000-01-01'), at, 'aged', NULL, 'allow', 'committed'
FROM generate_series(1, 100) i, LATERAL (SELECT now() - interval '29 days' - i * interval '1 min') t(at);
SQL
for my $database (qw(prunes keeps blocked))
{
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, $rows);
}
$node->safe_psql('postgres', 'ALTER DATABASE keeps SET ddl_warden.retention = 0');

sub left { return $node->safe_psql($_[0], q{SELECT count(*) FROM ddl_warden.decision_log WHERE command = 'aged'}) }

# A server that starts looks at once, from then on once an hour.
$node->restart;
my $reader = $node->background_psql('prunes');
$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
is($reader->query_safe(q{SELECT count(*) FROM ddl_warden.decision_log WHERE command = 'aged'}), '10100', 'a transaction that sees all rows');
my $holder = $node->background_psql('blocked');
$holder->query_safe('BEGIN');
$holder->query_safe('SELECT count(*) FROM (SELECT FROM ddl_warden.decision_log ORDER BY decided_at LIMIT 10 FOR UPDATE) locked');

$node->safe_psql($_, 'CREATE TABLE made (a int)') for qw(keeps blocked prunes);
for (['prunes', 100, 'what is too old is removed, what is younger stays'], ['blocked', 110, 'a row that is locked stays, and keeps no other'])
{
	my ($database, $expected, $what) = @$_;
	$node->poll_query_until($database, q{SELECT count(*) <= } . $expected . q{ FROM ddl_warden.decision_log WHERE command = 'aged'}) or diag(left($database));
	is(left($database), $expected, $what);
}
is(left('keeps'), '10100', 'a database that keeps its rows keeps them');
is($reader->query_safe(q{SELECT count(*), count(statement) FROM ddl_warden.decision_log WHERE command = 'aged'}), '10100|10', 'who read them still does');
is($node->safe_psql('prunes', q{SELECT count(*) FROM ddl_warden.decision_log WHERE statement LIKE 'CREATE TABLE made%'}), '1', 'rows of today are there');
$_->quit for $reader, $holder;

# No process is left where a database is to go.
$node->safe_psql('keeps', 'DROP TABLE made');
$node->safe_psql('postgres', "DROP DATABASE $_") for qw(prunes keeps blocked);
unlike(slurp_file($node->logfile), qr/WARNING|ERROR|PANIC|TRAP/, 'without a complaint in the log');

# A server that stops does not wait until all is pruned.
$node->safe_psql('postgres', $rows);
$node->safe_psql('postgres', q{
	SET session_replication_role = replica;
	INSERT INTO ddl_warden.decision_log (id, decided_at, command, verdict, outcome)
	SELECT 1000000 * extract(epoch FROM at - timestamptz '2000-01-01'), at, 'aged', 'allow', 'committed'
	FROM generate_series(1, 500000) i, LATERAL (SELECT now() - interval '60 days' - i * interval '1 s') t(at)});
$node->restart;
$node->safe_psql('postgres', 'CREATE TABLE made (a int)');
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'ddl_warden recorder'});
$node->stop('fast');
$node->start;
cmp_ok(left('postgres'), '>', 100, 'pruning ends with the server, before it is done');

$node->stop;
done_testing();
