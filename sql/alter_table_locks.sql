-- What does an ALTER TABLE lock, and what does it scan while others wait?
SET client_min_messages = warning;
SET ddl_warden.mode = observe;
CREATE SCHEMA locks;
SET search_path = locks;
CREATE TABLE accounts (id int PRIMARY KEY, a int, b int, CONSTRAINT proof CHECK (a IS NOT NULL));
ALTER TABLE accounts ADD CONSTRAINT unproved CHECK (b IS NOT NULL) NOT VALID;
CREATE TABLE "Odd Name" ("Odd Column" int);
CREATE TABLE parts (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE part1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE part2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
CREATE VIEW seen AS SELECT * FROM accounts;
CREATE SEQUENCE numbers;
CREATE TEMP TABLE mine (a int);
RESET client_min_messages;

CREATE FUNCTION what(statement text) RETURNS TABLE (relation text, lock_mode text, blocks text, work text[]) LANGUAGE sql AS
	'SELECT relation, lock_mode, blocks, work FROM ddl_warden.explain(statement)';

-- the level is that of the strongest subcommand
SELECT * FROM what('ALTER TABLE accounts ALTER COLUMN a SET STATISTICS 100');
SELECT * FROM what('ALTER TABLE accounts ALTER COLUMN a SET STATISTICS 100, ALTER COLUMN a SET DEFAULT 1');
SELECT * FROM what('ALTER TABLE accounts DISABLE TRIGGER ALL');

-- what is so already still takes the lock
SELECT * FROM what('ALTER TABLE accounts ADD COLUMN IF NOT EXISTS a int');
SELECT * FROM what('ALTER TABLE accounts ALTER COLUMN id SET NOT NULL');

-- a valid CHECK constraint saves the scan, another one does not
SELECT * FROM what('ALTER TABLE accounts ALTER COLUMN a SET NOT NULL');
SELECT * FROM what('ALTER TABLE accounts ALTER COLUMN b SET NOT NULL');
SELECT * FROM what('ALTER TABLE accounts ADD CHECK (a > 0) NOT VALID');
SELECT * FROM what('ALTER TABLE accounts ADD CHECK (a > 0)');
SELECT * FROM what('ALTER TABLE accounts VALIDATE CONSTRAINT unproved');
SELECT * FROM what('ALTER TABLE accounts VALIDATE CONSTRAINT proof');

-- a new partition is read unless its constraints imply the bound, and so is the default partition
SET client_min_messages = warning;
CREATE TABLE rest PARTITION OF parts DEFAULT;
CREATE TABLE unproved_part (id int NOT NULL, a int);
CREATE TABLE proved_part (a int, id int NOT NULL CHECK (id >= 20 AND id < 30));
CREATE FUNCTION twenty() RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN RAISE WARNING ''ran''; RETURN 20; END';
RESET client_min_messages;
SELECT * FROM what('ALTER TABLE parts ATTACH PARTITION unproved_part FOR VALUES FROM (20) TO (30)');
SELECT * FROM what('ALTER TABLE parts ATTACH PARTITION proved_part FOR VALUES FROM (20) TO (30)');
SELECT * FROM what('ALTER TABLE parts ATTACH PARTITION proved_part FOR VALUES FROM (20) TO (29)');
ALTER TABLE rest ADD CHECK (id IS NOT NULL AND id >= 100);
SELECT * FROM what('ALTER TABLE parts ATTACH PARTITION proved_part FOR VALUES FROM (20) TO (30)');
SELECT relation, work, because FROM ddl_warden.explain('ALTER TABLE parts ATTACH PARTITION proved_part FOR VALUES FROM (twenty()) TO (30)') WHERE work <> '{}';
DROP TABLE rest;

-- partitions, or not
SELECT * FROM what('ALTER TABLE parts ALTER COLUMN a SET DEFAULT 1');
SELECT * FROM what('ALTER TABLE ONLY parts ALTER COLUMN a SET DEFAULT 1');
SELECT * FROM what('ALTER TABLE parts ADD UNIQUE (id)');

-- other relations than tables
SELECT * FROM what('ALTER VIEW seen SET (security_barrier = true)');
SELECT * FROM what('ALTER TABLE seen ALTER COLUMN a SET DEFAULT 1');
SELECT * FROM what('ALTER SEQUENCE numbers OWNER TO CURRENT_USER');
SELECT * FROM what('ALTER INDEX accounts_pkey SET (fillfactor = 70)');
SELECT * FROM what('ALTER TABLE "Odd Name" RENAME TO tidy; ALTER TABLE "Odd Name" ADD COLUMN "Other Column" int UNIQUE');
SELECT * FROM what('ALTER TABLE mine ADD COLUMN b int');

-- what does not exist is no error, what the role may not touch is no secret
SELECT * FROM ddl_warden.explain('ALTER TABLE IF EXISTS no_such_table ADD COLUMN a int');
SELECT * FROM ddl_warden.explain('ALTER TABLE no_such_schema.no_such_table ADD COLUMN a int');
SELECT * FROM what('ALTER TABLE other_database.locks.accounts ADD COLUMN z int');
CREATE ROLE regress_warden_stranger;
GRANT USAGE ON SCHEMA locks TO regress_warden_stranger;
SET ROLE regress_warden_stranger;
SELECT relation, lock_mode, bytes, forecast, because
FROM ddl_warden.explain('ALTER TABLE accounts ADD COLUMN z float DEFAULT random()');
RESET ROLE;

-- created in this transaction: others cannot see it yet
BEGIN;
CREATE TABLE fresh (a int);
SELECT relation, lock_mode, work FROM ddl_warden.explain('ALTER TABLE fresh ADD COLUMN b float DEFAULT random()')
WHERE relation NOT LIKE 'pg_toast%';
COMMIT;

-- nothing is locked by looking
BEGIN;
SELECT count(*) FROM ddl_warden.explain('ALTER TABLE accounts ADD COLUMN z float DEFAULT random(), ALTER COLUMN a TYPE bigint USING a + 1, ALTER COLUMN b SET NOT NULL; ALTER TABLE parts ADD PRIMARY KEY (id)');
SELECT c.relname, mode FROM pg_locks JOIN pg_class c ON c.oid = relation
WHERE pid = pg_backend_pid() AND c.relnamespace = 'locks'::regnamespace;
COMMIT;

SET client_min_messages = warning;
DROP SCHEMA locks CASCADE;
DROP ROLE regress_warden_stranger;
