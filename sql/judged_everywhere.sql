-- A statement is judged wherever it comes from.
CREATE SCHEMA judged;
SET search_path = judged;
CREATE TABLE orders (id int, customer_id int);
INSERT INTO orders SELECT n, n FROM generate_series(1, 1000) n;

-- as the client's own statement
CREATE INDEX ON orders (customer_id);

-- in a transaction block, and after a savepoint
BEGIN;
SAVEPOINT before;
CREATE INDEX ON orders (customer_id);
ROLLBACK TO before;
CREATE INDEX CONCURRENTLY ON orders (customer_id);
ROLLBACK;

-- several statements in one message
SELECT 1 AS first\; CREATE INDEX ON orders (customer_id)\; SELECT 2 AS never;

-- in a DO block
DO $$ BEGIN CREATE INDEX ON orders (customer_id); END $$;
DO $$ BEGIN EXECUTE 'CREATE INDEX ON orders (customer_id)'; END $$;

-- in functions and procedures
CREATE FUNCTION index_it() RETURNS void LANGUAGE plpgsql
	AS $$ BEGIN CREATE INDEX ON judged.orders (customer_id); END $$;
SELECT index_it();
CREATE FUNCTION index_it_sql() RETURNS void LANGUAGE sql
	AS $$ CREATE INDEX ON judged.orders (customer_id); $$;
SELECT index_it_sql();
CREATE PROCEDURE index_it_later() LANGUAGE plpgsql
	AS $$ BEGIN COMMIT; CREATE INDEX ON judged.orders (customer_id); END $$;
CALL index_it_later();

-- a refusal that an EXCEPTION block swallows is still a refusal
DO $$
BEGIN
	CREATE INDEX ON judged.orders (customer_id);
EXCEPTION WHEN SQLSTATE 'WD001' THEN
	RAISE NOTICE 'refused with %', SQLSTATE;
END $$;

-- however long it is: there is no advice then, but a verdict
DO $$
BEGIN
	EXECUTE 'CREATE INDEX ON judged.orders (customer_id) /*' || repeat('x', 100000) || '*/ WHERE id > 0';
EXCEPTION WHEN SQLSTATE 'WD001' THEN
	RAISE NOTICE '%', regexp_replace(SQLERRM, '\d{5,}', 'N');
END $$;

-- a prepared statement that makes a table, and EXPLAIN ANALYZE that does it, are judged and recorded
PREPARE numbers AS SELECT 1 AS one;
CREATE TABLE made_by_execute AS EXECUTE numbers;
\o /dev/null
EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) CREATE TABLE made_by_explain AS SELECT 1 AS one;
\o
EXPLAIN (COSTS off) CREATE TABLE not_made AS SELECT 1 AS one;
SELECT command, statement, verdict FROM ddl_warden.decision_log
	WHERE statement ~ 'made_by|not_made' ORDER BY id;

-- one verdict per statement: the pieces of CREATE TABLE and CREATE SCHEMA are their parent's
CREATE TABLE judged_parent (id serial PRIMARY KEY, other int UNIQUE REFERENCES judged_parent (id));
CREATE SCHEMA judged_pieces CREATE TABLE a (id int PRIMARY KEY) CREATE INDEX ON a (id);
SELECT command, count(*) FROM ddl_warden.decision_log
	WHERE statement ~ '^CREATE (TABLE judged_parent|SCHEMA judged_pieces)' GROUP BY command ORDER BY command;

SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'orders'::regclass;
SET client_min_messages = warning;
DROP SCHEMA judged, judged_pieces CASCADE;
