-- DROP, DROP OWNED, REASSIGN OWNED, TRUNCATE: what goes along, what loses a part of itself, and why?
SET client_min_messages = warning;
SET ddl_warden.mode = observe;
CREATE SCHEMA gone;
SET search_path = gone;
CREATE ROLE ddl_warden_leaver;
CREATE ROLE ddl_warden_heir;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN age AS int CHECK (VALUE >= 0);
CREATE FUNCTION standard() RETURNS int LANGUAGE sql AS 'SELECT 7';
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE people (id serial PRIMARY KEY, name text, feels mood, old age, size int DEFAULT standard());
CREATE TABLE pets (id int PRIMARY KEY, owner int REFERENCES people);
CREATE UNIQUE INDEX people_name ON people (name);
CREATE TABLE nicks (name text REFERENCES people (name));
CREATE VIEW names AS SELECT id, name FROM people;
CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM names;
CREATE UNIQUE INDEX counted_n ON counted (n);
CREATE STATISTICS people_st ON id, size FROM people;
CREATE TRIGGER people_tell BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION tell();
CREATE RULE people_rule AS ON DELETE TO people DO INSTEAD NOTHING;
CREATE POLICY people_own ON people USING (id > standard());
CREATE TABLE years (y int) PARTITION BY RANGE (y);
CREATE TABLE y1 PARTITION OF years FOR VALUES FROM (1) TO (2);
CREATE TABLE y2 PARTITION OF years FOR VALUES FROM (2) TO (3);
CREATE TABLE rest PARTITION OF years DEFAULT;
CREATE TABLE parent (a int);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE hers (id int GENERATED ALWAYS AS IDENTITY);
ALTER TABLE hers OWNER TO ddl_warden_leaver;
CREATE POLICY hers_own ON pets TO ddl_warden_leaver USING (true);
CREATE POLICY ours ON parent TO ddl_warden_leaver, ddl_warden_heir USING (true);
RESET client_min_messages;

CREATE FUNCTION goes(statement text) RETURNS TABLE (relation text, lock_mode text, because text) LANGUAGE sql AS
	$$SELECT regexp_replace(relation, 'pg_toast_\d+', 'pg_toast_N'), lock_mode, array_to_string(because, ' ') FROM ddl_warden.explain(statement)$$;

-- a table: who refers to it, whom it refers to, what is made of it, what belongs to it
SELECT * FROM goes('DROP TABLE people CASCADE');
SELECT * FROM goes('DROP TABLE pets');
SELECT * FROM goes('DROP TABLE pets, people CASCADE') WHERE relation ~ 'pets|people';
SELECT * FROM goes('DROP VIEW names CASCADE');
SELECT * FROM goes('DROP MATERIALIZED VIEW counted');
-- an index that a foreign key needs
SELECT * FROM goes('DROP INDEX people_name CASCADE');
-- partitions: the parent comes first
SELECT * FROM goes('DROP TABLE y1');
SELECT * FROM goes('DROP TABLE rest');
SELECT * FROM goes('DROP TABLE years');
SELECT * FROM goes('DROP TABLE parent CASCADE');
-- what other objects are in
SELECT * FROM goes('DROP TYPE mood CASCADE');
SELECT * FROM goes('DROP DOMAIN age CASCADE');
SELECT * FROM goes('DROP FUNCTION standard() CASCADE');
SELECT * FROM goes('DROP FUNCTION tell CASCADE');
SELECT * FROM goes('DROP SEQUENCE people_id_seq CASCADE');
SELECT * FROM goes('DROP TRIGGER people_tell ON people; DROP RULE people_rule ON people; DROP POLICY people_own ON people');
SELECT * FROM goes('DROP STATISTICS people_st');
SELECT * FROM goes('DROP SCHEMA gone CASCADE') WHERE relation ~ 'people|names|child';
-- roles
SELECT * FROM goes('DROP OWNED BY ddl_warden_leaver');
SELECT * FROM goes('DROP OWNED BY ddl_warden_leaver, ddl_warden_heir');
SELECT * FROM goes('REASSIGN OWNED BY ddl_warden_leaver TO ddl_warden_heir');
-- nothing of a user's
SELECT * FROM goes('DROP ROLE ddl_warden_heir; DROP DATABASE elsewhere; DROP SUBSCRIPTION IF EXISTS feed');
SELECT * FROM goes('DROP TYPE IF EXISTS nothing; DROP TRIGGER IF EXISTS nothing ON people; DROP TRIGGER nothing ON nowhere');
-- TRUNCATE
SELECT * FROM goes('TRUNCATE people RESTART IDENTITY CASCADE');

-- the server says no: its own word comes, and nothing is predicted to go along
SELECT * FROM goes('DROP TABLE people');
SELECT * FROM goes('DROP INDEX people_name; DROP INDEX people_pkey CASCADE');
SELECT * FROM goes('DROP TYPE people; DROP FUNCTION standard(); DROP FUNCTION now(); DROP SEQUENCE names');
TRUNCATE people;
DROP TABLE people;

-- many ways to one table are counted
DO $$
BEGIN
	FOR i IN 1 .. 9 LOOP
		EXECUTE format('CREATE TABLE pet%s (owner int REFERENCES people)', i);
	END LOOP;
END $$;
SELECT * FROM goes('DROP TABLE pet1, pet2, pet3, pet4, pet5, pet6, pet7, pet8, pet9') WHERE relation = 'gone.people';
SELECT * FROM goes('DROP TABLE pet1, pet2') WHERE relation = 'gone.people';

-- the same as what is then held
CREATE FUNCTION held_otherwise(statement text) RETURNS TABLE (relation text, mode text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
	CREATE TEMP TABLE there ON COMMIT DROP AS SELECT oid, relname FROM pg_class;
	CREATE TEMP TABLE said ON COMMIT DROP AS
		SELECT c.oid, e.relation, e.lock_mode FROM ddl_warden.explain(statement) AS e, pg_class AS c
		WHERE e.relation = quote_ident(c.relnamespace::regnamespace::text) || '.' || quote_ident(c.relname);
	SET LOCAL client_min_messages = warning;
	EXECUTE statement;
	RETURN QUERY
		SELECT coalesce(said.relation, there.relname::text), coalesce(l.mode, 'not held') || ', not ' || coalesce(said.lock_mode, 'predicted')
		FROM (SELECT relation AS oid, min(l.mode) AS mode FROM pg_locks AS l
			WHERE pid = pg_backend_pid() AND locktype = 'relation' AND l.mode ~ 'AccessExclusive|ShareUpdate' GROUP BY 1) AS l
		JOIN there USING (oid)
		FULL JOIN said USING (oid)
		WHERE l.mode IS DISTINCT FROM said.lock_mode ORDER BY 1;
END $$;
BEGIN; SELECT * FROM held_otherwise('DROP TABLE people CASCADE'); ROLLBACK;
BEGIN; SELECT * FROM held_otherwise('DROP INDEX people_name CASCADE'); ROLLBACK;
BEGIN; SELECT * FROM held_otherwise('DROP TABLE y1'); ROLLBACK;
BEGIN; SELECT * FROM held_otherwise('DROP FUNCTION standard() CASCADE'); ROLLBACK;
BEGIN; SELECT * FROM held_otherwise('DROP OWNED BY ddl_warden_leaver, ddl_warden_heir'); ROLLBACK;
BEGIN; SELECT * FROM held_otherwise('REASSIGN OWNED BY ddl_warden_leaver TO ddl_warden_heir'); ROLLBACK;
BEGIN; SELECT * FROM held_otherwise('TRUNCATE people RESTART IDENTITY CASCADE'); ROLLBACK;

SET client_min_messages = warning;
RESET search_path;
RESET ddl_warden.mode;
DROP OWNED BY ddl_warden_leaver, ddl_warden_heir;
DROP ROLE ddl_warden_leaver, ddl_warden_heir;
DROP SCHEMA gone CASCADE;
