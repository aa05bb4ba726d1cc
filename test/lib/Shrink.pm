# Makes a statement whose prediction is wrong as small as it can be, and the schema too, in a database of
# its own: the same relations must stay wrong in the same way.
#
#   my $shrink = Shrink->new($node, 'shrink');
#   my $small = $shrink->shrink(\@schema, $one, @misses);     # { schema, first, statement, misses, error }
package Shrink;
use strict;
use warnings;
use Compare;
use RandomDdl;
use RandomSchema;
use Time::HiRes qw(time);

my $patience = 10;    # seconds for one

sub new
{
	my ($class, $node, $database) = @_;
	my $builder = Session->open($node, $database) || die "no connection\n";
	$builder->rows(q{SET client_min_messages = 'error'; SET ddl_warden.record = 'refused'});
	return bless { builder => $builder, compare => Compare->new($node, $database), patience => $patience, known => {} }, $class;
}

# All of it was seen before, smaller: a subcommand of this kind made a miss of this kind.
sub is_known
{
	my ($self, $one, @misses) = @_;
	my @kinds = map { $_->[0] } @{ $one->{parts} };
	for my $miss (@misses)
	{
		my $sort = sort_of($miss);
		return 0 if !grep { $self->{known}{"$_: $sort"} } @kinds;
	}
	return 1;
}

sub sort_of { my ($miss) = @_; return "$miss->[0]" . ($miss->[1] =~ s/^[^:]*//r =~ s/\d+/N/gr); }

sub shrink
{
	my ($self, $schema, $one, @misses) = @_;
	my %wanted = map { same($_) => 1 } @misses;

	$self->{wanted} = \%wanted;
	$self->{first} = $one->{first};
	$self->{until} = time + $self->{patience};
	my @schema = $self->build(@$schema);
	return { schema => $schema, statement => RandomDdl::text($one), misses => \@misses, first => $one->{first}, error => $self->{error} } if !$self->fails(RandomDdl::text($one));
	$self->{first} = '' if $self->{first} && $self->fails_without_first($one);
	my @parts = $self->fewer([ @{ $one->{parts} } ], sub { @_ && $self->fails(RandomDdl::text($one, @_)) });
	$self->fails(RandomDdl::text($one, @parts));
	my $text = RandomDdl::text($one, @parts);
	for my $miss (@{ $self->{misses} })
	{
		$self->{known}{ "$_->[0]: " . sort_of($miss) } = 1 for @parts;
	}
	my $enough = sub { $self->build(@_); return $self->fails($text) };
	my @related = related($text, $self->{misses}, @schema);
	@schema = @related if $enough->(@related);
	@schema = $self->fewer([@schema], $enough);
	$self->build(@schema);
	$self->fails($text);
	return { schema => \@schema, statement => $text, misses => $self->{misses}, first => $self->{first}, error => $self->{error} };
}

sub fails_without_first
{
	my ($self, $one) = @_;
	local $self->{first} = '';
	return $self->fails(RandomDdl::text($one));
}

# What of a miss must stay: its kind and its relation.
sub same
{
	my ($miss) = @_;
	return "$miss->[0]: " . ($miss->[1] =~ s/:.*//sr) . ($miss->[1] =~ /refuses/ ? ' refused' : '');
}

sub fails
{
	my ($self, $statement) = @_;
	my $result = eval { $self->{compare}->in_block($statement, first => $self->{first}) };
	if (!$result)
	{
		# what runs first cannot, without the schema
		$self->{compare}{runner}->ask('ROLLBACK');
		return 0;
	}
	$self->{misses} = $result->{misses};
	$self->{error} = $result->{error};
	return scalar grep { $self->{wanted}{ same($_) } } @{ $result->{misses} };
}

# Returns those that worked.
sub build
{
	my ($self, @schema) = @_;
	my $builder = $self->{builder};
	$builder->ask($_) for RandomSchema::away();
	$self->{compare}->forget;
	return grep { !$builder->ask($_)->{error} } @schema;
}

# What names a table of the statement, or one of those that it names then, and all that is no table's.
sub related
{
	my ($text, $misses, @schema) = @_;
	my %names = names($text, map { $_->[1] } @$misses);

	for (1 .. 2)
	{
		%names = (%names, map { my %its = names($_); (grep { $names{$_} } keys %its) ? %its : () } @schema);
	}
	return grep { my %its = names($_); !%its || grep { $names{$_} } keys %its } @schema;
}

sub names
{
	return map { $_ => 1 } map { /\b((?:t|p|ih|of|att|mv?|v|ft)\d+(?:_\w+?)?(?=_\d*key|_pkey|_c\d|\b)|ih|ft|row_of|sq)\b/g } @_;
}

# Takes away halves, quarters, … as long as it still fails.
sub fewer
{
	my ($self, $list, $fails) = @_;
	my @list = @$list;

	for (my $chunk = int((@list + 1) / 2); $chunk >= 1; $chunk = $chunk > 1 ? int(($chunk + 1) / 2) : 0)
	{
		for (my $at = $#list; $at >= 0 && time < $self->{until}; $at -= $chunk)
		{
			my $from = $at - $chunk + 1 < 0 ? 0 : $at - $chunk + 1;
			my @rest = (@list[ 0 .. $from - 1 ], @list[ $at + 1 .. $#list ]);
			@list = @rest if $fails->(@rest);
		}
	}
	return @list;
}

1;
