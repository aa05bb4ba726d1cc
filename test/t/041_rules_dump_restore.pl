# Rules that were changed travel through a dump; what is compiled in does not, so that an update of the
# library brings its own.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('primary');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'\nwal_level = logical");
$node->start;

my $rules = 'SELECT name, action, tolerate_bytes, tolerate_count, changed FROM ddl_warden.rule';

$node->safe_psql('postgres', 'CREATE DATABASE source');
$node->safe_psql('source', q{
	CREATE EXTENSION ddl_warden;
	UPDATE ddl_warden.rule SET action = 'warn', tolerate_bytes = 1 WHERE name = 'table_rewrite';
	UPDATE ddl_warden.rule SET action = 'off' WHERE name = 'index_without_concurrently';
	SELECT ddl_warden.pause('1 hour', 'only here');
	-- as a newer version would have left it
	INSERT INTO ddl_warden.rule_change VALUES ('rule_of_tomorrow', 'warn', NULL, 7, now(), 'somebody');
});
my $changed = $node->safe_psql('source', $rules);
like($changed, qr/table_rewrite\|warn\|1\|/, 'rules are changed');

my $dump = $node->basedir . '/dump';
$node->command_ok([ 'pg_dump', '-Fc', '-f', $dump, $node->connstr('source') ], 'pg_dump');

# Into an empty database
$node->safe_psql('postgres', 'CREATE DATABASE target');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $node->connstr('target'), $dump ], 'pg_restore');
is($node->safe_psql('target', $rules), $changed, 'the changed rules are there');
is($node->safe_psql('target', 'SELECT paused_until IS NULL FROM ddl_warden.status()'), 't', 'the pause is not');
is($node->safe_psql('target', 'SELECT rules_changed FROM ddl_warden.status()'), '2', 'status counts them');
is($node->safe_psql('target', q{SELECT action, tolerate_count FROM ddl_warden.rule_change WHERE name = 'rule_of_tomorrow'}),
	'warn|7', 'a change of a rule that only another version has is kept');

# The restored rules are in force
$node->safe_psql('target', q{
	CREATE TABLE t AS SELECT generate_series(1, 1000) AS a;
	CREATE INDEX ON t (a);
});
pass('index_without_concurrently is off in the restored database');

# Over a database that has them already
$node->command_ok([ 'pg_restore', '--exit-on-error', '--clean', '--if-exists', '-d', $node->connstr('target'), $dump ],
	'pg_restore --clean');
is($node->safe_psql('target', $rules), $changed, 'the changed rules are there again');

# As plain SQL, in one transaction
$node->command_ok([ 'pg_dump', '-f', "$dump.sql", $node->connstr('source') ], 'pg_dump as SQL');
$node->safe_psql('postgres', 'CREATE DATABASE again');
$node->command_ok([ 'psql', '-X', '-1', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('again'), '-f', "$dump.sql" ],
	'psql --single-transaction');
is($node->safe_psql('again', $rules), $changed, 'the changed rules are there, too');
unlike(slurp_file("$dump.sql"), qr/reindex_without_concurrently/, 'what is as compiled in is not in the dump');

# Nothing of it reaches a subscriber, who may not have the tables
$node->safe_psql('source', q{
	CREATE TABLE control (a int PRIMARY KEY);
	CREATE PUBLICATION everything FOR ALL TABLES;
	SELECT pg_create_logical_replication_slot('slot', 'pgoutput');
});
$node->safe_psql('source', q{
	UPDATE ddl_warden.rule SET action = 'deny', tolerate_bytes = 7;
	UPDATE ddl_warden.rule SET tolerate_bytes = 8 WHERE name = 'table_rewrite';
	SELECT ddl_warden.pause('0', 'not replicated');
});
# pgoutput sends R for a relation and I, U, D for its rows
my $sent = q{SELECT count(*) FROM pg_logical_slot_get_binary_changes('slot', NULL, NULL,
	'proto_version', '1', 'publication_names', 'everything')
	WHERE get_byte(data, 0) IN (ascii('R'), ascii('I'), ascii('U'), ascii('D'))};
is($node->safe_psql('source', $sent), '0', 'changed rules and pauses are not replicated');
$node->safe_psql('source', 'INSERT INTO control VALUES (1)');
is($node->safe_psql('source', $sent), '2', 'other rows are');

$node->stop;
done_testing();
