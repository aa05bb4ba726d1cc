# Whatever stands in the recorder's way, a refusal is refused, and either has its row or a counted line in the
# server log that says why it has none; nothing hangs, nothing crashes.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Refusals;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('limits');
$node->init;
$node->append_conf('postgresql.conf', <<CONF);
shared_preload_libraries = 'ddl_warden'
log_statement = none
log_min_error_statement = panic
max_worker_processes = 16
CONF
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION ddl_warden;
	CREATE TABLE orders (id int);
	INSERT INTO orders VALUES (1);
	CREATE ROLE app LOGIN;
	CREATE TABLE apps_own (id int);
	ALTER TABLE apps_own OWNER TO app;
});
my $refused = 'CREATE INDEX ON orders (id)';

sub lost { return $node->safe_psql('postgres', q{SELECT sum(value) FROM ddl_warden.metrics WHERE labels ->> 'kept' = 'in the server log'}) }

is_kept($node, 'postgres', refusal($node, 'postgres', $refused), 'row', 'as ever');
is(lost(), '0', 'nothing is lost');

# The table is locked: by others, by the transaction itself, by one that drops the extension
for my $lock ('LOCK TABLE ddl_warden.decision_log IN ACCESS EXCLUSIVE MODE', 'LOCK TABLE ddl_warden.decision_log IN SHARE MODE', 'DROP EXTENSION ddl_warden')
{
	my $others = session($node, 'postgres', "BEGIN; $lock");
	my $number = refusal($node, 'postgres', $refused);
	$others->('ROLLBACK');
	is_kept($node, 'postgres', $number, 'the recorder did not write it within a second|its table is locked', "another session: $lock");
	is_kept($node, 'postgres', refusal($node, 'postgres', $refused), 'row', 'after it');
	is_kept($node, 'postgres', refusal($node, 'postgres', "BEGIN; SAVEPOINT s; $lock; ROLLBACK TO s; $refused; ROLLBACK"), 'row', "taken back: $lock");
}
is_kept($node, 'postgres', refusal($node, 'postgres', "BEGIN; LOCK TABLE ddl_warden.decision_log; $refused; ROLLBACK"),
	'this transaction has locked its table', 'the transaction itself');
# Who does not wait for it has his row and his line all the same
my $locked = session($node, 'postgres', 'BEGIN; LOCK TABLE ddl_warden.decision_log');
my (undef, undef, $cancelled) = $node->psql('postgres', "SET statement_timeout = '100ms'; CREATE INDEX not_waited_for ON orders (id)");
$locked->('ROLLBACK');
like($cancelled, qr/canceling statement due to statement timeout/, 'cancelled while it waits for its row');
like(slurp_file($node->logfile), qr/ddl_warden_decision=\d+ outcome="refused" .*not_waited_for/, 'a line in the log');
ok($node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM ddl_warden.refusals WHERE statement LIKE '%not_waited_for%'}), 'and a row');
is(lost(), lines_without_row($node), 'what has no row is counted');
is($node->safe_psql('postgres', q{BEGIN; CREATE TABLE before_the_drop (); DROP EXTENSION ddl_warden; ROLLBACK; SELECT 1}), '1', 'the extension is not dropped after all');
ok($node->poll_query_until('postgres', q{SELECT count(*) = 2 FROM ddl_warden.decision_log WHERE outcome = 'rolled back' AND (command = 'DROP EXTENSION' OR statement LIKE '%before_the_drop%') AND decided_at > now() - interval '1 min' AND id >= (SELECT max(id) FROM ddl_warden.decision_log WHERE statement LIKE '%before_the_drop%')}),
	'and the record tells so');

# There is nothing to cancel in the launcher. It handles the signal when it wakes up, for a refusal at the latest
my $launcher = q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'ddl_warden launcher'};
my $launched = $node->safe_psql('postgres', $launcher);
$node->safe_psql('postgres', "SELECT pg_cancel_backend($launched)");
is_kept($node, 'postgres', refusal($node, 'postgres', $refused), 'row', 'launcher cancelled');
is($node->safe_psql('postgres', $launcher), $launched, 'the launcher is as it was');

# Recorder and launcher are ended; others come
my $pid_of = q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'ddl_warden %s'};
for my $which (qw(recorder launcher))
{
	refusal($node, 'postgres', $refused);
	my $pid = $node->safe_psql('postgres', sprintf $pid_of, $which);
	like($pid, qr/^\d+$/, "there is a $which");
	is($node->safe_psql('postgres', "SELECT pg_terminate_backend($pid, 10000)"), 't', "the $which ends when it is told to");
	is_kept($node, 'postgres', refusal($node, 'postgres', $refused), 'row|the recorder did not write it within a second|.*worker.*|.*launcher.*', "$which ended");
	if ($which eq 'launcher')
	{
		ok($node->poll_query_until('postgres', sprintf('SELECT count(*) = 1 FROM (%s) s', sprintf $pid_of, $which)), "another $which comes");
	}
	is_kept($node, 'postgres', refusal($node, 'postgres', $refused), 'row', "another $which works");
}

# A role without privileges fails as fast as it can
my $failures = 21000;
$node->safe_psql('postgres', qq{
	BEGIN;
	DO \$\$ BEGIN FOR i IN 1 .. $failures LOOP BEGIN EXECUTE 'ALTER TABLE apps_own ADD id int'; EXCEPTION WHEN duplicate_column THEN NULL; END; END LOOP; END \$\$;
	ROLLBACK;
}, extra_params => [ '-U', 'app' ]);
is_kept($node, 'postgres', refusal($node, 'postgres', $refused), 'row|the recorder did not write it within a second', 'during a flood');
ok($node->poll_query_until('postgres', 'SELECT entries = 0 FROM ddl_warden.recorder()'), 'a flood is dealt with');
my $rows = $node->safe_psql('postgres', q{SELECT count(*) FROM ddl_warden.decision_log WHERE session_role = 'app' AND outcome = 'failed'});
my $lines = () = slurp_file($node->logfile) =~ /outcome="failed".*role="app".*no_row_because=/g;
is($rows + $lines, $failures, 'each failure has a row or a line');
cmp_ok($lines, '>', 0, 'but not every one a row');

# And so do few but long ones, also in a transaction that commits
my $long_failures = 250;
$node->safe_psql('postgres', qq{
	DO \$\$ BEGIN FOR i IN 1 .. $long_failures LOOP BEGIN EXECUTE 'COMMENT ON COLUMN apps_own.nowhere IS ''long ' || repeat('x', 1000000) || ''''; EXCEPTION WHEN undefined_column THEN NULL; END; END LOOP; END \$\$;
}, extra_params => [ '-U', 'app' ]);
$rows = $node->safe_psql('postgres', q{SELECT count(*) FROM ddl_warden.decision_log WHERE session_role = 'app' AND outcome = 'failed' AND statement LIKE 'COMMENT%long%'});
$lines = () = slurp_file($node->logfile) =~ /outcome="failed".*no_row_because="too many statements fail" statement="COMMENT.*long /g;
is($rows + $lines, $long_failures, 'each long failure has a row or a line');
cmp_ok($lines, '>', 0, 'but not every one a row');

# Statements of 10 MB
my $long = 'x' x 10_000_000;
$node->safe_psql('postgres', "COMMENT ON TABLE orders IS '$long'");
is_kept($node, 'postgres', refusal($node, 'postgres', "CREATE INDEX ON orders ((id || '$long'))"), 'row', '10 MB refused');
isnt($node->psql('postgres', "COMMENT ON TABLE orders IS '$long'; COMMENT ON TABLE nowhere IS '$long'"), 0, '10 MB failed');
$node->safe_psql('postgres', "BEGIN; COMMENT ON TABLE orders IS 'rolled back $long'; ROLLBACK");
ok($node->poll_query_until('postgres', q{SELECT array_agg(DISTINCT outcome ORDER BY outcome) = '{committed,failed,refused,"rolled back"}'
	FROM ddl_warden.decision_log WHERE length(statement) BETWEEN 100000 AND 1100000}), '10 MB accepted, refused, failed, rolled back: a row each, cut');

# Databases with settings of their own
$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(odd closed);
$node->safe_psql($_, 'CREATE EXTENSION ddl_warden; CREATE TABLE orders AS SELECT 1 AS id') for qw(odd closed);
$node->safe_psql('postgres', "ALTER DATABASE odd SET $_") for 'default_transaction_read_only = on',
	'default_transaction_isolation = serializable', 'search_path = nowhere', 'synchronous_commit = remote_apply', 'role = app';
my $in_odd = refusal($node, 'odd', 'SET ROLE postgres; BEGIN READ WRITE; CREATE INDEX ON public.orders (id)');
$node->safe_psql('postgres', 'ALTER DATABASE odd RESET ALL');
is_kept($node, 'odd', $in_odd, 'row', 'a database with odd settings');
my $inside = session($node, 'closed', 'SELECT 1');
$node->safe_psql('postgres', 'UPDATE pg_database SET datallowconn = false WHERE datname = \'closed\'');
my ($number) = $inside->($refused) =~ /ddl_warden refusal (\d+)/;
$node->safe_psql('postgres', 'UPDATE pg_database SET datallowconn = true WHERE datname = \'closed\'');
is_kept($node, 'closed', $number, 'row', 'a database that takes no connections');

# Dropped and created again
$node->safe_psql('odd', 'DROP EXTENSION ddl_warden; CREATE EXTENSION ddl_warden');
is_kept($node, 'odd', refusal($node, 'odd', $refused), 'row', 'the extension dropped and created again');
my $created = session($node, 'odd', 'BEGIN; CREATE TABLE t (); SAVEPOINT s; DROP TABLE t; ROLLBACK TO s');
$node->safe_psql('odd', 'DROP EXTENSION ddl_warden');
$created->('COMMIT');
is($node->safe_psql('odd', 'SELECT count(*) FROM t'), '0', 'dropped while a transaction has decisions pending: it commits');

# Ten databases at once
my @ten = map { "db$_" } 1 .. 10;
$node->safe_psql('postgres', "CREATE DATABASE $_ TEMPLATE closed") for @ten;
my %number;
@number{@ten} = refused_at_once($node, map { [ $_, $refused ] } @ten);
is_kept($node, $_, $number{$_}, 'row|the recorder did not write it within a second|.*worker.*', "ten databases: $_") for @ten;

# Sixteen sessions, as fast as they can
my $each = 60;
$node->safe_psql('postgres', 'CREATE TABLE busy AS SELECT 1 AS id');
my $before = lines_without_row($node);
$node->pgbench("--no-vacuum --client=16 --transactions=$each", 0, [qr{processed: }], [qr{^}], 'DDL from sixteen sessions',
	{ '080_busy' => q{DO $$ BEGIN EXECUTE 'CREATE INDEX ON busy (id)'; EXCEPTION WHEN SQLSTATE 'WD001' THEN NULL; END $$;
		COMMENT ON TABLE busy IS 'accepted'; BEGIN; CREATE TABLE rolled_back (); ROLLBACK;} });
ok($node->poll_query_until('postgres', 'SELECT entries = 0 FROM ddl_warden.recorder()'), 'what sixteen sessions left is dealt with');
is($node->safe_psql('postgres', q{SELECT count(*) FROM ddl_warden.decision_log WHERE command = 'CREATE INDEX' AND statement LIKE '%busy%'}) + lines_without_row($node) - $before,
	16 * $each, 'sixteen sessions: each refusal has its row, or its line');
is($node->safe_psql('postgres', q{SELECT count(*) FROM ddl_warden.decision_log WHERE statement LIKE 'COMMENT ON TABLE busy%'}), 16 * $each, 'each statement that committed has its row');

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|terminated by signal|could not judge/, 'nothing crashed, nothing went unjudged');
$node->stop;
done_testing();
