# What ddl_warden.explain predicts, against what the server then does, for statements by chance: ALTER TABLE with one
# to four subcommands, and others, on schemas by chance with data. test/lib/Compare.pm tells what is compared;
# what the server refuses must keep the error that it has without the warden.
#
#   SEED=n          another run of chance (default 1)
#   STATEMENTS=n    so many (default 1000)
#   ONLY=n.m        schema n, statement m of it alone, with the whole schema printed
#   SHRINK=n        so many of the wrong predictions are made small (default 5)
#   MISSES=file     all of them, made small, are written there
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Compare;
use Dice;
use RandomDdl;
use RandomModel;
use RandomSchema;
use Session;
use Shrink;

my $seed = $ENV{SEED} // 1;
my $wanted = $ENV{STATEMENTS} // 1000;
my $per_schema = 40;
my ($only_schema, $only_statement) = split /\./, $ENV{ONLY} // '';
my $to_shrink = $ENV{SHRINK} // ($ENV{MISSES} ? 1000 : 5);
my $least_succeeding = 60;    # percent: the test would be weak with fewer
my $most_late = 2;            # percent refused late: as many as are known of

# What the server finds out only while it runs the statement, and the warden not beforehand: it predicts the work of
# a statement that is then refused. docs/limits.md tells of them.
my @refused_late = (
	# a type change that takes along a constraint on which something else depends
	qr/^2BP01: cannot drop desired object\(s\) because other objects depend on them$/,
	# INHERIT and OF of tables whose columns the same statement changes, and what is made again for the new type
	qr/^42883: (?:function|operator) .* does not exist$/);

# Likewise, but by what another subcommand of the same statement does first, or leaves to be done.
my @refused_by_another = (
	qr/^42703: column ".*" (?:named in key|of relation ".*") does not exist$/,
	qr/^42804: foreign key constraint ".*" cannot be implemented$/,
	qr/^42804: table has column ".*" where type requires ".*"$/,
	qr/^42P16: column ".*" is in a primary key$/,
	qr/^42P16: primary key column ".*" is not marked NOT NULL$/,
	qr/^0A000: cannot alter type of a column used (?:by|in) /);

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'ddl_warden'
ddl_warden.mode = 'observe'
allow_in_place_tablespaces = on
search_path = 's'
wal_level = logical
max_locks_per_transaction = 1024
autovacuum = off
log_statement = none
log_min_error_statement = panic
CONF
$node->start;
$node->safe_psql('postgres', $_) for 'CREATE EXTENSION ddl_warden', RandomSchema::common();
$node->safe_psql('template1', 'CREATE DATABASE shrink TEMPLATE postgres');

my $major = int($node->safe_psql('postgres', 'SHOW server_version_num') / 10000);
my $compare = Compare->new($node, 'postgres');
my $builder = Session->open($node, 'postgres');
$builder->rows(q{SET client_min_messages = 'error'; SET ddl_warden.record = 'refused'});
# The same server, without our doing.
my $unguarded = Session->open($node, 'postgres');
$unguarded->rows(q{SET ddl_warden.record = 'refused'; SET ddl_warden.mode = 'off'});
my $shrink;
my (%count, %exercised, %wrong);

sub build
{
	my (@schema) = @_;
	$builder->ask($_) for RandomSchema::away();
	my @done = grep { !$builder->ask($_)->{error} } @schema;
	$compare->forget;
	return @done;
}

# The error that comes without the warden.
sub own_error
{
	my ($one) = @_;
	$unguarded->rows('BEGIN');
	$unguarded->rows($one->{first}) if $one->{first};
	my $error = $unguarded->ask(RandomDdl::text($one))->{error};
	$unguarded->rows('ROLLBACK');
	return $error ? "$error->{code}: $error->{message}" : 'none';
}

# The server looks by a query of its own for rows that refer to a partition that goes: its planner chooses what it scans.
sub is_planned
{
	my ($one, $miss) = @_;
	return RandomDdl::text($one) =~ / DETACH PARTITION / && "@$miss" =~ /^work (?:false|missed) \S+: scan$/;
}

# Nothing is wrong but that there is work predicted, and the error is one of those.
sub is_late
{
	my ($one, $error, @misses) = @_;
	my @late = (@refused_late, @{ $one->{parts} } > 1 ? @refused_by_another : ());
	return 0 if !$error || !@misses || grep { $_->[0] ne 'work false' } @misses;
	return scalar grep { "$error->{code}: $error->{message}" =~ $_ } @late;
}

sub try_statement
{
	my ($one) = @_;
	my $result = $compare->in_block(RandomDdl::text($one), first => $one->{first});
	my ($error, @misses) = ($result->{error}, grep { !is_planned($one, $_) } @{ $result->{misses} });

	if ($error)
	{
		my $own = own_error($one);
		push @misses, [ 'error', "its own error is $own, but $error->{code}: $error->{message} came" ]
			if $own ne "$error->{code}: $error->{message}";
	}
	$count{ $error ? 'refused' : 'succeeded' }++;
	if (is_late($one, $error, @misses))
	{
		$count{'refused late'}++;
		@misses = ();
	}
	else
	{
		$count{ @misses ? 'wrong' : 'exact' }++;
	}
	for my $kind (map { $_->[0] } @{ $one->{parts} })
	{
		$exercised{$kind}{ $error ? 'refused' : 'succeeded' }++;
	}
	return ($error, @misses);
}

sub told
{
	my ($place, $schema, $one, $error, @misses) = @_;
	my @lines = map { "    $_->[0]: $_->[1]" } @misses;

	push @lines, "    error: $error->{code}: $error->{message}" if $error;
	$shrink //= Shrink->new($node, 'shrink');
	return join "\n", "SEED=$seed ONLY=$place", "  => $one->{first}; " . RandomDdl::text($one), @lines
	  if $shrink->is_known($one, @misses) || $to_shrink-- <= 0;
	my $small = $shrink->shrink($schema, $one, @misses);
	$error = $small->{error};
	return join "\n", "SEED=$seed ONLY=$place", (map { "  $_;" } @{ $small->{schema} }),
		($small->{first} ? "  $small->{first};" : ()), "  => $small->{statement};", (map { "    $_->[0]: $_->[1]" } @{ $small->{misses} }),
		$error ? "    error: $error->{code}: $error->{message}" : ();
}

my $number = 0;
for my $schema_number (1 .. ($wanted + $per_schema - 1) / $per_schema)
{
	next if $only_schema && $only_schema != $schema_number;
	my @schema = RandomSchema::statements(Dice->new($seed, $schema_number), $major);
	my @done = build(@schema);
	my $model = RandomModel->new($builder);

	$count{ddl} += @schema;
	$count{ddl_done} += @done;
	diag("$_;") for $only_statement ? @done : ();
	for my $at (1 .. $per_schema)
	{
		last if $number++ >= $wanted;
		next if $only_statement && $only_statement != $at;
		my $one = RandomDdl->new(Dice->new($seed, $schema_number, $at), $model, $major)->statement;
		my ($error, @misses) = try_statement($one);
		my $text = "$schema_number.$at: $one->{first}; " . RandomDdl::text($one);

		diag($text, $error ? "\n    $error->{code}: $error->{message}" : '') if $only_statement;
		note($text . ($error ? "\n    $error->{code}: $error->{message}" : ''));
		next if !@misses;
		my $told = told("$schema_number.$at", \@done, $one, $error, @misses);
		ok(0, $text);
		diag($told);
		append_to_file($ENV{MISSES}, "$told\n\n") if $ENV{MISSES};
	}
}

diag("seed $seed: " . join ', ', map { ($count{$_} // 0) . " $_" } 'succeeded', 'refused', 'exact', 'refused late', 'wrong', 'ddl', 'ddl_done');
note(sprintf '%-24s %4d succeeded, %4d refused', $_, map { $_ // 0 } @{ $exercised{$_} }{qw(succeeded refused)}) for sort keys %exercised;
cmp_ok($count{exact}, '>', 0, 'there are statements');
cmp_ok(100 * $count{succeeded} / ($count{succeeded} + $count{refused}), '>=', $least_succeeding, 'enough of them succeed') if !$ENV{ONLY};
cmp_ok(100 * ($count{'refused late'} // 0) / ($count{exact} || 1), '<=', $most_late, 'few are refused late') if !$ENV{ONLY};
is($count{wrong} // 0, 0, 'all predictions are exact');

$node->stop;
done_testing();
