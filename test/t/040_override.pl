# An override is somebody's deed in the session that needs it: what cannot be seen from within one
# session of psql.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('primary');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'\nmax_prepared_transactions = 5");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION ddl_warden;
	CREATE TABLE t AS SELECT generate_series(1, 1000) AS a;
});

# Runs a statement; returns how it ended: '' or the SQLSTATE.
sub outcome
{
	my ($sql, %how) = @_;
	my $stderr = '';
	$node->psql('postgres', "\\set VERBOSITY sqlstate\n$sql", stderr => \$stderr,
		on_error_stop => 0, on_error_die => 0, %how);
	return join ' ', $stderr =~ /(?:ERROR|FATAL):\s+(\w+)/g;
}

sub index_count
{
	return $node->safe_psql('postgres', q{SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass});
}

my $index = 'CREATE INDEX ON t (a);';
is(outcome($index), 'WD001', 'refused without an override');

# Connection options
{
	local $ENV{PGOPTIONS} = '-c ddl_warden.override=always';
	my ($status, undef, $stderr) = $node->psql('postgres', 'SELECT 1');
	is($status, 2, 'a connection option with an override is refused');
	like($stderr, qr/invalid value for parameter "ddl_warden\.override": "always".*can only be set by SET/s,
		'and says why');
}

# Each session has its own
is(outcome("SET ddl_warden.override = 'mine';"), '', 'set in one session');
is(outcome($index), 'WD001', 'not there in another');

# A configuration file
$node->append_conf('postgresql.conf', "ddl_warden.override = 'always'");
$node->reload;
$node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM pg_file_settings WHERE name = 'ddl_warden.override'})
	or die 'the file was not read';
is(outcome($index), 'WD001', 'a file sets none, when it is read again');
$node->restart;
is(outcome($index), 'WD001', 'nor when the server starts');
is($node->safe_psql('postgres', 'SHOW ddl_warden.override'), '', 'there is none');
like(slurp_file($node->logfile), qr/ddl_warden\.override/, 'the log says so');
$node->adjust_conf('postgresql.conf', 'ddl_warden.override', undef);
$node->reload;

# Left behind by a time without the library, when anything could be stored
$node->safe_psql('postgres', 'CREATE ROLE app LOGIN; GRANT ALL ON SCHEMA public TO app; ALTER TABLE t OWNER TO app');
$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', q{''});
$node->restart;
$node->safe_psql('postgres', q{ALTER ROLE app SET ddl_warden.override = 'stored before'});
$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', q{'ddl_warden'});
$node->restart;
is(outcome($index, extra_params => [ '-U', 'app' ]), 'WD001', 'one that was stored for a role before does not count');
$node->safe_psql('postgres', 'ALTER ROLE app RESET ALL');

# The extended protocol: a pipeline is one transaction
sub pgbench_outcome
{
	my ($protocol, $name, $script) = @_;
	my $file = $node->basedir . "/$name.sql";
	append_to_file($file, $script);
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'pgbench', '-n', '-M', $protocol, '-t', '1', '-c', '1', '-f', $file,
			'-h', $node->host, '-p', $node->port, 'postgres' ], '>', \$out, '2>', \$err);
	return $err =~ /ddl_warden refusal/ ? 'refused' : $err =~ /error/i ? $err : '';
}

my $before = index_count();
is(pgbench_outcome('extended', 'pipeline', "\\startpipeline\nSET ddl_warden.override = 'pipeline';\n$index\n$index\n\\endpipeline\n"),
	'', 'a pipeline is one transaction');
is(index_count(), $before + 2, 'both statements of it were let through');
is(pgbench_outcome('prepared', 'prepared', "SET ddl_warden.override = 'prepared';\n$index\n$index\n"),
	'refused', 'prepared statements one by one are not');
is(index_count(), $before + 3, 'the first of them was let through');

# Two-phase commit ends the transaction, and with it the override
is(outcome("BEGIN; SET ddl_warden.override = 'prepare'; $index PREPARE TRANSACTION 'p'; COMMIT PREPARED 'p'; $index"),
	'WD001', 'not after PREPARE TRANSACTION');
is(index_count(), $before + 4, 'what it let through was committed');

# A statement that commits in between
is(outcome("SET ddl_warden.override = 'concurrently'; CREATE INDEX CONCURRENTLY ON t (a); $index"), 'WD001',
	'CREATE INDEX CONCURRENTLY spends it, too');
is($node->safe_psql('postgres',
		q{SELECT count(*) FROM ddl_warden.decision_log WHERE override_reason = 'concurrently' AND command = 'CREATE INDEX'}),
	'1', 'and its row has the reason');

# An override that nothing used is over after a minute. That takes its time.
SKIP:
{
	skip 'takes a minute: PG_TEST_EXTRA does not name ddl_warden_slow', 2
		unless ($ENV{PG_TEST_EXTRA} // '') =~ /\bddl_warden_slow\b/;
	is(outcome("SET ddl_warden.override = 'soon'; SELECT pg_sleep(40); $index"), '', 'it counts within a minute');
	is(outcome("SET ddl_warden.override = 'late'; SELECT pg_sleep(61); $index"), 'WD001', 'not after a minute');
}

$node->stop;
done_testing();
