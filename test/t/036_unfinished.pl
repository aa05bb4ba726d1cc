# What commits in between and dies in the middle is named, with what it left and what to do about it.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use IPC::Run ();
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('unfinished');
$node->init;
$node->append_conf('postgresql.conf', <<CONF);
shared_preload_libraries = 'ddl_warden'
restart_after_crash = on
max_prepared_transactions = 1
CONF
$node->start;
$node->safe_psql('postgres', <<SQL);
CREATE EXTENSION ddl_warden;
CREATE SCHEMA "My shop";
CREATE TABLE "My shop".orders (id int, note text);
CREATE INDEX orders_id_idx ON "My shop".orders (id);
INSERT INTO "My shop".orders VALUES (1, 'a'), (2, 'a');
CREATE TABLE events (at int) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (10);
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20);
CREATE TABLE rubbish (id int);
CREATE TABLE copies (id int);
INSERT INTO copies VALUES (1), (1);
SQL

my $timer = IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default);

# A session that runs what it is told, and its process.
sub session
{
	my ($name) = @_;
	my %session = (in => '', out => '', err => '');
	local $ENV{PGAPPNAME} = $name;
	$session{psql} = IPC::Run::start(['psql', '-XAtq', '-f', '-', '-d', $node->connstr('postgres')],
		'<', \$session{in}, '>', \$session{out}, '2>', \$session{err}, $timer);
	$session{in} = "SELECT 'pid=' || pg_backend_pid();\n";
	pump_until($session{psql}, $timer, \$session{out}, qr/pid=\d+\n/);
	($session{pid}) = $session{out} =~ /pid=(\d+)/;
	return \%session;
}

sub request
{
	my ($session, $sql) = @_;
	$session->{in} .= "$sql;\n";
	$session->{psql}->pump_nb while length $session->{in};
}

# Holds what the statements below wait for, from within a transaction.
sub holder
{
	my ($sql) = @_;
	my $holder = session('holder');
	$holder->{out} = '';
	request($holder, "BEGIN; $sql; SELECT 'holding'");
	pump_until($holder->{psql}, $timer, \$holder->{out}, qr/holding/);
	return $holder;
}

sub finish
{
	my ($session) = @_;
	eval { $session->{psql}->finish };
}

# A session that runs the statement, and by now waits in the middle of it.
sub waiting
{
	my ($sql) = @_;
	my $session = session('migration');
	request($session, $sql);
	$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM ddl_warden.activity WHERE pid = $session->{pid} AND state = 'waiting for a lock'")
		or die "it does not wait: $sql";
	return $session;
}

# Runs the statement and ends its session in the middle, as an administrator does.
sub terminated
{
	my ($sql) = @_;
	my $session = waiting($sql);
	$node->safe_psql('postgres', "SELECT pg_terminate_backend($session->{pid})");
	finish($session);
	$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $session->{pid}");
	$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM ddl_warden.decision_log WHERE backend_pid = $session->{pid}");
}

sub query
{
	return $node->safe_psql('postgres', $_[0]);
}

sub unfinished
{
	return query("SELECT command, relation, left_behind, what_to_do, outcome FROM ddl_warden.unfinished");
}

# Does what the view says.
sub clear_up
{
	$node->safe_psql('postgres', $_) for split /\n/, query('SELECT unnest(what_to_do) FROM ddl_warden.unfinished');
}

# ---- the server dies

my $holder = holder('INSERT INTO "My shop".orders VALUES (3); INSERT INTO rubbish VALUES (1)');
my $build = waiting('CREATE INDEX CONCURRENTLY "Note" ON "My shop".orders (note)');
my $vacuum = waiting('VACUUM FULL rubbish');
is(query('SELECT command, relation FROM ddl_warden.begun ORDER BY id'), "CREATE INDEX|\"My shop\".orders\nVACUUM|public.rubbish",
	'what commits in between is announced before it has ended');
is(unfinished(), '', 'what still runs is not unfinished');
is(query('SELECT * FROM ddl_warden.invalid_indexes'), '', 'an index that is being built now is not shown as INVALID');
my $id = query("SELECT id FROM ddl_warden.activity WHERE pid = $build->{pid}");

kill 'KILL', $build->{pid};
# Not before the server is down: an end of the holder would let VACUUM through.
$node->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = $build->{pid}");
finish($_) for $build, $vacuum, $holder;

is(query('SELECT id, command FROM ddl_warden.unfinished'), "$id|CREATE INDEX\n" . query('SELECT max(id) FROM ddl_warden.begun') . '|VACUUM',
	'a crash: what was running is named, by the number of its decision');
is(unfinished(),
	qq(CREATE INDEX|"My shop".orders|{"INVALID index \\"My shop\\".\\"Note\\""}|{"DROP INDEX CONCURRENTLY \\"My shop\\".\\"Note\\""}|\nVACUUM|public.rubbish|{}|{}|),
	'with what it left, and what to do');
is(query('SELECT index, relation, because, bytes >= 0, decision, statement, to_rebuild FROM ddl_warden.invalid_indexes'),
	qq("My shop"."Note"|"My shop".orders|Its build did not finish.|t|$id|CREATE INDEX CONCURRENTLY "Note" ON "My shop".orders (note)|REINDEX INDEX CONCURRENTLY "My shop"."Note"),
	'the INVALID index is shown, with the statement that left it');
is(query('SELECT count(*) FROM ddl_warden.decision_log WHERE id IN (SELECT id FROM ddl_warden.unfinished)'), '0', 'they have no row in the record');
clear_up();
is(query('SELECT count(*), count(*) FILTER (WHERE left_behind <> $$ {} $$) FROM ddl_warden.unfinished'), '2|0',
	'cleared away: they are still named, for there is no other trace of them');
is(query('SELECT * FROM ddl_warden.invalid_indexes'), '', 'and no INVALID index is left');
query('SELECT ddl_warden.purge(now())');
is(unfinished(), '', 'a purge takes them away');

# ---- the session is ended

$holder = holder('INSERT INTO "My shop".orders VALUES (3)');
terminated('CREATE INDEX CONCURRENTLY note ON "My shop".orders (note)');
like(unfinished(), qr/^CREATE INDEX.*INVALID index \\"My shop\\"\.note.*\|failed$/, 'CREATE INDEX CONCURRENTLY');
request($holder, 'COMMIT');
finish($holder);
clear_up();
is(unfinished(), '', 'cleared away: its row in the record is enough');

$holder = holder('INSERT INTO "My shop".orders VALUES (3)');
terminated('REINDEX TABLE CONCURRENTLY "My shop".orders');
like(unfinished(), qr/^REINDEX\|"My shop"\.orders\|.*INVALID index \\"My shop\\"\.orders_id_idx_ccnew.*INVALID index pg_toast\.pg_toast_\d+_index_ccnew/, 'REINDEX CONCURRENTLY');
is(query('SELECT DISTINCT relation, because, to_rebuild FROM ddl_warden.invalid_indexes'), '"My shop".orders|REINDEX CONCURRENTLY did not finish: the new index never came into use.|',
	'its copies, also that of the TOAST table, are only good for dropping');
request($holder, 'COMMIT');
finish($holder);
clear_up();
is(unfinished(), '', 'cleared away');

$holder = holder('SELECT * FROM "My shop".orders');
terminated('DROP INDEX CONCURRENTLY "My shop".orders_id_idx');
is(query('SELECT index, because, to_rebuild FROM ddl_warden.invalid_indexes'), '"My shop".orders_id_idx|DROP INDEX CONCURRENTLY did not finish.|', 'DROP INDEX CONCURRENTLY');
like(unfinished(), qr/^DROP INDEX\|"My shop"\.orders\|.*orders_id_idx/, 'is unfinished, too');
request($holder, 'COMMIT');
finish($holder);
clear_up();
is(unfinished(), '', 'cleared away');

$holder = holder('SELECT * FROM events');
terminated('ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY');
like(unfinished(), qr/^ALTER TABLE\|public\.events\|\{"partition public\.events_1, half detached"\}\|\{"ALTER TABLE public\.events DETACH PARTITION public\.events_1 FINALIZE"\}/,
	'DETACH PARTITION CONCURRENTLY');
request($holder, 'COMMIT');
finish($holder);
clear_up();
is(unfinished(), '', 'cleared away');

# ---- in the way is a transaction without a session

$holder = holder('INSERT INTO copies VALUES (1)');
request($holder, q(PREPARE TRANSACTION 'copying'; SELECT 'prepared'));
pump_until($holder->{psql}, $timer, \$holder->{out}, qr/prepared/);
finish($holder);
$build = waiting('CREATE INDEX CONCURRENTLY behind ON copies (id)');
is(query('SELECT relation, waits_for, blockers FROM ddl_warden.activity'),
	'public.copies|the end of a transaction|[{"prepared_transaction": true}]', 'a prepared transaction is named as such');
query(q(COMMIT PREPARED 'copying'));
finish($build);
query('DROP INDEX CONCURRENTLY behind');

# ---- it fails by itself

my (undef, undef, $stderr) = $node->psql('postgres', 'CREATE UNIQUE INDEX CONCURRENTLY copies_key ON copies (id)');
like($stderr, qr/could not create unique index/, 'an ordinary error');
$node->poll_query_until('postgres', q(SELECT count(*) = 1 FROM ddl_warden.decision_log WHERE statement LIKE '%copies_key%'));
is(unfinished(), 'CREATE INDEX|public.copies|{"INVALID index public.copies_key"}|{"DROP INDEX CONCURRENTLY public.copies_key"}|failed', 'leaves an INVALID index, too');
query('DELETE FROM copies');
query(query('SELECT to_rebuild FROM ddl_warden.invalid_indexes'));
is(unfinished() . query('SELECT * FROM ddl_warden.invalid_indexes'), '', 'rebuilt, it is valid');

# ---- it ends as it should

my $begun = query('SELECT count(*) FROM ddl_warden.begun');
query($_) for 'CREATE INDEX CONCURRENTLY fine ON copies (id)', 'REINDEX INDEX CONCURRENTLY fine', 'REINDEX TABLE events', 'REINDEX SCHEMA "My shop"',
	'CLUSTER', 'CLUSTER copies USING fine', 'VACUUM FULL copies', 'DROP INDEX CONCURRENTLY fine';
is(query('SELECT count(*) FROM ddl_warden.begun') - $begun, 7, 'seven of these commit in between, and are announced');
is(unfinished(), '', 'none is unfinished');
is(query('SELECT count(*) FROM ddl_warden.begun WHERE id NOT IN (SELECT id FROM ddl_warden.decision_log)'), '0', 'each has its row under the same number');

# ---- there is no announcing it

$holder = holder('LOCK TABLE ddl_warden.begun IN SHARE MODE');
my $before = -s $node->logfile;
query('CREATE INDEX CONCURRENTLY unannounced ON copies (id)');
like(slurp_file($node->logfile, $before), qr/LOG:  ddl_warden_begun=\d+ .*command="CREATE INDEX".*no_row_because="the recorder did not write it within a second".*unannounced/,
	'the table is locked: a line in the server log takes the place of the row');
is(query(q(SELECT outcome FROM ddl_warden.decision_log WHERE statement LIKE '%unannounced%')), 'committed', 'and the statement runs');
finish($holder);
$node->stop;

done_testing();
