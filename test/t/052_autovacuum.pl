# An autovacuum in the way of a DDL statement is sent away within ddl_warden.lock_timeout, although
# the server does so only after deadlock_timeout, which is not shorter.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('autovacuum');
$node->init;
$node->append_conf('postgresql.conf', q{
	shared_preload_libraries = 'ddl_warden'
	autovacuum_naptime = 1
	autovacuum_vacuum_cost_delay = 100ms
	autovacuum_vacuum_cost_limit = 1
	log_autovacuum_min_duration = 0
	deadlock_timeout = 1s
});
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION ddl_warden;
	CREATE TABLE crawling (id int, filler text) WITH (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);
	INSERT INTO crawling SELECT n, repeat('x', 500) FROM generate_series(1, 20000) n;
	DELETE FROM crawling WHERE id % 2 = 0;
});

# a slow one, seen at work
$node->poll_query_until('postgres',
	q{SELECT count(*) = 1 FROM pg_stat_progress_vacuum WHERE relid = 'crawling'::regclass AND heap_blks_scanned > 0})
	or die 'no autovacuum came';

my ($status, $stdout, $stderr) = $node->psql('postgres', q{
	SET ddl_warden.lock_timeout = '1s';
	ALTER TABLE crawling ADD COLUMN note text;
	SHOW deadlock_timeout;
});
is($status, 0, 'the statement gets its lock') or diag($stderr);
is($stdout, '1s', 'and deadlock_timeout is as before');
like(slurp_file($node->logfile), qr/canceling autovacuum task/, 'the autovacuum went');

$node->stop;
done_testing();
