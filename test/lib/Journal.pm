# What sessions asked for and were told (see Load.pm), held against what the catalog, the record and the
# server log say of it.
package Journal;
use strict;
use warnings;

# What a statement may have in the record, by what its session was told. One that is cancelled while it
# waits for the row of its refusal has been refused all the same.
my %outcomes = (
	committed => [qw(committed)],
	rolled_back => ['rolled back'],
	refused => [qw(refused)],
	failed => [ 'failed', 'gave up waiting' ],
	cancelled => [ 'failed', 'gave up waiting', 'refused' ],
	undone => [],
	unknown => [ 'committed', 'rolled back', 'refused', 'failed', 'gave up waiting' ],
);

sub read
{
	my ($class, @files) = @_;
	my $self = bless { statements => {} }, $class;

	for my $file (@files)
	{
		open my $journal, '<', $file or die "$file: $!";
		$self->line(split /\s/, $_, 4) while <$journal>;
	}
	return $self;
}

sub line
{
	my ($self, $what, $id, @more) = @_;
	my $statement = $self->{statements}{$id} //= { told => 'unknown' };

	if ($what eq 'intent')
	{
		@$statement{qw(expected effect)} = @more;
		chomp $statement->{effect};
	}
	elsif ($what eq 'follows') { $statement->{follows} = $more[0]; }
	elsif ($what eq 'failed' && $more[0] eq '57014') { $statement->{told} = 'cancelled'; }
	else { @$statement{qw(told detail)} = ($what, $more[0]); }
}

sub ids { return keys %{ $_[0]{statements} }; }

# How many sessions were told this.
sub told
{
	my ($self, $what) = @_;
	return scalar grep { $_->{told} eq $what } values %{ $self->{statements} };
}

sub is_unknown { my ($self, $id) = @_; return $self->{statements}{$id}{told} eq 'unknown'; }

# Did it take effect? A table that a statement dropped was there, whatever else is known of it.
sub happened
{
	my ($self, $id, $found) = @_;
	my $effect = $self->{statements}{$id}{effect};

	return $effect =~ /^no (.*)/ ? !$found->{catalog}{$1} : $found->{catalog}{$effect} || $self->{dropped}{$effect};
}

# Sentences about what is wrong, and about what may still come, as two lists. Found is
#   catalog    { name => 1 } of what is there
#   rows       [ number, outcome, sqlstate, id of the statement ] of the record
#   lines      { id of the statement => 1 }: a line of the server log has taken the row's place
#   crashed    the server died: what nobody waited for may be lost
sub differences
{
	my ($self, $found) = @_;
	my (@wrong, @missing, %rows);

	$self->{dropped} = { map { $_->{effect} =~ /^no (.*)/ ? ($1 => 1) : () } values %{ $self->{statements} } };
	push @{ $rows{ $_->[3] } }, $_ for @{ $found->{rows} };
	push @wrong, map { "$_: a row for what nobody sent" } grep { !$self->{statements}{$_} } keys %rows;
	for my $id (sort $self->ids)
	{
		push @wrong, map { "$id ($self->{statements}{$id}{told}): $_" } $self->too_much($id, $found, $rows{$id} // []);
		next if $rows{$id} || $found->{lines}{$id};
		push @wrong, "$id: no row for what a session was told" if $self->is_due($id, $found);
		push @missing, "$id: no row for what a session was told" if $self->is_coming($id, $found);
	}
	return (\@wrong, \@missing);
}

# What is wrong with the rows of a statement.
sub too_much
{
	my ($self, $id, $found, $rows) = @_;
	my $statement = $self->{statements}{$id};
	my ($told, $detail) = @$statement{qw(told detail)};
	my $happened = $self->happened($id, $found);
	my @wrong;

	push @wrong, @$rows . ' rows' if @$rows > 1;
	push @wrong, 'a row, and a line in its place' if @$rows && $found->{lines}{$id};
	push @wrong, 'it took effect without a row' if $happened && !@$rows;
	push @wrong, 'it took effect all the same' if $happened && $told !~ /^(committed|unknown)$/;
	push @wrong, 'it was not refused, or did not fail' if $told eq 'committed' && $statement->{expected} ne '-';
	for my $row (@$rows)
	{
		my ($number, $outcome, $sqlstate) = @$row;
		push @wrong, "a row of the outcome $outcome" if !grep { $_ eq $outcome } @{ $outcomes{$told} };
		push @wrong, "a row says that it took effect" if $outcome eq 'committed' && !$happened;
		push @wrong, "it took effect, and a row says $outcome" if $outcome ne 'committed' && $happened;
		push @wrong, "refused as $detail, its row is $number" if $told eq 'refused' && $number ne $detail;
		push @wrong, "failed with $detail, its row says $sqlstate" if $told eq 'failed' && $sqlstate ne $detail;
	}
	return @wrong;
}

# Must its row be there, whatever happened to the server since?
sub is_due
{
	my ($self, $id, $found) = @_;
	my $statement = $self->{statements}{$id};

	return 1 if $statement->{told} eq 'refused';
	return is_told_for_sure($statement) && $statement->{follows} && $self->happened($statement->{follows}, $found);
}

# Must its row be there after a while?
sub is_coming
{
	my ($self, $id, $found) = @_;
	my $statement = $self->{statements}{$id};

	return is_told_for_sure($statement) && !$found->{crashed} && !$self->is_due($id, $found);
}

# A statement that was cancelled may have been so before anybody looked at it.
sub is_told_for_sure
{
	my ($statement) = @_;
	return $statement->{told} eq 'rolled_back'
		|| ($statement->{told} eq 'failed' && $statement->{detail} eq $statement->{expected});
}

1;
