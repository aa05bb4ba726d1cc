# One session's part of a mixed load of DDL, and the journal of what it asked for and what it was told.
#
# Each statement has an id of its own, which its text names as is_ID, and an effect that the catalog shows. The journal is written before a statement is sent and after its answer has come:
#
#   intent ID EFFECT SQLSTATE   the name that the catalog has if it took effect ("no NAME": that it
#                               has not), the error that is expected ("-": none)
#   follows ID OTHER            its row is written by the transaction that statement OTHER commits in
#   committed ID | rolled_back ID | refused ID NUMBER | failed ID SQLSTATE
#   undone ID                   by ROLLBACK PREPARED
#
# Nothing after the intent: the connection broke off, and what happened is unknown.
package Load;
use strict;
use warnings;
use Session;
use Time::HiRes qw(sleep);

# What is asked for; sql with {schema}, {base} (a table with rows, the session's own), {id}, {other}.
my %statements = (
	table => { sql => 'CREATE TABLE {schema}.t_{id} (id int) {mark}', effect => 't_{id}' },
	column => { sql => 'ALTER TABLE {base} ADD COLUMN is_{id} int', effect => 'is_{id}' },
	index => { sql => 'CREATE INDEX CONCURRENTLY i_{id} ON {base} (id) {mark}', effect => 'i_{id}' },
	drop => { sql => 'DROP TABLE {schema}.t_{other} {mark}', effect => 'no t_{other}' },
	refused => { sql => 'CREATE INDEX i_{id} ON {base} (id) {mark}', effect => 'i_{id}', fails => 'WD001' },
	swallowed => {
		sql => q(DO $$ BEGIN CREATE INDEX i_{id} ON {base} (id) {mark};
			EXCEPTION WHEN SQLSTATE 'WD001' THEN RAISE NOTICE '%', SQLERRM; END $$),
		effect => 'i_{id}',
		fails => 'WD001'
	},
	taken => { sql => 'ALTER TABLE {base} ADD COLUMN is_{id} int, ADD COLUMN id int', effect => 'is_{id}', fails => '42701' },
	twins => {
		sql => 'CREATE UNIQUE INDEX CONCURRENTLY i_{id} ON {base} (id) {mark}',
		effect => 'i_{id}',
		fails => '23505'
	},
);

# How often in a hundred, and what: statements alone, in a block with its end, or in one message.
# In blocks, names in capitals are sent as they are.
my @deeds = (
	[ 14, \&alone, 'table' ],
	[ 10, \&alone, 'column' ],
	[ 3, \&alone, 'index' ],
	[ 8, \&alone_drop ],
	[ 14, \&alone, 'refused' ],
	[ 6, \&alone, 'swallowed' ],
	[ 6, \&alone, 'taken' ],
	[ 1, \&alone, 'twins' ],
	[ 5, \&block, 'COMMIT', qw(table column table) ],
	[ 5, \&block, 'ROLLBACK', qw(table column) ],
	[ 3, \&block, 'COMMIT', 'table', 'SAVEPOINT s', 'table', 'ROLLBACK TO s', 'column' ],
	[ 3, \&block, 'COMMIT', 'table', 'SAVEPOINT s', 'taken', 'ROLLBACK TO s', 'table' ],
	[ 3, \&block, 'COMMIT', 'SAVEPOINT s', 'table', 'refused', 'ROLLBACK TO s', 'table' ],
	[ 3, \&block, 'ROLLBACK', qw(table swallowed) ],
	[ 3, \&block, 'COMMIT', qw(swallowed table) ],
	[ 3, \&block, 'COMMIT', qw(table refused) ],
	[ 2, \&block, 'COMMIT', qw(table taken) ],
	[ 2, \&prepared, 'COMMIT PREPARED', qw(table table) ],
	[ 1, \&prepared, 'ROLLBACK PREPARED', qw(table) ],
	[ 3, \&message, '', qw(table table) ],
	[ 2, \&message, 'SELECT 1/0', qw(table table) ],
);

# Given: node, database, round, name (of this part, in one word), journal (a file), asynchronous: its
# commits do not wait for the disk.
sub new
{
	my ($class, %given) = @_;
	my $self = bless {
		%given,
		schema => "r$given{round}",
		base => "r$given{round}.base_$given{name}",
		made => {},       # ids of CREATE TABLE
		droppable => [],  # those that are known to be there for good
		count => 0
	}, $class;
	open $self->{writer}, '>>', $given{journal} or die "$given{journal}: $!";
	$self->{writer}->autoflush;
	return $self;
}

# Until a signal says stop.
sub run
{
	my ($self) = @_;
	local $SIG{TERM} = sub { $self->{stop} = 1; };
	while (!$self->{stop})
	{
		if (!$self->connected)
		{
			sleep 0.01;
			next;
		}
		$self->deed(any_deed());
	}
}

# The three that need the recorder.
sub run_recorded
{
	my ($self) = @_;
	$self->connected or die "no connection\n";
	$self->deed(\&alone, 'refused');
	$self->deed(\&alone, 'taken');
	$self->deed(\&block, 'ROLLBACK', 'table');
}

sub any_deed
{
	my $drawn = rand 100;
	for my $deed (@deeds)
	{
		my ($weight, @what) = @$deed;
		return @what if ($drawn -= $weight) < 0;
	}
	die "the weights do not make a hundred\n";
}

sub deed
{
	my ($self, $how, @what) = @_;
	$how->($self, @what);
	$self->ask('ROLLBACK') if $self->{session}->in_transaction;
}

sub connected
{
	my ($self) = @_;
	return 1 if $self->{session} && !$self->{session}->lost;
	$self->{session} = Session->open($self->{node}, $self->{database}) or return;
	$self->ask('SET synchronous_commit = off') if $self->{asynchronous};
	return !$self->{session}->lost;
}

sub note { my ($self, @words) = @_; print { $self->{writer} } "@words\n"; }

sub ask { my ($self, $sql) = @_; return $self->{session}->ask($sql); }

# ---- one statement

# Its id and its text, noted.
sub intend
{
	my ($self, $name, $other) = @_;
	my $id = "$self->{schema}_$self->{name}_" . ++$self->{count};
	my %value = (
		schema => $self->{schema},
		base => $self->{base},
		id => $id,
		other => $other,
		mark => "/* is_$id */"
	);
	my ($sql, $effect) = map { s/\{(\w+)\}/$value{$1}/gr } @{ $statements{$name} }{qw(sql effect)};

	$self->{made}{$id} = 1 if $name eq 'table';
	$self->note('intent', $id, $statements{$name}{fails} // '-', $effect);
	return ($id, $sql);
}

# True where the answer tells that the statement itself had no effect. A session that is ended is told
# so, but not what became of its statement.
sub has_failed
{
	my ($self, $id, $answer) = @_;
	for my $said (@{ $answer->{notices} }, $answer->{error} ? $answer->{error}{message} : ())
	{
		next unless $said =~ /\(ddl_warden refusal (\d+)\)/;
		$self->note('refused', $id, $1);
		return 1;
	}
	return 0 if !$answer->{error} || $answer->{error}{code} =~ /^57P/;
	$self->note('failed', $id, $answer->{error}{code});
	return 1;
}

sub settle
{
	my ($self, $outcome, @ids) = @_;
	$self->note($outcome, $_) for @ids;
	push @{ $self->{droppable} }, grep { $self->{made}{$_} } @ids if $outcome eq 'committed';
}

# ---- deeds

sub alone
{
	my ($self, $name, $other) = @_;
	my ($id, $sql) = $self->intend($name, $other);
	my $answer = $self->ask($sql);
	$self->settle('committed', $id) if !$self->has_failed($id, $answer) && @{ $answer->{done} };
}

# A session that does not wait for the disk can lose what it has been told is there.
sub alone_drop
{
	my ($self) = @_;
	my $other = $self->{asynchronous} ? undef : shift @{ $self->{droppable} };
	$self->alone($other ? ('drop', $other) : 'table');
}

sub block
{
	my ($self, $end, @steps) = @_;
	my ($done, $undone, $failed) = $self->begin(@steps) or return;

	if ($end eq 'COMMIT' && @$done)
	{
		$self->note('follows', $_, $done->[0]) for @$undone, @$failed;
	}
	my $told = $self->ask($end)->{done}[0] or return;
	$self->settle($told eq 'COMMIT' ? 'committed' : 'rolled_back', @$done);
	$self->settle('rolled_back', @$undone);
}

my %settled_as = (
	'COMMIT PREPARED' => 'committed',
	'ROLLBACK PREPARED' => 'undone',
	'ROLLBACK' => 'rolled_back',
);

# One that stays prepared is left to whoever reads the journal.
sub prepared
{
	my ($self, $end, @steps) = @_;
	my ($done) = $self->begin(@steps) or return;
	my $name = "'$self->{schema}." . ++$self->{count} . "_$self->{name}'";
	my $told = $self->ask("PREPARE TRANSACTION $name")->{done}[0] or return;

	$told = $self->ask("$end $name")->{done}[0] or return if $told eq 'PREPARE TRANSACTION';
	$self->settle($settled_as{$told}, @$done);
}

# Several statements in one message are one transaction.
sub message
{
	my ($self, $end, @names) = @_;
	my (@ids, @texts);

	for my $name (@names)
	{
		my ($id, $sql) = $self->intend($name);
		push @ids, $id;
		push @texts, $sql;
	}
	my $answer = $self->ask(join '; ', @texts, $end);
	my $code = $answer->{error} ? $answer->{error}{code} : '';

	$self->settle('committed', @ids) if $code eq '' && !$self->{session}->lost;
	$self->settle('rolled_back', @ids) if $code eq '22012';
}

# Runs the steps of a block up to its end. Returns the ids of what was done, of what was undone by
# ROLLBACK TO, and of what failed; nothing when there is no block, or no longer.
sub begin
{
	my ($self, @steps) = @_;
	my (@done, @undone, @failed, $savepoint);
	my $session = $self->{session};

	$self->ask('BEGIN');
	while (defined(my $step = shift @steps))
	{
		return if !$session->in_transaction;
		if ($step =~ /^[A-Z]/)
		{
			my $told = $self->ask($step)->{done}[0] // '';
			$savepoint = @done if $told eq 'SAVEPOINT';
			push @undone, splice @done, $savepoint if $told eq 'ROLLBACK';
		}
		else
		{
			my ($id, $sql) = $self->intend($step);
			my $answer = $self->ask($sql);
			my $has_failed = $self->has_failed($id, $answer);
			push @failed, $id if $has_failed && $answer->{error};
			push @done, $id if !$has_failed && @{ $answer->{done} };
		}
		while ($session->has_failed_transaction && @steps && $steps[0] !~ /^ROLLBACK TO/)
		{
			shift @steps;
		}
	}
	return $session->in_transaction ? (\@done, \@undone, \@failed) : ();
}

1;
