# explain and lint while other sessions create, drop, rename, attach, detach and alter the very same objects:
# no crash, and no error that a reader of theirs would ever see. What is judged amid that is judged without a
# fault of the warden, too.
#
#   SECONDS=n   so long (5)
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seconds = $ENV{SECONDS} // 5;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', <<"CONF");
shared_preload_libraries = 'ddl_warden'
max_locks_per_transaction = 512
deadlock_timeout = 100ms
log_statement = none
log_min_messages = warning
log_min_error_statement = panic
statement_timeout = '1min'
@{[ $ENV{SETTINGS} // '' ]}
CONF
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION ddl_warden;
UPDATE ddl_warden.rule SET action = 'warn';
ALTER SYSTEM SET client_min_messages = error;
SELECT pg_reload_conf();

-- Runs one change after the other; what the server says to it is its own affair.
CREATE PROCEDURE change(VARIADIC statements text[]) LANGUAGE plpgsql AS $$
DECLARE
	statement text;
BEGIN
	FOREACH statement IN ARRAY statements LOOP
		BEGIN
			EXECUTE statement;
		EXCEPTION WHEN OTHERS THEN
			NULL;
		END;
		COMMIT;
	END LOOP;
END $$;
SQL

# ---- what is there, comes and goes

my %changes = (
	tables => [
		'CREATE TABLE t (id int PRIMARY KEY, a int, v varchar(10), CHECK (a > 0))',
		'INSERT INTO t SELECT i, i, i FROM generate_series(1, 50) i',
		'CREATE INDEX t_a ON t (a)',
		'CREATE TABLE r (id int REFERENCES t, s serial)',
		'CREATE VIEW w AS SELECT * FROM t',
		'ALTER TABLE t ADD COLUMN b text DEFAULT 1',
		'ALTER TABLE t ALTER a TYPE bigint',
		'ALTER TABLE t DROP COLUMN v CASCADE',
		'ALTER TABLE t RENAME TO u',
		'ALTER TABLE u RENAME TO t',
		'DROP INDEX t_a',
		'DROP TABLE t CASCADE',
		'DROP TABLE r',
	],
	trees => [
		'CREATE TABLE p (id int, k int, v varchar(10)) PARTITION BY LIST (k)',
		'CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)',
		'CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY RANGE (id)',
		'CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (0) TO (10)',
		'CREATE TABLE pd PARTITION OF p DEFAULT',
		'CREATE INDEX p_id ON p (id)',
		'ALTER TABLE p DETACH PARTITION p1',
		'ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)',
		'ALTER TABLE p2 DETACH PARTITION p21',
		'ALTER TABLE p ADD COLUMN b int DEFAULT 3',
		'ALTER TABLE p ALTER id TYPE bigint',
		'DROP TABLE p1',
		'DROP TABLE p, p21',
	],
	objects => [
		'CREATE SCHEMA s',
		'CREATE DOMAIN d AS int CHECK (VALUE > 0)',
		'CREATE TYPE c AS (a int, b int)',
		"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
		'CREATE TABLE s.uses (d d, c c, f int DEFAULT f())',
		'CREATE TABLE s.typed OF c',
		'CREATE MATERIALIZED VIEW s.m AS SELECT 1 AS id',
		'CREATE SEQUENCE s.q',
		'CREATE STATISTICS s.counted ON d, f FROM s.uses',
		'ALTER DOMAIN d ADD CHECK (VALUE < 10)',
		'ALTER TYPE c ADD ATTRIBUTE e int CASCADE',
		'ALTER SCHEMA s RENAME TO z',
		'DROP SCHEMA z CASCADE',
		'DROP TYPE c CASCADE',
		'DROP DOMAIN d CASCADE',
		'DROP FUNCTION f() CASCADE',
	],
);
my @looked_at = (
	'ALTER TABLE t ADD COLUMN z float DEFAULT random()',
	'ALTER TABLE t ALTER a TYPE numeric USING a + id',
	'ALTER TABLE t ALTER v TYPE text, ALTER a SET NOT NULL, ADD CHECK (id > 0), DROP COLUMN b CASCADE',
	'ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE',
	'ALTER TABLE r ADD FOREIGN KEY (s) REFERENCES t; ALTER TABLE r DROP COLUMN s',
	'CREATE INDEX ON t (b); DROP INDEX t_a; REINDEX TABLE t; REINDEX SCHEMA public',
	'CLUSTER t USING t_a; VACUUM FULL t; TRUNCATE t CASCADE',
	'DROP TABLE t CASCADE; DROP VIEW w; DROP OWNED BY postgres',
	'ALTER TABLE p ADD COLUMN z float DEFAULT random(); ALTER TABLE p ALTER v TYPE text; ALTER TABLE p ADD PRIMARY KEY (id, k)',
	'CREATE INDEX ON p (v); DROP INDEX p_id; REINDEX TABLE p; TRUNCATE p; VACUUM FULL p',
	'ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (7); ALTER TABLE p DETACH PARTITION p2; ALTER TABLE p2 ATTACH PARTITION p21 FOR VALUES FROM (0) TO (5)',
	'CREATE TABLE p9 PARTITION OF p FOR VALUES IN (9); CREATE TABLE more () INHERITS (t); DROP TABLE p',
	'DROP SCHEMA s CASCADE; DROP SCHEMA z CASCADE; DROP SCHEMA public CASCADE',
	'ALTER DOMAIN d ADD CHECK (VALUE > 3); ALTER TYPE c ALTER ATTRIBUTE a TYPE bigint CASCADE; DROP TYPE c CASCADE; DROP DOMAIN d CASCADE; DROP FUNCTION f() CASCADE',
	'ALTER TABLE s.uses ALTER d TYPE bigint; REFRESH MATERIALIZED VIEW s.m; ALTER SEQUENCE s.q OWNED BY s.uses.d; COMMENT ON TABLE s.uses IS NULL; GRANT SELECT ON s.uses TO PUBLIC',
	'ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO t; ALTER SCHEMA s RENAME TO z; CREATE OR REPLACE VIEW w AS SELECT * FROM t; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION nothing()',
);

# ---- eight sessions

sub script
{
	my ($name, @lines) = @_;
	my $file = PostgreSQL::Test::Utils::tempdir() . "/$name.sql";
	append_to_file($file, join '', map { "$_;\n" } @lines);
	return "--file=$file";
}

sub literal { return "'" . ($_[0] =~ s/'/''/gr) . "'"; }

my @scripts = (
	(map { script($_, 'CALL change(' . join(",\n", map { literal($_) } @{ $changes{$_} }) . ')') } sort keys %changes),
	script('explains', map { 'SELECT count(*) FROM ddl_warden.explain(' . literal($_) . ')' } @looked_at),
	script('lints', map { 'SELECT count(*) FROM ddl_warden.lint(' . literal($_) . ')' } reverse @looked_at),
);
my $result = IPC::Run::run(
	[ 'pgbench', '--no-vacuum', '--client=8', '--jobs=2', "--time=$seconds", '--host', $node->host, '--port', $node->port, @scripts, 'postgres' ],
	'>', \my $output, '2>', \my $errors);
note $output;
ok($result, 'eight sessions change everything and look at it');
is(join("\n", grep { /ERROR|aborted|terminat/ } split /\n/, $errors), '', 'and who looks sees no error');
my ($transactions) = $output =~ /number of transactions actually processed: (\d+)/;
cmp_ok($transactions // 0, '>', 20, 'each of them many times');

my $log = slurp_file($node->logfile);
is(join("\n", $log =~ /^.*(?:could not judge|PANIC|TRAP|terminated by signal|leak|was not closed).*$/mg), '', 'the warden has no fault in it');

$node->stop;
done_testing();
