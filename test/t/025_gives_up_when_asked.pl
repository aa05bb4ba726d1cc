# Ctrl-C, a timeout and an administrator's command end a long explain, lint or judgement in its middle, with the server's
# own message, and leave nothing behind: no lock, no setting, no timer, no memory; the next statement works.
# "In its middle" is told from the same statement beside it that nobody disturbs.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Session;
use Time::HiRes qw(sleep time);

my $middle = 0.75;    # of the time that the statement takes by itself

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'ddl_warden'
max_locks_per_transaction = 1024
autovacuum = off
log_statement = none
log_min_error_statement = panic
CONF
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION ddl_warden;
UPDATE ddl_warden.rule SET action = 'deny', tolerate_bytes = 0;
SET ddl_warden.mode = off;
CREATE TABLE t (id int, a int);
INSERT INTO t SELECT i, i FROM generate_series(1, 100) i;
-- 10,000 partitions, in two levels: a hundred each are made much faster than all in one
CREATE SCHEMA many;
CREATE TABLE many.p (id int, k int, v int) PARTITION BY LIST (k);
DO $$
BEGIN
	FOR i IN 0 .. 99 LOOP
		EXECUTE format('CREATE TABLE many.p%s PARTITION OF many.p FOR VALUES IN (%s) PARTITION BY HASH (id)', i, i);
		FOR j IN 0 .. 99 LOOP
			EXECUTE format('CREATE TABLE many.p%s_%s PARTITION OF many.p%s FOR VALUES WITH (MODULUS 100, REMAINDER %s)', i, j, i, j);
		END LOOP;
	END LOOP;
END $$;
INSERT INTO many.p SELECT i, i % 100, i FROM generate_series(1, 100) i;
SQL

my $session = Session->open($node, 'postgres');
my $observer = Session->open($node, 'postgres');
my $pid = pid_of($session);

sub pid_of { return ($_[0]->rows('SELECT pg_backend_pid()'))[0][0]; }
sub quoted { return "'" . ($_[0] =~ s/'/''/gr) . "'"; }

# What is there of the warden's in a session, and what it is set to. The settings that a client is told about stay as they are.
sub state_of
{
	my ($of) = @_;
	return join ' ', map { $_->[0] } $of->rows(<<'SQL');
SELECT md5(string_agg(name || setting, ',' ORDER BY name)) FROM pg_settings
UNION ALL SELECT 'locks ' || count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND relation >= 16384
UNION ALL SELECT 'contexts ' || count(*) FROM pg_backend_memory_contexts WHERE name LIKE '%ddl_warden%' OR ident LIKE '%ddl_warden%'
SQL
}

# But for the server's caches. From 18 on the path tells what the parent told.
sub bytes_of
{
	my ($of) = @_;
	my $cached = $node->safe_psql('postgres', 'SHOW server_version_num') >= 180000
	  ? q{path @> (SELECT path FROM context WHERE name = 'CacheMemoryContext')}
	  : q{'CacheMemoryContext' IN (name, parent)};
	return ($of->rows(qq{WITH context AS MATERIALIZED (SELECT * FROM pg_backend_memory_contexts)
		SELECT sum(total_bytes) FROM context WHERE ($cached) IS NOT TRUE}))[0][0];
}

# How long it takes by itself; the second time, when caches are filled.
sub seconds_of
{
	my ($statement) = @_;
	my $seconds;
	for (1 .. 2)
	{
		my $began = time;
		$session->ask($statement);
		$seconds = time - $began;
	}
	return $seconds;
}

# The statement is ended by what "end" does when a quarter of its time has gone by. Returns the answer and the part of the
# time that it took.
sub ended
{
	my ($of, $statement, $whole, $end) = @_;
	my $began = time;
	$of->send_query($statement);
	sleep $whole / 4;
	$end->();
	my $answer = $of->answer;
	return ($answer, (time - $began) / $whole);
}

sub cancel { my ($who) = @_; return sub { $observer->rows("SELECT pg_cancel_backend($who)") }; }
sub terminate { my ($who) = @_; return sub { $observer->rows("SELECT pg_terminate_backend($who)") }; }

# Others keep the machine busy at times: the best of three.
sub canceled
{
	my ($statement, $whole) = @_;
	my ($answer, $part);
	for (1 .. 3)
	{
		($answer, $part) = ended($session, $statement, $whole, cancel($pid));
		last if $answer->{error} && $answer->{error}{code} eq '57014' && $part < $middle;
	}
	return ($answer, $part);
}

my $ten_megabytes = 'ALTER TABLE t ADD COLUMN z int; ' x 310_000;
my $many_names = 'DROP TABLE ' . join ', ', map { "nowhere$_" } 1 .. 200_000;
# What is judged is refused: there is nothing after the judgement.
my %statements = (
	'explain: 10,000 partitions' => q{SELECT count(*) FROM ddl_warden.explain('ALTER TABLE many.p ALTER v TYPE bigint')},
	'explain: a schema of 10,000 tables' => q{SELECT count(*) FROM ddl_warden.explain('DROP SCHEMA many CASCADE')},
	'explain: 10 MB of statements' => "SELECT count(*) FROM ddl_warden.explain('$ten_megabytes')",
	'explain: 200,000 names' => "SELECT count(*) FROM ddl_warden.explain('$many_names')",
	'lint: 10,000 partitions' => q{SELECT count(*) FROM ddl_warden.lint('CREATE INDEX ON many.p (k)')},
	'judged: 10,000 partitions' => 'CREATE INDEX ON many.p (k)',
	'judged: 10,000 partitions, each with work' => 'ALTER TABLE many.p ALTER v TYPE bigint',
	'judged in a function' => q{DO $$ BEGIN CREATE INDEX ON many.p (k); END $$},
);

for my $name (sort keys %statements)
{
	my $statement = $statements{$name};
	my $whole = seconds_of($statement);
	my $before = state_of($session);
	my ($answer, $part) = canceled($statement, $whole);

	is($answer->{error} && "$answer->{error}{code}: $answer->{error}{message}", '57014: canceling statement due to user request', "$name: canceled");
	cmp_ok($part, '<', $middle, sprintf "%s: in its middle, after %.2f of %.2f s", $name, $part * $whole, $whole);
	is(state_of($session), $before, "$name: nothing is left");
}

# ---- other ways to end it

my $long = $statements{'explain: 10,000 partitions'};
my $whole = seconds_of($long);
my $limit = int(1000 * $whole / 4) + 1;

sub words { my ($answer) = @_; return $answer->{error} ? "$answer->{error}{code}: $answer->{error}{message}" : 'done'; }

$session->rows("SET statement_timeout = $limit");
for my $name ('explain: 10,000 partitions', 'judged: 10,000 partitions, each with work')
{
	is(words($session->ask($statements{$name})), '57014: canceling statement due to statement timeout', "$name: statement_timeout");
}
# A timer that is left would end it.
$session->rows('SET statement_timeout = 0');
is(words($session->ask('SELECT pg_sleep(' . 2 * $limit / 1000 . ')')), 'done', 'no timer is left');

$session->rows('BEGIN');
$session->rows('LOCK TABLE t IN SHARE MODE');
$session->rows('SAVEPOINT here');
my $before = state_of($session);
my ($answer) = ended($session, $long, $whole, cancel($pid));
is(words($answer), '57014: canceling statement due to user request', 'in a block: canceled');
is(words($session->ask('SELECT 1')), '25P02: current transaction is aborted, commands ignored until end of transaction block', 'which fails, as ever');
$session->rows('ROLLBACK TO here');
is(state_of($session), $before, 'until the savepoint, from where it goes on as it was');
$session->rows('COMMIT');

my $swallowed = "DO \$\$ BEGIN PERFORM count(*) FROM ddl_warden.explain('ALTER TABLE many.p ALTER v TYPE bigint'); RAISE 'not canceled'; EXCEPTION WHEN query_canceled THEN NULL; END \$\$";
($answer) = ended($session, $swallowed, $whole, cancel($pid));
is(words($answer), 'done', 'a function may catch it');

# ---- memory

sub cancel_both
{
	my ($times) = @_;
	ended($session, $statements{$_}, $whole, cancel($pid)) for ('explain: 10,000 partitions', 'judged: 10,000 partitions') x $times;
}

cancel_both(2);
my $bytes = bytes_of($session);
cancel_both(6);
cmp_ok(bytes_of($session), '<', $bytes + 65536, 'after twelve more the session has no more memory than before');

# ---- terminated

for my $name ('explain: a schema of 10,000 tables', 'judged: 10,000 partitions, each with work')
{
	my $other = Session->open($node, 'postgres');
	my $others_pid = pid_of($other);
	my ($last) = ended($other, $statements{$name}, $whole, terminate($others_pid));
	is(words($last), '57P01: terminating connection due to administrator command', "$name: terminated");
	ok($other->lost, "$name: the connection is closed");
	$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $others_pid") or die "it stays\n";
	is($node->safe_psql('postgres', "SELECT count(*) FROM pg_locks WHERE pid = $others_pid"), '0', "$name: no lock stays");
}

# ---- afterwards

like(words($session->ask($statements{'judged: 10,000 partitions'})), qr/^WD001: /, 'what was canceled is refused when nobody cancels it');
is($node->safe_psql('postgres', q{SELECT count(*) FROM ddl_warden.decision_log WHERE outcome IN ('committed', 'failed', 'rolled back')
	AND command IN ('CREATE INDEX', 'ALTER TABLE')}), '0', 'no row tells of a decision that was not made');
is($node->safe_psql('postgres', q{SELECT sum(value) FROM ddl_warden.metrics WHERE name ~ 'fault'}), '0', 'and no fault was counted');
unlike(slurp_file($node->logfile), qr/could not judge|PANIC|TRAP|terminated by signal|leak|was not closed/, 'the warden has no fault in it');

$node->stop;
done_testing();
