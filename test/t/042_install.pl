# Installing: what is said when the library is not preloaded, what is refused, what DROP leaves behind.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('primary');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$node->start;

sub message
{
	my ($sql) = @_;
	my (undef, undef, $stderr) = $node->psql('postgres', $sql);
	return $stderr;
}

# Without preload
like(message('CREATE EXTENSION ddl_warden'),
	qr/ERROR:  ddl_warden must be loaded via "shared_preload_libraries"\nHINT:  Set shared_preload_libraries = 'ddl_warden' in postgresql\.conf and restart the server\./,
	'CREATE EXTENSION says what to write where');
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_namespace WHERE nspname = 'ddl_warden'}), '0',
	'and leaves nothing behind');
is(message(q{LOAD 'ddl_warden'; SET ddl_warden.anything = 1}), '', 'the library itself stays silent');

# What is preloaded already is kept
$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', q{'plpgsql'});
$node->restart;
like(message('CREATE EXTENSION ddl_warden'), qr/Set shared_preload_libraries = 'plpgsql,ddl_warden' in/,
	'the hint keeps what is preloaded already');
$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', q{'plpgsql,ddl_warden'});
$node->restart;

# A schema that somebody else made before is not adopted
$node->safe_psql('postgres', 'CREATE SCHEMA ddl_warden; CREATE TABLE ddl_warden.rule_change (name text, action text)');
like(message('CREATE EXTENSION ddl_warden'), qr/ERROR:  schema "ddl_warden" already exists/,
	'a schema of that name is not taken over');
$node->safe_psql('postgres', 'DROP SCHEMA ddl_warden CASCADE');

# Nothing is left behind
my $objects = q{SELECT array_agg(x ORDER BY x) FROM (
	SELECT 'relation ' || oid::regclass AS x FROM pg_class
	UNION ALL SELECT 'function ' || oid::regprocedure FROM pg_proc
	UNION ALL SELECT 'type ' || oid::regtype FROM pg_type
	UNION ALL SELECT 'schema ' || nspname FROM pg_namespace
	UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger
	UNION ALL SELECT 'privileges ' || objoid || ' ' || classoid::regclass FROM pg_init_privs
) s WHERE x !~ 'pg_toast_temp|pg_temp'};
my $before = $node->safe_psql('postgres', $objects);
$node->safe_psql('postgres', 'CREATE EXTENSION ddl_warden');
isnt($node->safe_psql('postgres', $objects), $before, 'the extension is there');

# Everything that can be seen is described
is($node->safe_psql('postgres', q{
		SELECT string_agg(what, ', ' ORDER BY what) FROM (
			SELECT 'relation ' || c.oid::regclass AS what, obj_description(c.oid, 'pg_class') AS said
			FROM pg_class c WHERE c.relnamespace = 'ddl_warden'::regnamespace AND c.relkind IN ('r', 'v')
			UNION ALL
			SELECT 'column ' || c.oid::regclass || '.' || a.attname, col_description(c.oid, a.attnum)
			FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			WHERE c.relnamespace = 'ddl_warden'::regnamespace AND c.relkind IN ('r', 'v')
			UNION ALL
			SELECT 'function ' || p.oid::regprocedure, obj_description(p.oid, 'pg_proc')
			FROM pg_proc p WHERE p.pronamespace = 'ddl_warden'::regnamespace
		) s WHERE coalesce(said, '') = ''}), '', 'every object and column has a comment');

# What is said of the state
my $status = 'SELECT library_version = extension_version, versions_match, loaded, mode, rules_changed, next_step FROM ddl_warden.status()';
is($node->safe_psql('postgres', $status), 't|t|preloaded|enforce|0|Nothing to do.', 'status of a fresh installation');
is($node->safe_psql('postgres', "SET ddl_warden.mode = off; $status"),
	't|t|preloaded|off|0|Nothing is judged: set ddl_warden.mode to observe or enforce.', 'status of a session with mode off');
$node->safe_psql('postgres', q{CREATE ROLE app LOGIN});
is($node->safe_psql('postgres', $status, extra_params => [ '-U', 'app' ]), 't|t|preloaded|enforce|0|Nothing to do.',
	'anyone may ask');
$node->poll_query_until('postgres', q{SELECT recorder = 'idle' FROM ddl_warden.status()});
is($node->safe_psql('postgres', 'SELECT recorder FROM ddl_warden.status()'), 'idle', 'the recorder has nothing to do');
is($node->safe_psql('postgres', "SET ddl_warden.retention = 400; $status"),
	't|t|preloaded|enforce|0|Rows of the record are removed when they are 400 seconds old: give ddl_warden.retention a unit, as in 400d.',
	'a retention that was meant in days');

# No place for a launcher
$node->append_conf('postgresql.conf', 'max_worker_processes = 0');
$node->restart;
$node->poll_query_until('postgres', q{SELECT recorder = 'cannot be had' FROM ddl_warden.status()});
is($node->safe_psql('postgres', "SELECT recorder, next_step FROM ddl_warden.status()"),
	'cannot be had|Refusals and rolled-back statements leave no row, only a line in the server log: raise max_worker_processes and restart the server.',
	'a server without background workers');
$node->adjust_conf('postgresql.conf', 'max_worker_processes', '8');

# Not preloaded any more
$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', q{'plpgsql'});
$node->restart;
is($node->safe_psql('postgres', $status),
	q{t|t|NOT LOADED||0|Set shared_preload_libraries = 'plpgsql,ddl_warden' in postgresql.conf and restart the server.},
	'status says NOT LOADED and what to do');
is($node->safe_psql('postgres', 'SELECT next_step FROM ddl_warden.status()', extra_params => [ '-U', 'app' ]),
	q{Set shared_preload_libraries = '...,ddl_warden' in postgresql.conf and restart the server.},
	'but not what is preloaded to those who may not see it');
like(message(q{SELECT ddl_warden.pause('1 hour', 'why')}), qr/must be loaded via "shared_preload_libraries"/,
	'a pause is not pretended');
is(message(q{UPDATE ddl_warden.rule SET action = 'warn' WHERE name = 'table_rewrite'}), '', 'rules can be changed');
is($node->safe_psql('postgres', 'SELECT rules_changed FROM ddl_warden.status()'), '1', 'and are');
$node->safe_psql('postgres', 'DROP EXTENSION ddl_warden');
is($node->safe_psql('postgres', $objects), $before, 'DROP EXTENSION leaves nothing behind, also without the library');

$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', q{'ddl_warden'});
$node->restart;
$node->safe_psql('postgres', q{CREATE EXTENSION ddl_warden});
$node->safe_psql('postgres', q{UPDATE ddl_warden.rule SET action = 'off'; DROP EXTENSION ddl_warden});
is($node->safe_psql('postgres', $objects), $before, 'nor with it');

$node->stop;
done_testing();
