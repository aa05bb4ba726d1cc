-- Statements other than ALTER TABLE and DROP: what they lock and read, beside what they name, too
SET client_min_messages = warning;
SET ddl_warden.mode = observe;
CREATE SCHEMA seen;
SET search_path = seen;
CREATE ROLE ddl_warden_visitor;
GRANT USAGE ON SCHEMA seen TO ddl_warden_visitor;

CREATE TABLE customers (id int PRIMARY KEY, name text, CONSTRAINT named CHECK (name <> ''));
CREATE TABLE areas (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE areas_1 PARTITION OF areas FOR VALUES FROM (0) TO (10);
CREATE TABLE visits (day int NOT NULL, area int REFERENCES areas, PRIMARY KEY (day)) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM (0) TO (10);
CREATE TABLE visits_rest PARTITION OF visits DEFAULT;
INSERT INTO visits SELECT day FROM generate_series(1, 2000) AS day;
CREATE TABLE photos (id serial PRIMARY KEY, day int REFERENCES visits);
CREATE TABLE people (name text);
CREATE TABLE staff () INHERITS (people);
CREATE TYPE place AS (x int, y int);
CREATE TABLE places OF place;
CREATE TYPE mood AS ENUM ('good');
CREATE DOMAIN percent AS int CHECK (value <= 100);
CREATE DOMAIN share AS percent;
CREATE TABLE stocks (held percent, wanted share[]);
CREATE TABLE bonds (held share);
ALTER TABLE stocks DROP COLUMN wanted;
INSERT INTO bonds SELECT 5 FROM generate_series(1, 2000);
CREATE VIEW regulars AS SELECT id FROM customers;
CREATE VIEW guests AS SELECT name, (SELECT count(*) FROM regulars) AS regulars FROM people;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM customers;
CREATE SEQUENCE numbers;
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER told AFTER INSERT ON visits FOR EACH ROW EXECUTE FUNCTION tell();
CREATE POLICY open ON customers USING (true);
CREATE PUBLICATION news FOR TABLE customers, people;
CREATE TEMP TABLE passing (id int);
RESET client_min_messages;

CREATE FUNCTION what(statement text) RETURNS TABLE (relation text, lock_mode text, work text[], because text[]) LANGUAGE sql AS
	$$SELECT relation, replace(lock_mode, 'Lock', ''), work, because FROM ddl_warden.explain(statement)$$;
CREATE FUNCTION locks(statement text) RETURNS TABLE (relation text, lock_mode text) LANGUAGE sql AS
	$$SELECT relation, lock_mode FROM what(statement)$$;

-- A new table is nobody's business; tables that it refers to, inherits from or becomes a part of are
SELECT * FROM what('CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers, area int, before int REFERENCES orders, FOREIGN KEY (area) REFERENCES areas)');
SELECT * FROM what('CREATE TABLE guides (rank int) INHERITS (people)');
SELECT * FROM what($$CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM (10000) TO (20000)$$);
SELECT * FROM what('CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM (5) TO (20)');
SELECT * FROM what('CREATE TABLE copied (LIKE customers INCLUDING ALL)');
SELECT * FROM what('CREATE TABLE places_2 OF place');
SELECT * FROM what('CREATE TABLE IF NOT EXISTS customers (id int REFERENCES areas)');
SELECT * FROM what('CREATE TABLE late (id int REFERENCES nowhere)');
SELECT * FROM what('CREATE TABLE seen_1 AS SELECT * FROM customers');
SELECT * FROM locks('CREATE SCHEMA annex CREATE TABLE a (id int PRIMARY KEY, c int REFERENCES seen.customers) CREATE TABLE b (a int REFERENCES a) CREATE VIEW v AS SELECT * FROM a');

-- a CHECK of the default partition spares it the scan
ALTER TABLE visits_rest ADD CHECK (day < 10000);
SELECT relation, lock_mode, work FROM what('CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM (10000) TO (20000)') WHERE relation LIKE '%rest';

-- Views, rules, triggers, policies, statistics
SELECT * FROM what('CREATE VIEW strangers AS SELECT * FROM people');
SELECT * FROM what('CREATE OR REPLACE VIEW regulars AS SELECT id FROM customers WHERE id > 0');
SELECT * FROM locks('CREATE TRIGGER told_2 AFTER INSERT ON visits FOR EACH ROW EXECUTE FUNCTION tell()');
SELECT * FROM locks('CREATE TRIGGER told_2 AFTER INSERT ON visits EXECUTE FUNCTION tell()');
SELECT * FROM what('CREATE RULE kept AS ON DELETE TO people DO INSTEAD UPDATE customers SET name = old.name');
SELECT * FROM locks('CREATE POLICY shut ON customers USING (false); ALTER POLICY open ON customers USING (false)');
SELECT * FROM locks('CREATE STATISTICS together ON id, name FROM customers');
SELECT * FROM what($$CREATE FUNCTION keep() RETURNS void LANGUAGE sql AS 'WITH d AS (DELETE FROM people RETURNING name) INSERT INTO customers SELECT 1, name FROM d'$$);

-- RENAME
SELECT * FROM locks('ALTER TABLE customers RENAME TO clients; ALTER VIEW regulars RENAME TO usuals; ALTER SEQUENCE numbers RENAME TO digits');
SELECT * FROM locks('ALTER INDEX customers_pkey RENAME TO clients_pkey; ALTER TABLE customers_pkey RENAME TO clients_pkey');
SELECT * FROM locks('ALTER TABLE people RENAME COLUMN name TO called');
SELECT * FROM locks('ALTER TABLE customers RENAME CONSTRAINT customers_pkey TO clients_pkey; ALTER TABLE customers RENAME CONSTRAINT named TO called');
SELECT * FROM locks('ALTER TRIGGER told ON visits RENAME TO heard');
SELECT * FROM locks('ALTER POLICY open ON customers RENAME TO ajar');
SELECT * FROM what('ALTER TYPE place RENAME ATTRIBUTE x TO z CASCADE');
SELECT * FROM what('ALTER TYPE place RENAME ATTRIBUTE x TO z');
SELECT * FROM locks('ALTER TYPE place RENAME TO spot; ALTER TYPE mood RENAME TO temper; ALTER DOMAIN percent RENAME TO hundredth');

-- Schemas and owners
SELECT * FROM what('ALTER TABLE photos SET SCHEMA public');
SELECT * FROM locks('ALTER TABLE photos SET SCHEMA seen');
SELECT * FROM locks('ALTER TYPE place OWNER TO ddl_warden_visitor; ALTER TYPE mood OWNER TO ddl_warden_visitor; ALTER TYPE place SET SCHEMA public');
SELECT * FROM locks('ALTER SCHEMA seen RENAME TO heard');

-- Comments, labels
SELECT * FROM locks($$COMMENT ON TABLE customers IS 'all'; COMMENT ON COLUMN customers.id IS 'number'; COMMENT ON INDEX customers_pkey IS 'all'$$);
SELECT * FROM locks($$COMMENT ON CONSTRAINT named ON customers IS 'no'; COMMENT ON TRIGGER told ON visits IS 'no'; COMMENT ON TYPE mood IS 'no'$$);

-- ALTER DOMAIN reads every column of it, and of the domains over it
SELECT * FROM what('ALTER DOMAIN percent ADD CHECK (value >= 0)');
SELECT * FROM what('ALTER DOMAIN percent ADD CHECK (value >= 0) NOT VALID');
SELECT * FROM what('ALTER DOMAIN share SET NOT NULL');
SELECT * FROM what('ALTER DOMAIN share DROP NOT NULL; ALTER DOMAIN share SET DEFAULT 1');

-- Sequences, publications, extensions
SELECT * FROM locks('ALTER SEQUENCE numbers INCREMENT 2; CREATE SEQUENCE digits OWNED BY customers.id');
SELECT * FROM locks('CREATE PUBLICATION more FOR TABLE visits, people; CREATE PUBLICATION all_of_it FOR ALL TABLES');
SELECT * FROM what('ALTER PUBLICATION news SET TABLE customers');
SELECT * FROM what('CREATE EXTENSION plpgsql');
SELECT * FROM locks('ALTER EXTENSION plpgsql ADD TABLE customers');

-- What touches no relation says so
SELECT DISTINCT because FROM what($$ALTER TYPE mood ADD VALUE 'bad'; CREATE TYPE colour AS ENUM ('red'); CREATE ROLE nobody; ALTER SYSTEM SET work_mem = 1;
	CREATE DATABASE other; CREATE CAST (int AS mood) WITH INOUT; ALTER FUNCTION tell() STABLE; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION tell();
	ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC; GRANT USAGE ON SCHEMA seen TO PUBLIC; DROP ROLE nobody; ALTER DATABASE other SET work_mem = 1$$);

-- Not judged, but told
SELECT * FROM what('LOCK TABLE guests IN SHARE MODE');
SELECT * FROM locks('LOCK TABLE people IN ROW EXCLUSIVE MODE; LOCK TABLE ONLY people');
SELECT * FROM what('VACUUM customers') WHERE relation NOT LIKE 'pg_toast%';
SELECT * FROM locks('ANALYZE visits');
SELECT * FROM what('COPY customers FROM STDIN; COPY customers TO STDOUT; COPY (SELECT 1) TO STDOUT');
SELECT * FROM what('DO $d$ BEGIN END $d$; CALL nothing(); EXECUTE nothing');
SELECT statement, verdict, message FROM ddl_warden.lint('LOCK TABLE people; CREATE ROLE nobody');

-- Temporary relations are left out of the record, but for what they lock of others
SELECT count(*) AS before FROM ddl_warden.decision_log \gset
ALTER TABLE passing RENAME COLUMN id TO number;
COMMENT ON TABLE passing IS 'soon gone';
CREATE TEMP TABLE passing_2 (id int);
SELECT count(*) - :before AS recorded FROM ddl_warden.decision_log;
CREATE TEMP TABLE passing_3 () INHERITS (people);
SELECT count(*) - :before AS recorded FROM ddl_warden.decision_log;

-- Who may not do it sees no work, and no sizes of what is not for him
SET ROLE ddl_warden_visitor;
SELECT relation, lock_mode, work, bytes, because FROM ddl_warden.explain('ALTER DOMAIN seen.percent ADD CHECK (value >= 0)');
SELECT relation, lock_mode, bytes, because FROM ddl_warden.explain('COMMENT ON TABLE seen.customers IS $$x$$');
RESET ROLE;

SET client_min_messages = warning;
DROP SCHEMA seen CASCADE;
DROP ROLE ddl_warden_visitor;
