# The record's disk is full: a statement that is accepted fails as it would over any other table, one that is
# refused is told in the server log.  Once there is room, rows are written again.
use strict;
use warnings FATAL => 'all';

# No file may grow beyond some megabytes, in this process and the servers that it starts: what a full disk is,
# without one.
BEGIN
{
	exec('sh', '-c', 'ulimit -f 8192 && exec "$0" "$@"', $^X, (map { "-I$_" } @INC), $0) unless $ENV{DDL_WARDEN_FILES_LIMITED}++;
}

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Refusals;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('full');
$node->init(extra => ['--wal-segsize=1']);
$node->append_conf('postgresql.conf', <<CONF);
shared_preload_libraries = 'ddl_warden'
autovacuum = off
log_statement = none
log_min_error_statement = panic
CONF
$node->start;
$node->safe_psql('postgres', q{CREATE EXTENSION ddl_warden; CREATE TABLE orders AS SELECT 1 AS id});

# Text that does not compress
my $long = '';
$long .= sprintf '%08x', int rand 0xffffffff while length $long < 500_000;
my $accepted = "COMMENT ON TABLE orders /* $long */ IS 'accepted'";
my $refused = "CREATE INDEX ON orders /* $long */ (id)";

my $fits = 0;
my $error = '';
while ($fits < 100)
{
	(my $status, undef, $error) = $node->psql('postgres', $accepted, on_error_stop => 0);
	last if $error ne '';
	$fits++;
}
cmp_ok($fits, '>', 3, 'there is room for some rows');
like($error, qr/ERROR:  could not (extend|write) file/, 'then an accepted statement fails, with the server\'s own message');
is($node->safe_psql('postgres', 'SELECT count(*) FROM ddl_warden.decision_log WHERE outcome = \'committed\' AND command = \'COMMENT\''), $fits, 'those before have their rows');

is_kept($node, 'postgres', refusal($node, 'postgres', $refused), 'could not (?:extend|write) file .*', 'a refusal that finds no room');
is_kept($node, 'postgres', refusal($node, 'postgres', 'CREATE INDEX ON orders (id)'), 'row', 'a short one');
my @statements = ([ $refused, 'could not .*' ], [ 'CREATE INDEX ON orders (id)', 'row' ]);
my @numbers = refused_at_once($node, map { [ 'postgres', $statements[$_ % 2][0] ] } 0 .. 5);
is_kept($node, 'postgres', $numbers[$_], $statements[$_ % 2][1], 'one that finds no room takes no other along') for 0 .. 5;
is($node->safe_psql('postgres', q{SELECT sum(value) FROM ddl_warden.metrics WHERE labels ->> 'kept' = 'in the server log'}), lines_without_row($node),
	'what has no row is counted');

$node->safe_psql('postgres', 'SELECT ddl_warden.purge(now())');
$node->safe_psql('postgres', 'VACUUM ddl_warden.decision_log');
is_kept($node, 'postgres', refusal($node, 'postgres', $refused), 'row', 'room again: a refusal');
is($node->psql('postgres', $accepted), 0, 'room again: a statement that is accepted');

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|terminated by signal|could not judge/, 'nothing crashed, nothing went unjudged');
$node->stop;
done_testing();
