-- ddl_warden.history(): what was ever done to one relation, also by way of another one, also when it is gone.
CREATE SCHEMA history_test;
SET search_path = history_test;
SET client_min_messages = warning;

CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers);
INSERT INTO customers SELECT g FROM generate_series(1, 1000) g;
CREATE INDEX CONCURRENTLY customers_name ON customers (name);
ALTER TABLE customers ALTER COLUMN id TYPE bigint;
SET ddl_warden.mode = off;
ALTER TABLE customers ADD COLUMN added int;
RESET ddl_warden.mode;
COMMENT ON COLUMN customers.name IS 'as they want to be called';
GRANT SELECT ON customers TO pg_monitor;
CREATE VIEW names AS SELECT name FROM customers;
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER tell AFTER INSERT ON customers FOR EACH ROW EXECUTE FUNCTION tell();
DROP TRIGGER tell ON customers;
ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey, ADD CONSTRAINT belongs FOREIGN KEY (customer) REFERENCES customers;
TRUNCATE customers, orders;
REINDEX INDEX customers_name;
DROP INDEX CONCURRENTLY customers_name;
CREATE TEMPORARY TABLE passing (a int);

-- What was done to a table, with what effect on it
\set shown 'command, verdict, outcome, lock_mode, work, bytes > 0 AS some_bytes, statement'
SELECT :shown FROM ddl_warden.history('customers');
SELECT :shown FROM ddl_warden.history('history_test.orders');
SELECT :shown FROM ddl_warden.history('names');
SELECT count(*) FROM ddl_warden.history('passing');

-- Who and when, and what the rule said
SELECT role_name = current_user AS role, session_role = session_user AS session_role, decided_at <= clock_timestamp() AS decided,
	run_ms >= 0 AS ran, rule, message, override_reason, sqlstate
FROM ddl_warden.history('customers') WHERE verdict = 'override';
SELECT bool_and(decided_at >= next) AS newest_first
FROM (SELECT decided_at, lead(decided_at) OVER () AS next FROM ddl_warden.history('customers')) AS h;
SELECT command FROM ddl_warden.history('customers') LIMIT 2;

-- By the name of an index, too
SELECT (SELECT array_agg(id) FROM ddl_warden.history('customers_pkey')) = (SELECT array_agg(id) FROM ddl_warden.history('customers')) AS same;

-- Partitions: each has what was done to the whole
CREATE TABLE events (day date, note text) PARTITION BY RANGE (day);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE events_2 (day date, note text);
ALTER TABLE events ATTACH PARTITION events_2 FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
ALTER TABLE events ADD COLUMN kind int;
ALTER TABLE events_1 ALTER COLUMN note SET NOT NULL;
SELECT :shown FROM ddl_warden.history('events');
SELECT :shown FROM ddl_warden.history('events_1');
SELECT :shown FROM ddl_warden.history('events_2');

-- Renamed and moved: the statement stands in the history of both names
CREATE TABLE "Old Name" (a int);
ALTER TABLE "Old Name" RENAME TO fresh;
ALTER TABLE fresh RENAME COLUMN a TO b;
CREATE SCHEMA history_other;
ALTER TABLE fresh SET SCHEMA history_other;
SELECT statement FROM ddl_warden.history('"Old Name"');
SELECT statement FROM ddl_warden.history('fresh');
SELECT statement FROM ddl_warden.history('history_other.fresh');

-- Gone: the name is looked for in the search path, or taken as it is; a schema takes its tables along
DROP TABLE orders;
SELECT statement FROM ddl_warden.history('orders') LIMIT 1;
SELECT statement FROM ddl_warden.history('HISTORY_TEST.ORDERS') LIMIT 1;
SET search_path = public, history_test;
SELECT statement FROM ddl_warden.history('orders') LIMIT 1;
SET search_path = history_test;
DROP SCHEMA history_other CASCADE;
SELECT statement FROM ddl_warden.history('history_other.fresh');

-- Nobody ever did anything to it
SELECT count(*) FROM ddl_warden.history('nowhere');
SELECT count(*) FROM ddl_warden.history('nowhere.at_all');
SELECT count(*) FROM ddl_warden.history(current_database() || '.history_test.nowhere');

-- What is no name
\set VERBOSITY terse
SELECT * FROM ddl_warden.history('');
SELECT * FROM ddl_warden.history('  ');
SELECT * FROM ddl_warden.history('two words');
SELECT * FROM ddl_warden.history('"open');
SELECT * FROM ddl_warden.history('a.');
SELECT * FROM ddl_warden.history('a.b.c.d');
SELECT * FROM ddl_warden.history('elsewhere.public.t');
SELECT * FROM ddl_warden.history(NULL);
\set VERBOSITY default
SELECT * FROM ddl_warden.history('$$');

-- More than a thousand relations: the first thousand
CREATE TABLE many (a int) PARTITION BY LIST (a);
DO $$
BEGIN
	FOR i IN 1 .. 1100 LOOP
		EXECUTE format('CREATE TABLE many_%s PARTITION OF many FOR VALUES IN (%s)', i, i);
	END LOOP;
END
$$;
ALTER TABLE many ADD COLUMN b int;
SELECT count(*) FROM ddl_warden.decision_relation WHERE decision_id = (SELECT max(id) FROM ddl_warden.decision_log WHERE relation = 'history_test.many');

-- Indexes serve it, in order, so that LIMIT reads no more than it shows
CREATE FUNCTION plan_of_history() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) SELECT id FROM ddl_warden.history(''customers'') LIMIT 1';
END
$$;
SET enable_seqscan = off;
SELECT substring(line FROM 'Sort Key.*|Index.*Scan.* using \S+') AS uses FROM plan_of_history() AS line
WHERE line ~ 'Sort|Scan.* using';
RESET enable_seqscan;

-- Not for everyone
CREATE ROLE history_reader;
GRANT USAGE ON SCHEMA history_test TO history_reader;
SET ROLE history_reader;
SELECT count(*) FROM ddl_warden.history('customers');
SELECT count(*) FROM ddl_warden.decision_relation;
RESET ROLE;
GRANT pg_monitor TO history_reader;
REVOKE USAGE ON SCHEMA history_test FROM history_reader;
SET ROLE history_reader;
SELECT count(*) > 5 AS some FROM ddl_warden.history('history_test.customers');
RESET ROLE;

RESET search_path;
DROP SCHEMA history_test CASCADE;
DROP ROLE history_reader;
