# Every recipe does what the statement it stands for would have done, and passes the rules itself.
#
# Each case is set up in two databases.  In "plain" the statement runs as it is; in "guarded" it is
# refused, and its recipe runs statement by statement with every limit at 0, while an application
# goes on writing between the statements.  Then both must look the same.
use strict;
use warnings;

use MIME::Base64;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('recipes');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
shared_preload_libraries = 'ddl_warden'
autovacuum = off
TimeZone = 'Asia/Kolkata'
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE plain');
$node->safe_psql('postgres', 'CREATE DATABASE guarded');
$node->safe_psql('guarded', <<'SQL');
CREATE EXTENSION ddl_warden;
UPDATE ddl_warden.rule SET tolerate_bytes = 0 WHERE tolerate_bytes IS NOT NULL;
UPDATE ddl_warden.rule SET action = 'deny' WHERE action <> 'deny';
SQL

# What makes a schema what it is, but for the order of columns and the numbers of objects.
my $shape = <<'SQL';
SELECT 'column', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
	pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attislocal
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.oid::regclass::text, 3;
SELECT 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated
FROM pg_constraint WHERE connamespace = 'app'::regnamespace ORDER BY conrelid::regclass::text, 3;
SELECT 'index', pg_get_indexdef(indexrelid), indisvalid, indisready, indisreplident, i.inhparent::regclass
FROM pg_index JOIN pg_class c ON c.oid = indrelid LEFT JOIN pg_inherits i ON i.inhrelid = indexrelid
WHERE c.relnamespace = 'app'::regnamespace ORDER BY 2;
SELECT 'sequence', s.seqrelid::regclass, s.seqtypid::regtype, s.seqstart, s.seqincrement,
	d.refobjid::regclass, (SELECT attname FROM pg_attribute WHERE attrelid = d.refobjid AND attnum = d.refobjsubid)
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid LEFT JOIN pg_depend d ON d.objid = s.seqrelid
	AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
WHERE c.relnamespace = 'app'::regnamespace ORDER BY s.seqrelid::regclass::text;
SELECT 'trigger', tgrelid::regclass, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
WHERE c.relnamespace = 'app'::regnamespace AND NOT tgisinternal ORDER BY tgrelid::regclass::text, 3;
SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'app'::regnamespace ORDER BY 2;
SQL

sub lint
{
	my ($statement, $column) = @_;
	my $tag = '$statement$';
	my $rows = $node->safe_psql('guarded',
		"SELECT translate(encode(convert_to($column, 'UTF8'), 'base64'), E'\\n', '') FROM ddl_warden.lint($tag$statement$tag) l");
	return map { decode_base64($_) } split /\n/, $rows;
}

sub recipe_of
{
	my ($statement) = @_;
	my $rows = $node->safe_psql('guarded', <<"SQL");
SELECT translate(encode(convert_to(step, 'UTF8'), 'base64'), E'\\n', '')
FROM (SELECT recipe FROM ddl_warden.lint(\$statement\$$statement\$statement\$) WHERE recipe <> '{}' LIMIT 1) l,
	unnest(recipe) WITH ORDINALITY AS steps (step, number) ORDER BY number
SQL
	return map { decode_base64($_) } split /\n/, $rows;
}

sub refused
{
	my ($statement, $name) = @_;
	my ($code, $out, $err) = $node->psql('guarded', $statement, extra_params => [ '-v', 'VERBOSITY=sqlstate' ]);
	like($err, qr/WD001/, "$name: is refused");
	return;
}

# name, setup, statement; app: what an application writes after each step, but for the last `still`
# ones; data: what must agree beside the shape.
sub same_effect
{
	my (%case) = @_;
	my ($name, $statement) = @case{qw(name statement)};
	my $app = $case{app} // '';
	my $data = $case{data} // '';
	my $still = $case{still} // 0;

	$node->safe_psql($_, "SET ddl_warden.mode = off; DROP SCHEMA IF EXISTS app CASCADE; CREATE SCHEMA app; $case{setup}")
		for qw(plain guarded);

	refused($statement, $name);
	my @recipe = recipe_of($statement);
	ok(@recipe > 0, "$name: has a recipe") or return;

	my $steps = 0;
	my $writes = 0;
	foreach my $step (@recipe)
	{
		my ($code, $out, $err) = $node->psql('guarded', $step);
		is($code, 0, "$name: step " . ++$steps) or diag("$step\n$err");
		if ($app && $steps <= @recipe - $still)
		{
			$node->safe_psql('guarded', $app);
			$writes++;
		}
	}
	$node->safe_psql('plain', $_) for (join ';', ($app) x $writes), $statement;
	is($node->safe_psql('guarded', $shape), $node->safe_psql('plain', $shape), "$name: the shape is the same");
	is($node->safe_psql('guarded', $data), $node->safe_psql('plain', $data), "$name: the data are the same") if $data;
	return;
}

# The hint of what has no online form: its first line is for people, the rest is pasted.
sub override_works
{
	my (%case) = @_;
	my ($name, $statement) = @case{qw(name statement)};

	$node->safe_psql($_, "SET ddl_warden.mode = off; DROP SCHEMA IF EXISTS app CASCADE; CREATE SCHEMA app; $case{setup}")
		for qw(plain guarded);
	refused($statement, $name);
	is(scalar(recipe_of($statement)), 0, "$name: has no recipe");
	my ($hint) = lint($statement, 'hint');
	my ($sentence, $script) = split /\n/, $hint, 2;
	like($sentence, qr/no online form/, "$name: says so");
	my ($code, $out, $err) = $node->psql('guarded', $script);
	is($code, 0, "$name: the hint runs") or diag("$hint\n$err");
	$node->safe_psql('plain', $statement);
	is($node->safe_psql('guarded', $shape), $node->safe_psql('plain', $shape), "$name: the shape is the same");
	return;
}

# ---- tables

my $orders = q{
	CREATE TABLE app.orders (id serial, customer int, code varchar(10), at timestamp);
	INSERT INTO app.orders (customer, code, at)
		SELECT i % 100, i, '2024-01-01'::timestamp + i * interval '1 hour' FROM generate_series(1, 3000) i;
};
my $write_orders = q{
	INSERT INTO app.orders (customer, code, at) VALUES (1, '7', '2025-01-01');
	UPDATE app.orders SET code = code::int + 1 WHERE id % 100 = 0;
};
my $odd = q{
	CREATE TABLE app."t""able $$ o'clo\ck" ("Id" int, "block" int, "a$$b""c" int, fill int);
	INSERT INTO app."t""able $$ o'clo\ck" SELECT i, i, i, i FROM generate_series(1, 1000) i;
};
my $parts = q{
	CREATE TABLE app.events (id int, region text, note text) PARTITION BY LIST (region);
	CREATE TABLE app.events_a PARTITION OF app.events FOR VALUES IN ('a');
	CREATE TABLE app."events B" PARTITION OF app.events FOR VALUES IN ('b') PARTITION BY RANGE (id);
	CREATE TABLE app.events_b1 PARTITION OF app."events B" FOR VALUES FROM (0) TO (500);
	CREATE TABLE app.events_b2 PARTITION OF app."events B" FOR VALUES FROM (500) TO (1001);
	INSERT INTO app.events SELECT i, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END, i FROM generate_series(1, 1000) i;
};
my $tree = q{
	CREATE TABLE app.base (id int);
	CREATE TABLE app.derived (more int) INHERITS (app.base);
	INSERT INTO app.base SELECT generate_series(1, 10);
	INSERT INTO app.derived SELECT i, i FROM generate_series(11, 1000) i;
};

# ---- CREATE INDEX, REINDEX

same_effect(name => 'index', setup => $orders, statement => 'CREATE INDEX by_customer ON app.orders (customer)', app => $write_orders);
same_effect(name => 'index without a name', setup => $orders, statement => 'create index on app.orders using btree ((customer + 1), code desc) where customer > 5 -- why');
same_effect(name => 'unique index on odd names', setup => $odd, statement => q{CREATE UNIQUE INDEX "i $$ 'x" ON ONLY app /* here */ . "t""able $$ o'clo\ck" ("a$$b""c") INCLUDE ("block")});
same_effect(name => 'index on partitions', setup => $parts, statement => 'CREATE INDEX ON app.events (note)');
same_effect(name => 'named index on a partition that is partitioned', setup => $parts, statement => q{CREATE INDEX "by note" ON app."events B" (note, id)});
same_effect(name => 'reindex table', setup => "$orders CREATE INDEX i ON app.orders (code)", statement => 'REINDEX (VERBOSE) TABLE app.orders');
same_effect(name => 'reindex index', setup => "$orders CREATE INDEX \"I\" ON app.orders (code)", statement => 'REINDEX INDEX app."I"');
same_effect(name => 'reindex schema', setup => "$orders CREATE INDEX i ON app.orders (code)", statement => 'REINDEX SCHEMA app');
same_effect(name => 'reindex partitions', setup => "$parts CREATE INDEX i ON app.events (note)", statement => 'REINDEX TABLE app.events');

# ---- ADD COLUMN

my $distinct = 'SELECT count(*), count(u), count(DISTINCT u) FROM';
same_effect(name => 'volatile default', setup => $orders, app => $write_orders,
	statement => 'ALTER TABLE app.orders ADD COLUMN u uuid DEFAULT gen_random_uuid()', data => "$distinct app.orders");
same_effect(name => 'volatile default not null', setup => $orders, app => $write_orders,
	statement => 'ALTER TABLE app.orders ADD u numeric(20, 19) NOT NULL DEFAULT random()', data => 'SELECT count(*), count(u) FROM app.orders');
same_effect(name => 'volatile default, odd names', setup => $odd,
	statement => q{ALTER TABLE app."t""able $$ o'clo\ck" ADD "$$ 'c\ol" uuid NOT NULL DEFAULT gen_random_uuid()},
	data => q{SELECT count(*), count(DISTINCT "$$ 'c\ol") FROM app."t""able $$ o'clo\ck"});
same_effect(name => 'volatile default on partitions', setup => $parts,
	statement => 'ALTER TABLE app.events ADD COLUMN u uuid DEFAULT gen_random_uuid() NOT NULL', data => "$distinct app.events");
same_effect(name => 'volatile default in an inheritance tree', setup => $tree,
	statement => 'ALTER TABLE app.base ADD COLUMN u uuid DEFAULT gen_random_uuid()', data => "$distinct app.base");
same_effect(name => 'volatile unique', setup => $orders, app => $write_orders,
	statement => 'ALTER TABLE app.orders ADD COLUMN u uuid DEFAULT gen_random_uuid() UNIQUE', data => "$distinct app.orders");
same_effect(name => 'volatile primary key', setup => $orders,
	statement => 'ALTER TABLE app.orders ADD COLUMN u uuid DEFAULT gen_random_uuid() PRIMARY KEY', data => "$distinct app.orders");
same_effect(name => 'serial', setup => $orders, app => $write_orders,
	statement => 'ALTER TABLE app.orders ADD COLUMN u bigserial', data => "$distinct app.orders");
same_effect(name => 'serial primary key', setup => $odd,
	statement => q{ALTER TABLE app."t""able $$ o'clo\ck" ADD "N" serial PRIMARY KEY}, data => q{SELECT count(DISTINCT "N") FROM app."t""able $$ o'clo\ck"});
same_effect(name => 'identity', setup => $orders, app => $write_orders,
	statement => 'ALTER TABLE app.orders ADD COLUMN u int GENERATED ALWAYS AS IDENTITY (START WITH 50 INCREMENT 2)',
	data => "$distinct app.orders");

# ---- constraints

same_effect(name => 'unique', setup => $orders, app => 'INSERT INTO app.orders (customer) VALUES (3)',
	statement => 'ALTER TABLE app.orders ADD UNIQUE (id, customer) INCLUDE (code) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED');
same_effect(name => 'unique, nulls not distinct', setup => $orders,
	statement => 'ALTER TABLE app.orders ADD CONSTRAINT "U" UNIQUE NULLS NOT DISTINCT (id, at)');
same_effect(name => 'primary key', setup => $orders, statement => 'ALTER TABLE app.orders ADD PRIMARY KEY (id)');
same_effect(name => 'primary key over nullable columns', setup => $odd,
	statement => q{ALTER TABLE app."t""able $$ o'clo\ck" ADD PRIMARY KEY ("a$$b""c", "Id")});
same_effect(name => 'unique on partitions', setup => $parts, statement => 'ALTER TABLE app.events ADD UNIQUE (id, region)');
same_effect(name => 'primary key on partitions', setup => $parts, statement => 'ALTER TABLE app.events ADD PRIMARY KEY (region, id)');

# ---- ALTER COLUMN TYPE

my $all_orders = q{SELECT count(*), md5(string_agg(concat_ws('|', id, customer, code, at), ',' ORDER BY id)) FROM app.orders};
same_effect(name => 'int to bigint', setup => $orders, app => $write_orders,
	statement => 'ALTER TABLE app.orders ALTER COLUMN id TYPE bigint', data => $all_orders);
same_effect(name => 'type with USING', setup => $orders, app => q{INSERT INTO app.orders (customer, code) VALUES (9, '8'); UPDATE app.orders SET code = '4' WHERE id = (SELECT max(id) - 7 FROM app.orders)},
	statement => q{ALTER TABLE app.orders ALTER code TYPE int USING CASE WHEN orders.code = '12' THEN customer ELSE code::int END}, data => $all_orders);
# From the swap on, an application's local times mean what its own time zone makes of them.
same_effect(name => 'time zone', setup => $orders, still => 2,
	app => q{SET TimeZone = 'America/New_York'; INSERT INTO app.orders (at) VALUES ('2024-05-05 05:05')},
	statement => 'ALTER TABLE app.orders ALTER at TYPE timestamptz', data => $all_orders);
same_effect(name => 'type, odd names', setup => $odd,
	statement => q{ALTER TABLE app."t""able $$ o'clo\ck" ALTER "block" TYPE text USING "block" || '$$' || fill},
	data => q{SELECT md5(string_agg(concat_ws('|', "Id", "block", "a$$b""c", fill), ',' ORDER BY "Id")) FROM app."t""able $$ o'clo\ck"});
same_effect(name => 'type on partitions', setup => $parts, app => q{INSERT INTO app.events VALUES (7, 'b', 8)},
	statement => 'ALTER TABLE app.events ALTER note TYPE int USING note::int', data => q{SELECT md5(string_agg(concat_ws('|', id, region, note), ',' ORDER BY id, region, note)) FROM app.events});
same_effect(name => 'type of an identity',
	setup => 'CREATE TABLE app.i (id int GENERATED ALWAYS AS IDENTITY, v int); INSERT INTO app.i (v) SELECT generate_series(1, 100)',
	app => 'INSERT INTO app.i (v) VALUES (5)', statement => 'ALTER TABLE app.i ALTER id TYPE bigint',
	data => 'SELECT count(*), count(DISTINCT id) FROM app.i');

# ---- no online form

override_works(name => 'cluster', setup => "$orders CREATE INDEX i ON app.orders (code)", statement => 'CLUSTER app.orders USING i');
override_works(name => 'vacuum full', setup => $orders, statement => 'VACUUM FULL app.orders');
override_works(name => 'unlogged', setup => $orders, statement => 'ALTER TABLE app.orders SET UNLOGGED');
override_works(name => 'exclude', setup => $orders, statement => 'ALTER TABLE app.orders ADD EXCLUDE USING btree (id WITH =)');
override_works(name => 'stored generated', setup => $orders, statement => 'ALTER TABLE app.orders ADD g int GENERATED ALWAYS AS (customer + 1) STORED');

$node->stop;
done_testing();
