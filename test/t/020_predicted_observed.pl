# What ddl_warden.explain predicts, against what the server then does: the statements of
# test/catalogue/*.sql, each on the same tables with data, in a transaction that is rolled back.
# test/lib/Compare.pm tells what is compared.
#
# test/catalogue/known_misses lists lines whose prediction is known not to be exact, each below its reason. A line
# that is exact must not be there.
#
#   CATALOGUE_MISSES=file   the misses are written there, by kind of statement
#   CATALOGUE_ONLY=regex    only lines that match
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Catalogue;
use Compare;

my $folder = 'test/catalogue';
my @kinds = ('lock missed', 'lock false', 'work missed', 'work false', 'bytes', 'answer', 'error');

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'ddl_warden'
ddl_warden.mode = 'observe'
allow_in_place_tablespaces = on
wal_level = logical
max_locks_per_transaction = 512
autovacuum = off
log_statement = none
log_min_error_statement = panic
CONF
$node->start;
my ($status, undef, $stderr) = $node->psql('postgres', slurp_file("$folder/schema.sql"), on_error_stop => 1);
die "schema.sql: $stderr" if $status != 0;

my $major = $node->safe_psql('postgres', 'SHOW server_version_num') / 10000;
my %known = map { $_->{line} => 1 } Catalogue::read("$folder/known_misses", $major);
my %catalogue = map { $_->{line} => 1 } map { Catalogue::read($_) } grep { !/schema/ } glob "$folder/*.sql";
my $compare = Compare->new($node, 'postgres');
my (%score, %missed, %seen, @twice);
my $only = '(?:' . ($ENV{CATALOGUE_ONLY} // '') . ')';
my $statements = 0;

# The server must refuse what it is said to refuse, in its own words, and nothing else.
sub unexpected_error
{
	my ($entry, $result) = @_;
	my ($said, $error) = ($entry->{error}, $result->{error});
	return () if $entry->{alone} || (!$said && !$error);
	return "there is no error" if !$error;
	my $came = "$error->{code}: $error->{message}";
	return $said && $came eq "$said->{code}: $said->{message}" ? () : $came;
}

sub compare
{
	my ($entry, $known) = @_;
	my $result = $entry->{alone}
	  ? $compare->alone($entry->{statement}, while => $entry->{while}, grows => $entry->{grows})
	  : $compare->in_block($entry->{statement}, first => $entry->{first});
	my @misses = (@{ $result->{misses} }, map { [ 'error', $_ ] } unexpected_error($entry, $result));

	$statements++;
	$score{ $_->[0] }++ for @misses;
	$score{exact}++ if !@misses;
	return @misses;
}

# Lines that follow neither their own remark nor another line of the same.
sub without_reason
{
	my ($file) = @_;
	my $reason = 0;
	my @lines;
	for my $line (split /\n/, slurp_file($file))
	{
		$reason = $line =~ /^--/ ? 1 : $line =~ /\S/ ? $reason : 0;
		push @lines, $line if $line =~ /\S/ && !$reason;
	}
	return @lines;
}

# What runs outside a block stays: it comes last.
my @topics = grep { !/^(schema|outside_a_block)$/ } map { m{([^/]*)\.sql$} } sort glob "$folder/*.sql";
for my $topic (@topics, 'outside_a_block')
{
	note $topic;
	my @entries = Catalogue::read("$folder/$topic.sql", $major);
	push @twice, grep { $seen{$_}++ } map { $_->{line} } @entries;
	for my $entry (grep { $_->{line} =~ $only } @entries)
	{
		my @misses = compare($entry);
		my $text = join "\n", map { "    $_->[0]: $_->[1]" } @misses;
		my $known = $known{ $entry->{line} };

		push @{ $missed{$topic} }, "$entry->{line}\n$text" if @misses;
		local $TODO = $known && @misses ? 'a known miss' : undef;
		ok(!@misses && !$known, $entry->{line});
		diag("$entry->{place}: $entry->{line}\n$text") if @misses && !$known;
		diag("$entry->{place}: $entry->{line}\n    exact: remove it from known_misses") if !@misses && $known;
	}
}
is(join("\n", without_reason("$folder/known_misses")), '', 'each known miss has its reason above it');
is(join("\n", grep { !$catalogue{$_} } sort keys %known), '', 'known_misses has lines of the catalogue only');
is(join("\n", @twice), '', 'no line is there twice');
cmp_ok($statements, '>', 0, 'there are statements');

if ($ENV{CATALOGUE_MISSES})
{
	append_to_file($ENV{CATALOGUE_MISSES}, join '', map { "\n== $_\n" . join("\n", @{ $missed{$_} }) . "\n" } sort keys %missed);
}
diag(sprintf '%d of %d statements exact: locks missed %d, false %d, work missed %d, false %d, bytes wrong %d, answers wrong %d, errors wrong %d',
	map { $_ // 0 } $score{exact}, $statements, @score{@kinds});

$node->stop;
done_testing();
