# A session that is ended while its refusal waits for the recorder can tell nobody any more: the recorder does.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Refusals;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('session_ended');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'\nlog_statement = none\nlog_min_error_statement = panic");
$node->start;
$node->safe_psql('postgres', q{CREATE EXTENSION ddl_warden; CREATE TABLE orders AS SELECT 1 AS id});

# There is a second for all of it: a machine that is busy may need another try
my $ended = q{DO $$ BEGIN
	FOR i IN 1 .. 100 LOOP
		EXIT WHEN (SELECT entries > 0 FROM ddl_warden.recorder());
		PERFORM pg_sleep(0.01);
	END LOOP;
	PERFORM pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = 'refused';
END $$};

my $lock = session($node, 'postgres', 'BEGIN; LOCK TABLE ddl_warden.decision_log; SET LOCAL ddl_warden.mode = off');
my $told = '';
for (1 .. 10)
{
	my $refused = IPC::Run::start([ 'psql', '-X', '-d', $node->connstr('postgres') . ' application_name=refused', '-c', 'CREATE INDEX ON orders (id)' ],
		'>&', \$told);
	$node->safe_psql('postgres', $ended);
	$refused->finish;
	last if $told =~ /terminating connection/;
	$told = '';
}
like($told, qr/terminating connection/, 'the client was told of no refusal');
is($node->safe_psql('postgres', 'SELECT entries FROM ddl_warden.recorder()'), '1', 'its row has to wait');

$lock->('DROP EXTENSION ddl_warden; COMMIT');
ok($node->wait_for_log(qr/ddl_warden_decision=\d+ outcome="refused" .*no_row_because="the extension was dropped"/), 'a line in its place');

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|terminated by signal/, 'nothing crashed');
$node->stop;
done_testing();
