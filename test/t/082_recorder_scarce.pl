# Where there is no room in the queue, or no process to be had, a refusal is told in the server log instead, soon;
# it comes back to the table when there is.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Refusals;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('scarce');
$node->init;
$node->append_conf('postgresql.conf', <<CONF);
shared_preload_libraries = 'ddl_warden'
log_statement = none
log_min_error_statement = panic
CONF
$node->start;
$node->safe_psql('postgres', q{CREATE EXTENSION ddl_warden; CREATE TABLE orders AS SELECT 1 AS id});
my $refused = 'CREATE INDEX ON orders (id)';
my $counted = q{SELECT sum(value) FROM ddl_warden.metrics WHERE labels ->> 'kept' = 'in the server log'};

# The smallest queue has room for entries of any size, whatever sizes went through it before
my $least = $node->safe_psql('postgres', q{SELECT min_val FROM pg_settings WHERE name = 'ddl_warden.record_buffer'});
$node->append_conf('postgresql.conf', "ddl_warden.record_buffer = $least");
$node->restart;
my @statements = map { "CREATE INDEX ON orders ((id || '" . 'x' x ($_ * 0.7) . "'))" } map { $_, $_ * 1.3 } 100, 250, 500, 1000, 2000, 4000, 8000, 16000;
is_kept($node, 'postgres', refusal($node, 'postgres', $_), 'row', length($_) . ' bytes of text') for @statements, reverse @statements;

# A full queue: nothing is written while the table is locked, and the statements are long
my $lock = session($node, 'postgres', 'BEGIN; LOCK TABLE ddl_warden.decision_log');
my $long = 'x' x 20_000;
$node->safe_psql('postgres', qq{BEGIN; DO \$\$ BEGIN FOR i IN 1 .. $least / 15 LOOP EXECUTE 'COMMENT ON TABLE orders IS ''$long'''; END LOOP; END \$\$; ROLLBACK});
my @numbers = refused_at_once($node, map { [ 'postgres', "CREATE INDEX ON orders ((id || '$_ $long'))" ] } 1 .. 10);
like(slurp_file($node->logfile), qr/no_row_because="the queue to the recorder is full"/, 'the queue is full');
$lock->('ROLLBACK');
ok($node->poll_query_until('postgres', 'SELECT entries = 0 FROM ddl_warden.recorder()'), 'unlocked, it is emptied');
is_kept($node, 'postgres', $_, 'row|the recorder did not write it within a second|its table is locked|the queue to the recorder is full', 'a full queue') for @numbers;
is($node->safe_psql('postgres', $counted), lines_without_row($node), 'all that has no row is counted')
	unless slurp_file($node->logfile) =~ /ddl_warden_more_decisions/;
is_kept($node, 'postgres', refusal($node, 'postgres', $refused), 'row', 'a queue that has room again');

# The places for workers are the launcher's and the server's own, for logical replication
$node->append_conf('postgresql.conf', 'max_worker_processes = 2');
$node->restart;
is_kept($node, 'postgres', refusal($node, 'postgres', $refused), '.*background worker.*|the recorder did not write it within a second', 'no worker for a recorder');
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = 'ddl_warden launcher'}), 'the launcher is there');
is_kept($node, 'postgres', refusal($node, 'postgres', $refused), '.*background worker.*|the recorder did not write it within a second', 'still no worker for a recorder');
$node->safe_psql('postgres', 'CREATE TABLE accepted ()');
is($node->safe_psql('postgres', q{SELECT count(*) FROM ddl_warden.decision_log WHERE statement LIKE 'CREATE TABLE accepted%'}), '1', 'what commits has its row as ever');

# The last place is another database's for a while; nothing but refusals could ask for a recorder
$node->append_conf('postgresql.conf', "max_worker_processes = 3\nmax_prepared_transactions = 1\nddl_warden.retention = 0");
$node->restart;
for my $database (qw(other shop))
{
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, 'CREATE EXTENSION ddl_warden; CREATE TABLE orders ()');
}
$lock = session($node, 'other', 'BEGIN; LOCK TABLE ddl_warden.decision_log');
isnt($node->psql('other', 'CREATE TABLE orders ()'), 0, 'a failure whose row has to wait');
ok($node->poll_query_until('other', 'SELECT recorder_runs FROM ddl_warden.recorder()'), 'the other database has the recorder');
is_kept($node, 'postgres', refusal($node, 'postgres', $refused), '.*background worker.*|the recorder did not write it within a second', 'the last place is taken');
ok($node->poll_query_until('postgres', 'SELECT NOT available FROM ddl_warden.recorder()'), 'that is known');
$lock->('ROLLBACK');
ok($node->poll_query_until('postgres', 'SELECT available FROM ddl_warden.recorder()'), 'and that it is free again');
is_kept($node, 'postgres', refusal($node, 'postgres', $refused), 'row', 'the last place is free again');

# A recorder that cannot get into its database, and will not for long, is no reason not to stop
$lock = session($node, 'other', 'BEGIN; LOCK TABLE ddl_warden.decision_log');
isnt($node->psql('other', 'CREATE TABLE orders ()'), 0, 'a failure whose row has to wait');
ok($node->poll_query_until('other', 'SELECT recorder_runs FROM ddl_warden.recorder()'), 'its recorder has the last place');
isnt($node->psql('shop', 'CREATE TABLE orders ()'), 0, 'a failure whose row has to wait for the place');
$node->safe_psql('postgres', q{BEGIN; ALTER DATABASE shop RENAME TO bank; PREPARE TRANSACTION 'renaming'});
$lock->('ROLLBACK');
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE NOT granted AND classid = 'pg_database'::regclass}), 'a recorder waits to connect');
{
	local $ENV{PGCTLTIMEOUT} = 20;
	ok($node->stop('fast', fail_ok => 1), 'the server stops') or $node->stop('immediate');
}

# None for the launcher
$node->append_conf('postgresql.conf', 'max_worker_processes = 1');
$node->start;
$node->safe_psql('postgres', q{ROLLBACK PREPARED 'renaming'});
is_kept($node, 'postgres', refusal($node, 'postgres', $refused), '.*background worker.*|the recorder did not write it within a second', 'no worker for the launcher');
is($node->safe_psql('postgres', 'SELECT loaded FROM ddl_warden.status()'), 'preloaded', 'status can be asked');
is($node->safe_psql('postgres', $counted), 1, 'it is counted');

$node->append_conf('postgresql.conf', 'max_worker_processes = 8');
$node->restart;
is_kept($node, 'postgres', refusal($node, 'postgres', $refused), 'row', 'with workers again');

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|terminated by signal|could not judge/, 'nothing crashed, nothing went unjudged');
$node->stop;
done_testing();
