# A database with the extension is dumped and restored in every format, also by its owner, and also into a
# server that does not preload the library.  The restored tables are not new to the transaction that
# indexes them, so a restore of more than one transaction says "observe".
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('guarded');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'");
$node->start;
my $bare = PostgreSQL::Test::Cluster->new('bare');
$bare->init;
$bare->start;

$node->safe_psql('postgres', 'CREATE ROLE shop_owner LOGIN');
$node->safe_psql('postgres', 'CREATE DATABASE shop OWNER shop_owner');
$node->safe_psql('shop', q{
	BEGIN;
	CREATE EXTENSION ddl_warden;
	GRANT CREATE ON SCHEMA public TO shop_owner;
	SET ROLE shop_owner;
	CREATE TABLE customers (id int PRIMARY KEY, name text);
	INSERT INTO customers SELECT g, 'name ' || g FROM generate_series(1, 1000) g;
	CREATE TABLE orders (id bigserial PRIMARY KEY, customer int REFERENCES customers, note text);
	INSERT INTO orders (customer) SELECT g % 1000 + 1 FROM generate_series(1, 2000) g;
	CREATE INDEX orders_customer ON orders (customer);
	CREATE MATERIALIZED VIEW names AS SELECT name FROM customers;
	CREATE UNIQUE INDEX names_name ON names (name);
	RESET ROLE;
	UPDATE ddl_warden.rule SET tolerate_bytes = 4711 WHERE name = 'table_rewrite';
	COMMIT;
});

my $content = q{
	SELECT count(*), sum(id) FROM orders
	UNION ALL SELECT count(*), sum(id) FROM customers
	UNION ALL SELECT count(*), NULL FROM names
	UNION ALL SELECT count(*), NULL FROM pg_index WHERE indisvalid AND indrelid IN ('orders'::regclass, 'customers'::regclass, 'names'::regclass)
	UNION ALL SELECT count(*), NULL FROM pg_constraint WHERE contype = 'f' AND convalidated
};
my $rewrite = q{SELECT tolerate_bytes FROM ddl_warden.rule WHERE name = 'table_rewrite'};
my $expected = $node->safe_psql('shop', $content);

my $dump = $node->basedir . '/dump';
my %file = (plain => "$dump.sql", custom => "$dump.custom", directory => "$dump.directory");
my $dumped = $node->safe_psql('shop', 'SELECT max(id) FROM ddl_warden.decision_log');
$node->command_ok([ 'pg_dump', "--format=$_", "--file=$file{$_}", $node->connstr('shop') ], "pg_dump --format=$_") for sort keys %file;
$node->command_ok([ 'pg_dump', '-U', 'shop_owner', '--format=custom', '--file', "$dump.owner", $node->connstr('shop') ], 'the owner of the database may dump it');

sub database { my ($on, $name) = @_; $on->safe_psql('postgres', "CREATE DATABASE $name"); return $on->connstr($name); }

sub has_everything
{
	my ($database, $how) = @_;
	is($node->safe_psql($database, $content), $expected, "$how: tables, indexes, keys");
	is($node->safe_psql($database, $rewrite), '4711', "$how: changed rules");
	is($node->safe_psql($database, "SELECT count(*) FROM ddl_warden.decision_log WHERE id <= $dumped"), '0',
		"$how: the record stays where it was made");
}

# As it is: only what is built on a table that others might already use is refused.
my $target = database($node, 'enforced');
$node->command_checks_all([ 'pg_restore', '--dbname', $target, $file{custom} ], 1, [],
	[ qr/CREATE INDEX would block writes to "public\.orders"/, qr/errors ignored on restore: 1\n/ ],
	'in enforce, over several transactions: an index is refused');
is($node->safe_psql('enforced', 'SELECT count(*) FROM orders'), '2000', 'the rest is there');
$target = database($node, 'one_transaction');
$node->command_ok([ 'pg_restore', '--single-transaction', '--dbname', $target, $file{custom} ], 'in enforce, as one transaction');
has_everything('one_transaction', 'one transaction');

# In observe
{
	local $ENV{PGOPTIONS} = '-c ddl_warden.mode=observe';
	for my $how ([ 'in_order', 'custom' ], [ 'parallel', 'directory', '--jobs=2' ], [ 'parallel_too', 'custom', '--jobs=2' ])
	{
		my ($database, $format, @options) = @$how;
		$target = database($node, $database);
		$node->command_ok([ 'pg_restore', '--exit-on-error', @options, '--dbname', $target, $file{$format} ], "in observe, $database");
		has_everything($database, $database);
	}
	$target = database($node, 'plain');
	$node->command_ok([ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '--dbname', $target, '--file', $file{plain} ], 'in observe, plain');
	has_everything('plain', 'plain');

	# over what is there
	$node->command_ok([ 'pg_restore', '--exit-on-error', '--clean', '--if-exists', '--dbname', $node->connstr('parallel'), $file{custom} ],
		'in observe, with --clean');
	has_everything('parallel', 'with --clean');

	# in pieces
	$target = database($node, 'pieces');
	$node->command_ok([ 'pg_restore', '--exit-on-error', '--schema-only', '--dbname', $target, $file{custom} ], 'in observe, --schema-only');
	is($node->safe_psql('pieces', $rewrite), $node->safe_psql('enforced', q{SELECT tolerate_bytes FROM ddl_warden.default_rules() WHERE name = 'table_rewrite'}),
		'--schema-only: rules are data, and stay behind');
	$node->command_ok([ 'pg_restore', '--exit-on-error', '--data-only', '--disable-triggers', '--dbname', $target, $file{custom} ],
		'in observe, --data-only --disable-triggers');
	$node->safe_psql('pieces', 'REFRESH MATERIALIZED VIEW names');
	has_everything('pieces', 'in pieces');
}
is($node->safe_psql('parallel_too', q{SELECT outcome, rule FROM ddl_warden.decision_log WHERE verdict = 'deny'}), 'committed|index_without_concurrently',
	'the record tells what was let through');
$node->safe_psql('parallel_too', 'INSERT INTO orders (customer) VALUES (1)');
isnt($node->psql('parallel_too', 'CREATE INDEX ON orders (note)'), 0, 'and what comes after the restore is judged as ever');

# By a role that is no superuser, for which the extension was made
$target = database($node, 'by_owner');
$node->safe_psql('by_owner', q{CREATE EXTENSION ddl_warden; GRANT CREATE ON SCHEMA public TO shop_owner; GRANT SET ON PARAMETER ddl_warden.mode TO shop_owner});
{
	local $ENV{PGOPTIONS} = '-c ddl_warden.mode=observe';
	my (undef, $said) = run_command([ 'pg_restore', '-U', 'shop_owner', '--dbname', $target, "$dump.owner" ]);
	is(join("\n", sort map { /ERROR:  (.*)/ ? $1 : () } split /\n/, $said),
		"must be owner of extension ddl_warden\npermission denied for table rule_change", 'by an owner: all but the rules, which are not his');
	is($node->safe_psql('by_owner', $content), $expected, 'by an owner: tables, indexes, keys');
}

# Into a server without the library
$target = database($bare, 'shop');
$bare->safe_psql('postgres', 'CREATE ROLE shop_owner');
my (undef, $said) = run_command([ 'pg_restore', '--dbname', $target, $file{custom} ]);
like($said, qr/ddl_warden must be loaded via "shared_preload_libraries"\nHINT:  Set shared_preload_libraries = 'ddl_warden' in/,
	'a server without the library: CREATE EXTENSION says what is missing');
is($bare->safe_psql('shop', $content), $expected, 'a server without the library: everything else is restored');
my @complaints = $said =~ /ERROR:  (.*)/g;
is(scalar(grep { !/ddl_warden/ } @complaints), 0, 'a server without the library: nothing fails but what is ours');

# What belongs to all databases
$node->safe_psql('postgres', q{
	CREATE ROLE releaser;
	GRANT SET ON PARAMETER ddl_warden.override TO releaser;
	ALTER ROLE releaser SET ddl_warden.context = 'release';
	ALTER DATABASE shop SET ddl_warden.mode = observe;
});
$node->command_ok([ 'pg_dumpall', '--globals-only', '--file', "$dump.globals", '--dbname', $node->connstr('postgres') ], 'pg_dumpall --globals-only');
my $globals = slurp_file("$dump.globals");
for my $on ($bare, $node)
{
	$on->safe_psql('postgres', 'DROP ROLE IF EXISTS releaser') if $on == $bare;
	(undef, undef, $said) = $on->psql('postgres', $globals, on_error_stop => 0);
	is(join("\n", grep { /ERROR/ && !/role ".*" already exists/ } split /\n/, $said), '', 'globals are restored into ' . $on->name);
}
is($bare->safe_psql('postgres', q{SELECT parname FROM pg_parameter_acl ORDER BY 1}), "ddl_warden.mode\nddl_warden.override",
	'privileges on settings travel, also where the library is not loaded');
is($bare->safe_psql('postgres', q{SELECT setconfig FROM pg_db_role_setting WHERE setrole = 'releaser'::regrole}), '{ddl_warden.context=release}',
	'settings of a role travel');

# A whole server: each database in one script
$node->command_ok([ 'pg_dumpall', '--file', "$dump.all", '--dbname', $node->connstr('postgres') ], 'pg_dumpall');
like(slurp_file("$dump.all"), qr/^ALTER DATABASE shop SET "?ddl_warden\.mode"? TO 'observe';$/m, 'with the settings of the databases');

unlike(slurp_file($_->logfile), qr/PANIC|TRAP|terminated by signal/, $_->name . ': nothing crashed') for $node, $bare;
$_->stop for $node, $bare;
done_testing();
