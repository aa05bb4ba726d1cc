# Other hooks run exactly once for a statement, whichever library was loaded first; statements of
# the extended protocol are judged like others; databases without the extension are left alone.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

sub start_with
{
	my ($name, $libraries) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init;
	$node->append_conf('postgresql.conf', "shared_preload_libraries = '$libraries'");
	$node->start;
	$node->safe_psql('postgres', q{
		CREATE EXTENSION ddl_warden;
		CREATE EXTENSION pg_stat_statements;
		CREATE TABLE t AS SELECT generate_series(1, 1000) AS id;
	});
	return $node;
}

foreach my $libraries ('pg_stat_statements,ddl_warden', 'ddl_warden,pg_stat_statements')
{
	my $node = start_with($libraries =~ /^ddl/ ? 'first' : 'last', $libraries);

	$node->safe_psql('postgres', 'SELECT pg_stat_statements_reset()');
	$node->safe_psql('postgres', 'CREATE TABLE once (id int)');
	$node->psql('postgres', 'CREATE INDEX never ON t (id)');
	is($node->safe_psql('postgres', q{SELECT calls FROM pg_stat_statements WHERE query ~ '^CREATE TABLE once'}),
		'1', "$libraries: a statement runs once");
	is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname = 'never'}),
		'0', "$libraries: a refused one never");
	is($node->safe_psql('postgres', q{SELECT count(*) FROM ddl_warden.decision_log WHERE statement ~ '^CREATE TABLE once'}),
		'1', "$libraries: one row");
	$node->stop;
}

my $node = start_with('protocols', 'pg_stat_statements,ddl_warden');
my $script = $node->basedir . '/index.sql';
append_to_file($script, "CREATE INDEX ON t (id);\n");
foreach my $protocol ('simple', 'extended', 'prepared')
{
	$node->command_checks_all(
		[ 'pgbench', '-n', '-t', '1', '-M', $protocol, '-f', $script, 'postgres' ],
		2, [qr/./],
		[qr/ERROR:  CREATE INDEX would block writes to "public\.t"/],
		"the $protocol protocol is judged");
}

# psql sends several statements in one message; the first stays if the second is refused? No: one
# message is one transaction.
my ($status, $stdout, $stderr) =
	$node->psql('postgres', undef, extra_params => [ '-c', 'CREATE TABLE one (id int); CREATE INDEX ON t (id)' ]);
isnt($status, 0, 'a refusal in a message of several statements');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_class WHERE relname = 'one'}), '0',
	'takes the whole message back');

$node->safe_psql('postgres', 'CREATE DATABASE elsewhere');
$node->safe_psql('elsewhere', 'CREATE TABLE t AS SELECT generate_series(1, 1000) AS id; CREATE INDEX ON t (id)');
pass('a database without the extension is left alone');

# somebody's table of the same name in such a database is none of ours
$node->safe_psql('elsewhere', 'CREATE SCHEMA ddl_warden; CREATE TABLE ddl_warden.decision_log (id text); CREATE TABLE more (id int)');
is($node->safe_psql('elsewhere', 'SELECT count(*) FROM ddl_warden.decision_log'), '0',
	'also one with a table that only looks like ours');
$node->stop;

done_testing();
