# Without a background worker to write them, rows of what does not commit become lines in the server
# log; what did commit survives a crash.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use IPC::Run ();
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('record');
$node->init;
$node->append_conf('postgresql.conf', <<CONF);
shared_preload_libraries = 'ddl_warden'
max_worker_processes = 0
log_statement = none
log_min_error_statement = panic
CONF
$node->start;
$node->safe_psql('postgres', <<SQL);
CREATE EXTENSION ddl_warden;
CREATE TABLE orders (id int);
INSERT INTO orders VALUES (1);
CREATE ROLE developer;
SQL

# Runs SQL that may fail; returns the record's lines that it left in the log, and all that psql said.
sub lines_of
{
	my ($sql) = @_;
	my $before = -s $node->logfile;
	my ($status, $out, $err) = $node->psql('postgres', $sql, on_error_stop => 0);
	my @lines = grep { /LOG:  ddl_warden_/ } split /\n/, slurp_file($node->logfile, $before);
	return (\@lines, "$out$err");
}

sub metric
{
	my ($where) = @_;
	return $node->safe_psql('postgres', "SELECT sum(value) FROM ddl_warden.metrics WHERE $where");
}

my ($lines, $said);

# In its first seconds the server may still be about to start the launcher.
foreach my $attempt (1 .. 60)
{
	($lines) = lines_of('CREATE INDEX refused ON orders (id)');
	last if $lines->[0] =~ /no_row_because="no background worker can be had/;
}

($lines, $said) = lines_of('CREATE INDEX refused ON orders (id)');
is(@$lines, 1, 'a refusal leaves one line');
my ($number) = $said =~ /ddl_warden refusal (\d+)/;
like($lines->[0], qr/ddl_warden_decision=$number outcome="refused" verdict="deny" rule="index_without_concurrently" command="CREATE INDEX" relation="public.orders" lock_mode="ShareLock" bytes=\d+ sqlstate="WD001" role_name="postgres" session_role="postgres" database="postgres" application_name="\S+" backend_pid=\d+ (transaction_id=\d+ )?(query_id=-?\d+ )?decided_at="\S+\+00:00" message="CREATE INDEX would .*" no_row_because="no background worker .*" statement="CREATE INDEX refused ON orders \(id\)"$/,
	'it says what its client was told, with the same number');

($lines) = lines_of("SET ROLE developer; SET ddl_warden.context = 'TICKET-1'; CREATE TABLE orders (id int)");
is(@$lines, 1, 'a failure leaves one line');
like($lines->[0], qr/outcome="failed" .*sqlstate="[0-9A-Z]{5}" role_name="developer" session_role="postgres" .*context="TICKET-1"/, 'with its SQLSTATE and who it was');

($lines) = lines_of('BEGIN; CREATE TABLE a (); SAVEPOINT s; CREATE TABLE b (); ROLLBACK TO s; CREATE TABLE c (); ROLLBACK');
is(join(' ', map { /outcome="(.*?)".*CREATE TABLE (\w)/ ? "$1:$2" : $_ } @$lines), 'rolled back:a rolled back:b rolled back:c',
	'a transaction rolled back leaves a line for each statement');

($lines) = lines_of('BEGIN; CREATE TABLE a (); SELECT 1/0; COMMIT');
is(@$lines, 1, 'so does one that an error of another statement ends');

($lines) = lines_of('CREATE TABLE a (); DROP TABLE a');
is(@$lines, 0, 'what commits leaves no line');

($lines, $said) = lines_of('SET client_min_messages = log; BEGIN; CREATE TABLE a (); ROLLBACK');
unlike($said, qr/ddl_warden_/, 'the client never gets to see a line');

($lines) = lines_of("BEGIN; CREATE TABLE a (\n\tb text DEFAULT '\"quoted\"'\n); ROLLBACK");
like($lines->[0], qr/statement="CREATE TABLE a \(\\n\\tb text DEFAULT '\\"quoted\\"'\\n\)"$/, 'a statement of several lines stays one line');

($lines) = lines_of("BEGIN; COMMENT ON TABLE orders IS '" . ("\x{c3}\x{a4}" x 2000) . "'; ROLLBACK");
ok(length($lines->[0]) < 1600 && $lines->[0] =~ /\xa4\.\.\."$/, 'a long one is cut, between characters');

($lines) = lines_of("BEGIN; CREATE ROLE r PASSWORD 'sesame'; ROLLBACK; CREATE ROLE developer PASSWORD 'sesame'");
is(@$lines, 2, 'statements with secrets, rolled back and failed');
unlike("@$lines", qr/sesame/, 'secrets do not get into the log');

my $logged = metric(q(labels ->> 'kept' = 'in the server log'));
($lines) = lines_of('BEGIN; ' . join('', map { "CREATE TABLE many_$_ ();" } 1 .. 50) . ' CREATE TABLE many_1 (); COMMIT');
is(grep({ /outcome="rolled back" verdict/ } @$lines), 20, 'twenty lines for a long transaction');
is(grep({ /outcome="failed"/ } @$lines), 1, 'and one for the statement that failed');
like($lines->[-1], qr/ddl_warden_more_decisions=30 outcome="rolled back" rows_rolled_back=0$/, 'and one that says how many more');
is(metric(q(labels ->> 'kept' = 'in the server log')) - $logged, 51, 'all are counted');

($lines) = lines_of(q{BEGIN; DO $$ BEGIN FOR i IN 1 .. 1010 LOOP EXECUTE format('COMMENT ON TABLE orders IS %L', i); END LOOP; END $$; ROLLBACK});
like($lines->[-1], qr/ddl_warden_more_decisions=0 outcome="rolled back" rows_rolled_back=1001$/, 'rows written before the commit are missed when it does not come');

# A session that is ended unwinds nothing: what it had done and what it was doing are told all the same.
my $before = -s $node->logfile;
my ($in, $out, $err) = ('', '', '');
my $timer = IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default);
my $psql = IPC::Run::start(['psql', '-XAtq', '-f', '-', '-d', $node->connstr('postgres')], '<', \$in, '>', \$out, '2>', \$err, $timer);
$in = "BEGIN; CREATE TABLE ended_1 (); SELECT 'pid=' || pg_backend_pid();\n";
pump_until($psql, $timer, \$out, qr/pid=\d+\n/);
my ($pid) = $out =~ /pid=(\d+)/;
$in = "CREATE TABLE ended_2 AS SELECT 1 FROM pg_sleep(100);\n";
$psql->pump_nb while length $in;
$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE pid = $pid AND wait_event = 'PgSleep'");
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)");
$psql->finish;
$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $pid");
my $told = slurp_file($node->logfile, $before);
like($told, qr/outcome="rolled back".*ended_1/, 'a session that was ended: what it had done');
like($told, qr/outcome="rolled back".*ended_2/, 'and what it was doing');

# Crash
$node->safe_psql('postgres', 'CREATE TABLE survives ()');
my $last = $node->safe_psql('postgres', 'SELECT max(id) FROM ddl_warden.decision_log');
$node->stop('immediate');
$node->start;
is($node->safe_psql('postgres', "SELECT count(*) FROM ddl_warden.decision_log WHERE statement LIKE '%survives%'"), '1', 'a committed row survives a crash');
is(metric(q(name = 'ddl_warden_judged_total')), '0', 'metrics count from the start of the server');
$node->safe_psql('postgres', 'CREATE TABLE after_the_crash ()');
is($node->safe_psql('postgres', "SELECT id > $last FROM ddl_warden.decision_log ORDER BY id DESC LIMIT 1"), 't', 'numbers go on ascending');

# Sessions side by side never get the same number
$node->pgbench('--no-vacuum --client=4 --transactions=100', 0, [qr{processed: 400/400}], [qr{}], 'DDL from four sessions',
	{ '030_record_ids' => 'CREATE TABLE c:client_id (a int); DROP TABLE c:client_id;' });
is($node->safe_psql('postgres', q(SELECT count(*), count(DISTINCT id) FROM ddl_warden.decision_log WHERE statement ~ ' c[0-3]')), '800|800',
	'sessions side by side: a row for each statement, none with the number of another');
$node->stop;

done_testing();
