# Nothing is lost and nothing made up, whoever is killed: sixteen sessions run DDL that commits, is
# refused, fails and is rolled back, while sessions, recorders, the launcher and the whole server die at
# random. What the sessions were told, and what the catalog shows, is held against the record.
#
# ROUNDS is how many times (9 kinds of blows take turns), SEED repeats a run's dice.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep);
use Journal;
use Load;
use Session;

my $rounds = $ENV{ROUNDS} // 18;
my $seed = $ENV{SEED} // time;
my @databases = qw(shop bank);
my $sessions = 16;

srand $seed;
note "SEED=$seed ROUNDS=$rounds";

my $node = PostgreSQL::Test::Cluster->new('nothing_lost');
$node->init;
$node->append_conf('postgresql.conf', <<CONF);
shared_preload_libraries = 'ddl_warden'
fsync = on
restart_after_crash = on
max_connections = 50
max_prepared_transactions = 50
max_locks_per_transaction = 512
autovacuum_naptime = 5s
log_statement = none
log_min_error_statement = panic
CONF
$node->start;
for my $database (@databases)
{
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, 'CREATE EXTENSION ddl_warden');
}

# ---- blows

my $postmaster;
my $began;    # the round

# Process ids by what they are for.
sub processes
{
	my ($what) = @_;
	return map { /^\s*(\d+) .*(?:$what)/ ? $1 : () } split /\n/, `ps --ppid $postmaster -o pid=,args=`;
}

my $session = qr/\[local\]/;
my $recorder = qr/ddl_warden recorder/;
my $launcher = qr/ddl_warden launcher/;

sub one_of { my @processes = processes(@_); return @processes ? $processes[ rand @processes ] : (); }

sub send_many
{
	my ($signal, $times, @kinds) = @_;
	for (1 .. $times)
	{
		kill $signal, one_of($kinds[ rand @kinds ]);
		sleep rand 0.05;
	}
}

# There may be none at this moment.
sub kill_one
{
	my ($kind) = @_;
	for (1 .. 100)
	{
		my ($pid) = one_of($kind);
		return if $pid && kill 'KILL', $pid;
		sleep 0.01;
	}
	die "no process to kill\n";
}

# As by a disk that hangs, with a batch in hand or none: longer than a refusal waits for an idle one.
sub hold_up_recorders
{
	for (1 .. 3)
	{
		my @held = processes($recorder);
		kill 'STOP', @held;
		sleep 1.2;
		kill 'CONT', @held;
		sleep rand 0.2;
	}
}

# It takes its time: it sees the recorders off.
sub send_launcher_away
{
	my ($pid) = one_of($launcher) or die "no launcher to send away\n";
	kill 'TERM', $pid;
	sleep 0.01 while kill 0, $pid;
}

# Nobody gets to do anything any more, nor sees that the others are gone.
sub kill_all
{
	kill 'STOP', $postmaster;
	my @all = processes(qr/./);
	kill 'KILL', @all;
	$node->kill9;
	for (@all) { sleep 0.01 while kill 0, $_; }
	$node->start;
}

sub restart { my ($mode) = @_; $node->stop($mode); $node->start; }

my @blows = (
	{ what => 'sessions and recorders told to leave', deal => sub { send_many('TERM', 15, $session, $recorder) } },
	{ what => 'statements cancelled', deal => sub { send_many('INT', 20, $session) } },
	{ what => 'recorders held up', deal => \&hold_up_recorders },
	{ what => 'the launcher told to leave', deal => \&send_launcher_away },
	{ what => 'the server stopped in good order', deal => sub { restart('fast') }, restarts => 1 },
	{ what => 'a session killed', deal => sub { kill_one($session) }, crashes => 1 },
	{ what => 'a recorder killed', deal => sub { kill_one($recorder) }, crashes => 1 },
	{ what => 'the server stopped at once', deal => sub { restart('immediate') }, crashes => 1 },
	{ what => 'all its processes killed', deal => \&kill_all, crashes => 1 },
);

# ---- one round

sub in
{
	my ($database, $sql) = @_;
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		my $session = Session->open($node, $database);
		return $session->rows($sql) if $session;
		sleep 0.1;
	}
	die "no connection to $database\n";
}

sub names_of_sessions { my ($i) = @_; return map { "s$_" } grep { $_ % @databases == $i } 1 .. $sessions; }

# A schema, with a table that has the same number twice for every session.
sub prepare_round
{
	my ($round) = @_;
	for my $i (0 .. $#databases)
	{
		in($databases[$i], join '; ', "CREATE SCHEMA r$round",
			map { "CREATE TABLE r$round.base_$_ AS SELECT 1 AS id FROM generate_series(1, 2)" }
				names_of_sessions($i), 'calm');
	}
}

sub part
{
	my ($round, $i, $name) = @_;
	return (
		node => $node,
		database => $databases[$i],
		round => $round,
		name => $name,
		journal => "$node->{_basedir}/$databases[$i]_$name",
		asynchronous => $name =~ /[369]$/ ? 1 : 0
	);
}

# A process for a session; ours ends it, and it must not end anything of ours.
sub start_session
{
	my (%part) = @_;
	unlink $part{journal};
	my $dice = int rand 1 << 30;
	my $pid = fork // die "fork: $!";
	return $pid if $pid;

	srand $dice;
	alarm $PostgreSQL::Test::Utils::timeout_default;
	my $well = eval { Load->new(%part)->run; 1 };
	print STDERR $@ if !$well;
	POSIX::_exit($well ? 0 : 1);
}

# Returns whether all sessions ended by themselves, neither stuck nor broken.
sub run_load
{
	my ($round, $blow) = @_;
	my @pids = map { my $i = $_; map { start_session(part($round, $i, $_)) } names_of_sessions($i) } 0 .. $#databases;
	my $well = 1;

	sleep 0.3 + rand 0.7;
	$blow->{deal}->();
	sleep 0.1 + rand 0.4;
	kill 'TERM', @pids;
	for my $pid (@pids)
	{
		waitpid $pid, 0;
		$well = 0 if $?;
	}
	return $well;
}

# Transactions that stayed prepared are somebody's to end: both ways are lawful.
sub end_prepared
{
	my ($database) = @_;
	for my $row (in($database, 'SELECT gid FROM pg_prepared_xacts WHERE database = current_database()'))
	{
		in($database, (rand() < 0.5 ? 'COMMIT' : 'ROLLBACK') . " PREPARED '$row->[0]'");
	}
}

# What there is in the catalog and in the record of the round, by sessions of these names.
sub found_in
{
	my ($database, $round, $names, $lines) = @_;
	my %catalog = map { $_->[0] => 1 } in($database, <<SQL);
SELECT c.relname FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid
WHERE c.relnamespace = 'r$round'::regnamespace AND coalesce(i.indisvalid, true)
UNION ALL
SELECT a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'r$round'::regnamespace AND c.relkind = 'r' AND a.attname LIKE 'is%'
SQL
	my @rows = in($database, <<SQL);
SELECT id, outcome, coalesce(sqlstate, ''), substring(statement FROM 'is_(\\w+)')
FROM ddl_warden.decision_log WHERE decided_at >= '$began' AND statement ~ 'is_r${round}_$names'
SQL
	return { catalog => \%catalog, rows => \@rows, lines => $lines };
}

# Ids of statements for which a line of the log has taken the place of the row.
sub lines_since
{
	my ($round, $names, $offset) = @_;
	return { map { /ddl_warden_decision=.* no_row_because=.*is_(r${round}_$names\w+)/ ? ($1 => 1) : () }
			split /\n/, slurp_file($node->logfile, $offset) };
}

# Waits for what may still come. Returns sentences about what is wrong, and what was found.
sub differences_in
{
	my ($database, $round, $names, $journal, $offset, $crashed) = @_;
	my ($found, $wrong, $missing);

	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		$found = found_in($database, $round, $names, lines_since($round, $names, $offset));
		$found->{crashed} = $crashed;
		($wrong, $missing) = $journal->differences($found);
		last if @$wrong || !@$missing;
		sleep 0.1;
	}
	return ([ map { "$database $_" } @$wrong, @$missing ], $found);
}

sub await_launcher
{
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		my $runs = eval { (in('shop', q(SELECT value FROM ddl_warden.metrics WHERE name = 'ddl_warden_launcher_running')))[0][0] };
		return if $runs;
		sleep 0.1;
	}
	die "no launcher\n";
}

# All is as before the blow: a refusal, a failure and a statement rolled back have their rows.
sub differences_afterwards
{
	my ($database, $round, $i) = @_;
	my %part = part($round, $i, 'calm');
	my $offset = -s $node->logfile;

	unlink $part{journal};
	Load->new(%part)->run_recorded;
	my $journal = Journal->read($part{journal});
	my ($wrong) = differences_in($database, $round, 'calm', $journal, $offset, 0);
	push @$wrong, map { "$database $_: a line instead of its row" } keys %{ lines_since($round, 'calm', $offset) };
	return @$wrong;
}

my (%rows_of, %number_of, %total);

sub add_up
{
	my ($database, $round, $journal, $found) = @_;
	my %outcome_of = map { $_->[3] => $_->[1] } @{ $found->{rows} };

	$rows_of{$database}{$round} = @{ $found->{rows} };
	$number_of{ $_->[0] }++ for @{ $found->{rows} };
	$total{statements} += $journal->ids;
	$total{$_} += $journal->told($_) for qw(committed rolled_back refused failed cancelled undone unknown);
	$total{lines} += grep { $found->{lines}{$_} } $journal->ids;
	$total{'unknown, and took effect'} += grep { $journal->is_unknown($_) && $journal->happened($_, $found) } $journal->ids;
}

for my $round (1 .. $rounds)
{
	my $blow = $blows[ ($round - 1) % @blows ];
	my $offset = -s $node->logfile;
	my @wrong;

	$postmaster = $node->{_pid};
	$began = (in('shop', 'SELECT now()'))[0][0];
	prepare_round($round);
	push @wrong, 'a session was stuck, or broke' if !run_load($round, $blow);
	await_launcher();
	for my $i (0 .. $#databases)
	{
		my $database = $databases[$i];
		my $journal = Journal->read(map { { part($round, $i, $_) }->{journal} } names_of_sessions($i));

		end_prepared($database);
		my ($differences, $found) = differences_in($database, $round, 's', $journal, $offset, $blow->{crashes});
		add_up($database, $round, $journal, $found);
		push @wrong, @$differences, differences_afterwards($database, $round, $i);
	}
	push @wrong, grep { /could not judge/ } split /\n/, slurp_file($node->logfile, $offset);
	is(join("\n", @wrong), '', "round $round: $blow->{what}");
	in($_, "DROP SCHEMA r$round CASCADE") for @databases;
}

# ---- afterwards

for my $database (@databases)
{
	my %rows = map { @$_ } in($database, <<SQL);
SELECT n, count(*) FROM ddl_warden.decision_log, substring(statement FROM 'is_r(\\d+)_s') AS n WHERE n IS NOT NULL GROUP BY n
SQL
	is_deeply(\%rows, $rows_of{$database}, "$database: no row of an earlier round went away, and none came later");
}
is(join(' ', grep { $number_of{$_} > 1 } keys %number_of), '', 'no number was given twice');

cmp_ok($total{$_}, '>', 0, "the load had statements that were $_") for qw(committed rolled_back refused failed);
note join ', ', map { "$_: $total{$_}" } sort keys %total;
$node->stop;

done_testing();
