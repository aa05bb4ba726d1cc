# A fault of the warden's own lets the statement through, with a WARNING and a line in the log.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('faults');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION ddl_warden;
	UPDATE ddl_warden.rule SET action = 'warn' WHERE name = 'table_rewrite';
	CREATE TABLE t AS SELECT generate_series(1, 1000) AS id;
});

# the table of rules loses its file, as on a damaged disk
my $file = $node->data_dir . '/'
	. $node->safe_psql('postgres', q{SELECT pg_relation_filepath('ddl_warden.rule_change')});
$node->stop;
rename $file, "$file.gone" or die "rename: $!";
$node->start;

my $log = -s $node->logfile;
my ($status, $stdout, $stderr) = $node->psql('postgres', 'CREATE INDEX t_id ON t (id)');
is($status, 0, 'the statement passes');
like($stderr, qr/WARNING:  ddl_warden could not judge this statement and lets it through/,
	'the client is told');
like(slurp_file($node->logfile, $log),
	qr/LOG:  ddl_warden could not judge a statement and let it through: could not open file/,
	'the log says why');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname = 't_id'}), '1',
	'the index is there');
is($node->safe_psql('postgres', q{SELECT value FROM ddl_warden.counters() WHERE name ~ 'faults'}), '1',
	'the fault is counted');

# nothing of the warden's stays behind in the transaction
($status, $stdout, $stderr) = $node->psql('postgres', q{
	BEGIN;
	SELECT 1;
	SAVEPOINT s;
	CREATE TABLE u (id int);
	ROLLBACK TO s;
	CREATE TABLE v (id int);
	COMMIT;
	SELECT count(*) FROM pg_class WHERE relname IN ('u', 'v');
});
is($status, 0, 'in a transaction block, too');
like($stdout, qr/^1$/m, 'with its savepoints as they were');

$node->stop;
rename "$file.gone", $file or die "rename: $!";
$node->start;
($status, $stdout, $stderr) = $node->psql('postgres', 'CREATE INDEX t_id2 ON t (id)');
isnt($status, 0, 'the next statement is judged again once the damage is mended');
$node->stop;

done_testing();
