# Old rows are moved to a file by the script in docs/record.md, all of them or none.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('archive');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION ddl_warden');

my ($script) = slurp_file('docs/record.md') =~ /^```sql\n(-- archive\.sql;.*?)^```/ms;
ok($script, 'the documentation has the script');
my $dir = PostgreSQL::Test::Utils::tempdir;
append_to_file("$dir/archive.sql", $script);

# Texts that a bad copy would spoil; not yet so old that the recorder removes them.
my $before = $node->safe_psql('postgres', q{SELECT now() - interval '100 days'});
$node->safe_psql('postgres', <<'SQL');
SET session_replication_role = replica;
INSERT INTO ddl_warden.decision_log (id, decided_at, role_name, client_addr, transaction_id, command, statement, findings, verdict, outcome, run_ms)
SELECT 1000000 * extract(epoch FROM at - timestamptz '2000-01-01'), at, nullif(i % 3, 0), '10.0.0.1', '4294967296', 'CREATE TABLE',
	E'CREATE TABLE "a, b" (\n\tc text DEFAULT $$\\N "\u00e4"$$\n)' || repeat('x', i), jsonb_build_array(i, E'\\"'), 'allow', 'committed', i / 7.0
FROM generate_series(1, 3000) i, LATERAL (SELECT now() - interval '100 days' - i * interval '1 s' - interval '1 min') t(at);
CREATE TABLE copied AS SELECT * FROM ddl_warden.decision_log WHERE decided_at < now() - interval '100 days';
SQL

sub archive
{
	my ($file) = @_;
	my ($out, $err);
	IPC::Run::run(['psql', '-XAtq', '--set', "before=$before", '--set', "file=$file", '--file', "$dir/archive.sql", '-d', $node->connstr('postgres')],
		'>', \$out, '2>', \$err);
	return ($? >> 8, $out, $err);
}

sub left { return $node->safe_psql('postgres', "SELECT count(*) FROM ddl_warden.decision_log WHERE decided_at < '$before'") }

my ($status, $out, $err) = archive("$dir/no/such/folder.csv");
isnt($status, 0, 'a file that cannot be written');
is(left(), 3000, 'leaves the rows where they are');

my $holder = $node->background_psql('postgres');
$holder->query_safe('BEGIN');
$holder->query_safe('SELECT count(*) FROM (SELECT FROM ddl_warden.decision_log ORDER BY id LIMIT 1 FOR UPDATE) locked');
($status, $out, $err) = archive("$dir/incomplete.csv");
isnt($status, 0, 'a row that somebody has locked');
like($err, qr/not as many rows removed as copied/, 'is noticed');
is(left(), 3000, 'and leaves the rows where they are');
$holder->quit;

($status, $out, $err) = archive("$dir/decisions.csv");
is($status, 0, 'the script runs');
is($err, '', 'without a complaint');
like($out, qr/^3000 rows moved to .*decisions\.csv$/, 'and says what it did');
is(left(), 0, 'the rows are gone');
is($node->safe_psql('postgres', q(SELECT override_reason FROM ddl_warden.overrides WHERE command = 'PURGE' AND outcome = 'committed')), '3000 rows removed', 'which the record says');

$node->safe_psql('postgres', <<SQL);
CREATE TABLE archived (LIKE ddl_warden.decision_log);
\\copy archived FROM '$dir/decisions.csv' WITH (FORMAT csv, HEADER)
SQL
is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM archived), (SELECT count(*) FROM (TABLE archived EXCEPT TABLE copied) d), (SELECT count(*) FROM (TABLE copied EXCEPT TABLE archived) d)'),
	'3000|0|0', 'and can be read back as they were');

$node->stop;
done_testing();
