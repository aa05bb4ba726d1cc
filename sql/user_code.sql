-- Code of the users' own that a statement runs: what it does cannot be known beforehand, and explain says so.
SET ddl_warden.mode = observe;
CREATE SCHEMA coded;
SET search_path = coded;
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'begin end';
CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS 'begin return null; end';
CREATE TABLE t (a int, b text);
CREATE TABLE refers (a int);
INSERT INTO t VALUES (1, 'x');
CREATE FUNCTION said(statements text) RETURNS TABLE (command text, relation text, sentence text) LANGUAGE sql AS $$
	SELECT e.command, e.relation, s FROM ddl_warden.explain(statements) e, unnest(e.because) s WHERE s ~ 'cannot be known'
$$;

-- nobody's
SELECT * FROM said('ALTER TABLE t ADD COLUMN z int; TRUNCATE t; DROP TABLE t');

-- event triggers: by event, by tag, and only those that are on
CREATE EVENT TRIGGER coded_end ON ddl_command_end WHEN TAG IN ('CREATE SEQUENCE', 'COMMENT') EXECUTE FUNCTION watch();
CREATE EVENT TRIGGER coded_drop ON sql_drop WHEN TAG IN ('DROP TABLE', 'ALTER TABLE') EXECUTE FUNCTION watch();
CREATE EVENT TRIGGER coded_rewrite ON table_rewrite EXECUTE FUNCTION watch();
SELECT * FROM said($$
	CREATE SEQUENCE s; COMMENT ON TABLE t IS 'x'; COMMENT ON TABLE coded.nowhere IS 'x'; DROP TABLE t; DROP VIEW v;
	ALTER TABLE t ADD COLUMN z int; ALTER TABLE t DROP COLUMN b; ALTER TABLE t ALTER a TYPE bigint; TRUNCATE t; CREATE ROLE r
$$);
SET session_replication_role = replica;
SELECT * FROM said('DROP TABLE t');
RESET session_replication_role;
ALTER EVENT TRIGGER coded_drop DISABLE;
SELECT * FROM said('DROP TABLE t');
DROP EVENT TRIGGER coded_end;
DROP EVENT TRIGGER coded_drop;
DROP EVENT TRIGGER coded_rewrite;

-- triggers ON TRUNCATE, of what CASCADE adds, too
CREATE TRIGGER told AFTER TRUNCATE ON refers FOR EACH STATEMENT EXECUTE FUNCTION told();
CREATE TRIGGER inserted AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION told();
ALTER TABLE t ADD PRIMARY KEY (a);
ALTER TABLE refers ADD FOREIGN KEY (a) REFERENCES t;
SELECT * FROM said('TRUNCATE t; TRUNCATE refers; TRUNCATE t CASCADE');
ALTER TABLE refers DISABLE TRIGGER told;
SELECT * FROM said('TRUNCATE refers');

SET client_min_messages = warning;
DROP SCHEMA coded CASCADE;
