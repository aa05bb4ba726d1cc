# The server log: one line for a refusal, which log shippers can take apart whatever is in it.
use strict;
use warnings FATAL => 'all';

use Encode qw(decode_utf8 encode_utf8);
use IPC::Run qw(run);
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use utf8;

my $json = JSON::PP->new->utf8->allow_nonref;

my $node = PostgreSQL::Test::Cluster->new('primary');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'ddl_warden'
logging_collector = on
log_destination = 'stderr,csvlog,jsonlog'
log_directory = 'log'
log_filename = 'server.log'
log_rotation_age = 0
log_rotation_size = 0
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION ddl_warden');
my $logs = $node->data_dir . '/log/server';

# What is wrong with a line, or nothing; the fields go into the hash.
sub fields_of
{
	my ($line, $fields) = @_;
	my ($rest) = $line =~ /LOG:  (ddl_warden_decision=.*)/ or return 'no line';
	while ($rest =~ s/^([a-z_]+)=("(?:[^"\\]|\\.)*"|[^ "]+)(?: |$)//)
	{
		my ($key, $value) = ($1, $2);
		return "$key twice" if exists $fields->{$key};
		$fields->{$key} = eval { $json->decode($value) };
		return "$key is not JSON: $value" unless defined $fields->{$key};
	}
	return $rest;
}

# Lines that the statements leave in the log once it has them all.
sub lines_of
{
	my ($file, @sql) = @_;
	my $before = -s $file;
	my (undef, $out, $err) = $node->psql('postgres', encode_utf8(join ";\n", @sql, q(DO $$ BEGIN RAISE LOG 'that was all'; END $$)), on_error_stop => 0);
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		last if slurp_file($file, $before) =~ /that was all.*\n/;
		select undef, undef, undef, 0.1;
	}
	return ($err, grep { /ddl_warden_/ && !/STATEMENT|that was all|ERROR/ } split /\n/, slurp_file($file, $before));
}

my $name = qq(odd "na=me\\ \n ünï ' {x} \x{1F600});
(my $quoted = $name) =~ s/"/""/g;
my $context = qq(two\nlines\t"quoted" \\ outcome="allow" rule=none \x01);
(my $literal = $context) =~ s/'/''/g;
$node->safe_psql('postgres', encode_utf8(qq(CREATE TABLE "$quoted" AS SELECT generate_series(1, 1000) AS id)));
my $statement = qq(CREATE INDEX ON /* two\r\nlines, "quotes", back\\slashes */ "$quoted" (id));

my ($error, @lines) = lines_of("$logs.log", "SET ddl_warden.context = '$literal'", $statement);
is(scalar @lines, 1, 'a refusal leaves one line');
my %fields;
is(fields_of($lines[0], \%fields), '', 'which is made of keys and JSON values to its end');
my ($number) = $error =~ /ddl_warden refusal (\d+)/;
is($fields{ddl_warden_decision}, $number, 'it has the number that the client was told');
my ($message) = $error =~ /ERROR:  (.*?) \(ddl_warden refusal/s;
is($fields{message}, decode_utf8($message), 'the message');
my $user = $node->safe_psql('postgres', 'SELECT current_user');
is_deeply([ @fields{qw(outcome verdict rule command lock_mode sqlstate role_name session_role database)} ],
	[ 'refused', 'deny', 'index_without_concurrently', 'CREATE INDEX', 'ShareLock', 'WD001', $user, $user, 'postgres' ], 'what was decided, and who it was');
is($fields{context}, $context, 'the context as it was set, line breaks and quotes and all');
is($fields{statement}, $statement, 'the statement as it was sent');
like($fields{relation}, qr/^public\."odd ""na=me/, 'the relation');
cmp_ok($fields{bytes}, '>', 0, 'bytes');
like($fields{decided_at}, qr/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$/, 'the time in UTC');
is(scalar(grep { !defined || /^$/ } values %fields), 0, 'what is NULL is left out');

# A megabyte of text
($error, @lines) = lines_of("$logs.log", "SET ddl_warden.context = '" . 'ü' x 500 . "'", "CREATE INDEX /* " . 'ü' x 1_000_000 . qq( */ ON "$quoted" (id)));
is(scalar @lines, 1, 'a long one: one line, too');
cmp_ok(length $lines[0], '<', 8192, 'of some kilobytes');
%fields = ();
is(fields_of($lines[0], \%fields), '', 'made of keys and JSON values');
like($fields{statement}, qr/^CREATE INDEX .*ü\.\.\.$/, 'cut between characters');

# Secrets, where a line takes the row's place
($error, @lines) = lines_of("$logs.log", 'CREATE ROLE app', 'BEGIN', q(ALTER ROLE app PASSWORD 'swordfish'), 'DROP EXTENSION ddl_warden', 'COMMIT', 'CREATE EXTENSION ddl_warden');
@lines = grep { /ALTER ROLE/ } @lines;
is(scalar @lines, 1, 'a decision without its row leaves a line');
%fields = ();
is(fields_of($lines[0], \%fields), '', 'of the same form');
is($fields{statement}, 'ALTER ROLE app PASSWORD \'<redacted>\'', 'without the secret');
like($fields{no_row_because}, qr/./, 'which says why there is no row');

# The other formats
($error, @lines) = lines_of("$logs.json", $statement);
($number) = $error =~ /ddl_warden refusal (\d+)/;
my ($out, $err);
$node->safe_psql('postgres', 'CREATE ROLE anybody');
$node->psql('postgres', "SET ROLE anybody; DO \$\$ BEGIN RAISE LOG 'ddl_warden_decision=$_'; END \$\$") for "$number rule=\"forged\"", 'no JSON';
$node->psql('postgres', "SET ROLE anybody; DO \$\$ BEGIN RAISE 'ddl_warden_decision=no JSON'; END \$\$");
ok(run([ 'jq', '-c', '-f', 'docs/monitoring/decisions.jq', "$logs.json" ], '>', \$out, '2>', \$err), 'the jq program of the documentation') or diag $err;
my @decisions = grep { $_->{ddl_warden_decision} == $number } map { decode_json($_) } split /\n/, $out;
is(scalar @decisions, 1, 'is not taken in by what anybody has the server log');
my $decision = $decisions[0];
is($decision->{statement}, $statement, 'finds the refusal in the JSON log');
is($decision->{rule}, 'index_without_concurrently', 'and takes it apart');

($error, @lines) = lines_of("$logs.csv", $statement);
($number) = $error =~ /ddl_warden refusal (\d+)/;
like(slurp_file("$logs.csv"), qr/,"ddl_warden_decision=$number outcome=""refused"" [^\n]*",,,,,,,,/, 'the CSV log has it on one line, too');

# Nothing of it reaches a client
(undef, undef, $err) = $node->psql('postgres', encode_utf8("SET client_min_messages = debug5; $statement"));
unlike($err, qr/ddl_warden_decision/, 'a client sees nothing of it, whatever it asks for');

$node->stop;

done_testing();
