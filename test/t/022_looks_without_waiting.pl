# While another session has dropped everything that there is and not committed, and others queue behind
# it, every statement of the catalogue is explained, linted and, where the rules say so, refused, as if
# nobody were there: without waiting, and without leaving anything behind.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Catalogue;
use Session;

my $folder = 'test/catalogue';
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
# The server's own limit is there to end what hangs; nothing here takes a fraction of it.
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'ddl_warden'
ddl_warden.mode = 'observe'
allow_in_place_tablespaces = on
wal_level = logical
max_locks_per_transaction = 1024
autovacuum = off
log_statement = none
log_min_error_statement = panic
statement_timeout = '1min'
CONF
$node->start;
my ($status, undef, $stderr) = $node->psql('postgres', slurp_file("$folder/schema.sql"), on_error_stop => 1);
die "schema.sql: $stderr" if $status != 0;
# What can be refused is.
$node->safe_psql('postgres', "UPDATE ddl_warden.rule SET action = 'deny', tolerate_bytes = 0");

my $major = $node->safe_psql('postgres', 'SHOW server_version_num') / 10000;
my @statements = grep { !$_->{first} } map { Catalogue::read($_, $major) } grep { !/schema\.sql$/ } sort glob "$folder/*.sql";
my $session = Session->open($node, 'postgres');
my ($pid) = map { $_->[0] } $session->rows('SELECT pg_backend_pid()');

sub quoted { return "'" . ($_[0] =~ s/'/''/gr) . "'"; }

# Everything that it says, as one text: rows, or the error.
sub answer_to
{
	my ($query) = @_;
	my $answer = $session->ask($query);
	die "$query: the connection is lost\n" if $session->lost;
	die "$query: waits\n" if $answer->{error} && $answer->{error}{code} eq '57014';
	return $answer->{error} ? "$answer->{error}{code}: $answer->{error}{message}"
	  : join "\n", map { join '|', @$_ } @{ $answer->{rows} };
}

# What is left in a transaction that has done nothing but look: locks on what users made, a number.
my $left = <<'SQL';
SELECT 'lock', locktype, coalesce(relation::regclass::text, classid::regclass || ' ' || objid), mode FROM pg_locks
WHERE pid = pg_backend_pid() AND locktype NOT IN ('virtualxid', 'relation', 'object')
	OR pid = pg_backend_pid() AND greatest(relation, objid) >= 16384
UNION ALL SELECT 'transaction', pg_current_xact_id_if_assigned()::text, '', '' WHERE pg_current_xact_id_if_assigned() IS NOT NULL
SQL

# In a transaction of its own: what explain and lint say, and what is left of that.
sub look
{
	my ($statement) = @_;
	my $text = quoted($statement);

	$session->rows('BEGIN');
	my $explained = answer_to("SELECT e::text FROM ddl_warden.explain($text) e");
	my $linted = answer_to("SELECT l::text FROM ddl_warden.lint($text) l");
	my $leavings = $session->has_failed_transaction ? '' : answer_to($left);
	$session->rows('ROLLBACK');
	return ("$explained\n$linted", $leavings, scalar $linted =~ /^\(1,[^,]*,deny,/m);
}

my $settings = 'SELECT md5(string_agg(name || setting, \',\' ORDER BY name)) FROM pg_settings';
my $settings_before = answer_to($settings);
my %unlocked = map { $_->{line} => (look($_->{statement}))[0] } @statements;

# ---- everything is about to be gone

my $holder = Session->open($node, 'postgres');
$holder->rows('BEGIN');
$holder->rows('DROP SCHEMA public, sc CASCADE');
my ($held) = map { $_->[0] } $holder->rows(<<'SQL');
SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'AccessExclusiveLock' AND greatest(relation, objid) >= 16384
SQL
cmp_ok($held, '>', 100, "another session holds $held locks that conflict with all others");

my @waiters = map { Session->open($node, 'postgres') } 1 .. 3;
$waiters[$_]->send_query('BEGIN; LOCK TABLE ' . (qw(t p f))[$_] . '; COMMIT') for 0 .. 2;
$node->poll_query_until('postgres', 'SELECT count(*) = 3 FROM pg_locks WHERE NOT granted') or die "nobody waits\n";

my (@otherwise, @leavings, @refused);
for my $entry (@statements)
{
	my ($said, $leavings, $denied) = look($entry->{statement});

	push @otherwise, "$entry->{line}\n    $said" if $said ne $unlocked{ $entry->{line} };
	push @leavings, "$entry->{line}\n    $leavings" if $leavings ne '';
	push @refused, $entry->{statement} if $denied;
}
is(join("\n", @otherwise), '', scalar(@statements) . ' statements are explained and linted as ever');
is(join("\n", @leavings), '', 'which leaves no lock on what users made, and no transaction number');
is(answer_to($settings), $settings_before, 'nor a setting');

$session->rows('BEGIN');
answer_to("SELECT count(*) FROM ddl_warden.explain('ALTER TABLE t ADD COLUMN z int DEFAULT random()')");
is($node->safe_psql('postgres', "SELECT count(backend_xmin) FROM pg_stat_activity WHERE pid = $pid"), '0', 'nor a snapshot');
$session->rows('ROLLBACK');

# ---- refusals

$session->rows("SET ddl_warden.mode = 'enforce'");
my @waited;
for my $statement (@refused)
{
	my $answer = answer_to($statement);
	push @waited, "$statement\n    $answer" if $answer !~ /^WD001: /;
}
cmp_ok(scalar @refused, '>', 100, scalar(@refused) . ' statements are refused');
is(join("\n", @waited), '', 'at once, whatever others hold');

is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_locks WHERE NOT granted'), '3', 'and those who wait still do');
$holder->rows('ROLLBACK');
is(scalar(grep { $_->answer->{error} } @waiters), 0, 'until they get their locks');

$node->stop;
done_testing();
