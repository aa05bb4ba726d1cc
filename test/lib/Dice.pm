# Chance that can be repeated: the same seed throws the same, whatever else asks Perl for random numbers.
package Dice;
use strict;
use warnings;
use Digest::MD5 qw(md5);

sub new
{
	my ($class, @seed) = @_;
	my $state = unpack 'N', md5(join ' ', @seed);
	return bless { state => $state || 1 }, $class;
}

# From 0 to sides - 1: xorshift of 32 bits.
sub roll
{
	my ($self, $sides) = @_;
	my $x = $self->{state};

	$x ^= $x << 13 & 0xffffffff;
	$x ^= $x >> 17;
	$x ^= $x << 5 & 0xffffffff;
	$self->{state} = $x;
	return $x % $sides;
}

sub between
{
	my ($self, $least, $most) = @_;
	return $least + $self->roll($most - $least + 1);
}

sub chance
{
	my ($self, $percent) = @_;
	return $self->roll(100) < $percent;
}

# One of them; undef of none.
sub one
{
	my ($self, @list) = @_;
	return @list ? $list[ $self->roll(scalar @list) ] : undef;
}

# The text, now and then.
sub maybe
{
	my ($self, $percent, $text) = @_;
	return $self->chance($percent) ? $text : '';
}

sub shuffle
{
	my ($self, @list) = @_;
	for my $at (reverse 1 .. $#list)
	{
		my $with = $self->roll($at + 1);
		@list[ $at, $with ] = @list[ $with, $at ];
	}
	return @list;
}

# So many of them, in any order; all of them where there are fewer.
sub some
{
	my ($self, $number, @list) = @_;
	my @shuffled = $self->shuffle(@list);
	return splice @shuffled, 0, $number;
}

# One of rows that begin with a weight.
sub weighted
{
	my ($self, @rows) = @_;
	my $sum = 0;
	$sum += $_->[0] for @rows;
	my $at = $self->roll($sum || 1);
	for (@rows)
	{
		return $_ if ($at -= $_->[0]) < 0;
	}
	return undef;
}

1;
