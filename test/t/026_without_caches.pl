# With every cache thrown away at every chance (debug_discard_caches, which servers built with assertions have), explain,
# lint and refusals say what they say otherwise: nothing that they read may go away while it is in use.
#
#   EVERY=n   each n-th statement of the catalogue (40); 1 takes a quarter of an hour
#   SEED=n    begins with the n-th (1)
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Catalogue;
use Session;

my $folder = 'test/catalogue';
my $every = $ENV{EVERY} // 40;
my $seed = $ENV{SEED} // 1;

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
log_min_messages = error
CONF
$node->start;
if ($node->safe_psql('postgres', q{SELECT coalesce(max(max_val::int), 0) FROM pg_settings WHERE name = 'debug_discard_caches'}) == 0)
{
	$node->stop;
	plan skip_all => 'this server keeps its caches: it is built without assertions';
}
my ($status, undef, $stderr) = $node->psql('postgres', slurp_file("$folder/schema.sql"), on_error_stop => 1);
die "schema.sql: $stderr" if $status != 0;
$node->safe_psql('postgres', "UPDATE ddl_warden.rule SET action = 'deny', tolerate_bytes = 0");

my $major = $node->safe_psql('postgres', 'SHOW server_version_num') / 10000;
my @all = map { $_->{statement} } grep { !$_->{first} } map { Catalogue::read($_, $major) } grep { !/schema\.sql$/ } sort glob "$folder/*.sql";
my @statements = map { $all[$_] } grep { $_ % $every == ($seed - 1) % $every } 0 .. $#all;
my $session = Session->open($node, 'postgres');

sub quoted { return "'" . ($_[0] =~ s/'/''/gr) . "'"; }

# Rows, or the error with its detail and hint; a decision's number differs each time.
sub answer_to
{
	my ($query) = @_;
	my $answer = $session->ask($query);
	die "$query: the connection is lost\n" if $session->lost;
	return join "\n", map { join '|', @$_ } @{ $answer->{rows} } if !$answer->{error};
	return join("\n", map { $answer->{error}{fields}{$_} // '' } qw(C M D H)) =~ s/(?<=refusal )\d+/N/r;
}

# Refusals only: nothing of the statement itself is run.
sub answers
{
	my ($statement) = @_;
	my $text = quoted($statement);
	my %said = (
		explain => answer_to("SELECT e::text FROM ddl_warden.explain($text) e"),
		lint => answer_to("SELECT l::text FROM ddl_warden.lint($text) l"));

	if ($said{lint} =~ /^\(1,[^,]*,deny,/m)
	{
		answer_to("SET ddl_warden.mode = 'enforce'");
		$said{refused} = answer_to($statement);
		answer_to("SET ddl_warden.mode = 'observe'");
	}
	return \%said;
}

my %cached = map { $_ => answers($_) } @statements;
my $refused = grep { $_->{refused} } values %cached;
answer_to('SET debug_discard_caches = 1');
for my $statement (@statements)
{
	is_deeply(answers($statement), $cached{$statement}, $statement);
}
answer_to('SET debug_discard_caches = 0');
cmp_ok($refused, '>', 0, "$refused of " . @statements . ' were refused');
unlike(slurp_file($node->logfile), qr/could not judge|PANIC|TRAP|terminated by signal|leak|was not closed/, 'the warden has no fault in it');

$node->stop;
done_testing();
