-- Rows of the record stay as they were written: for its owner and every superuser, too, unless he goes out
-- of his way.
CREATE TABLE immutable_t (a int);
SELECT max(id) AS id FROM ddl_warden.decision_log \gset

INSERT INTO ddl_warden.decision_log (id, decided_at, verdict, outcome) VALUES (1, now(), 'allow', 'committed');
UPDATE ddl_warden.decision_log SET statement = 'nothing' WHERE id = :id;
DELETE FROM ddl_warden.decision_log WHERE id = :id;
TRUNCATE ddl_warden.decision_log;
MERGE INTO ddl_warden.decision_log d USING (SELECT 1) AS s ON d.id = :id WHEN MATCHED THEN DELETE;
COPY ddl_warden.decision_log (id, decided_at, verdict, outcome) FROM stdin;
1	2000-01-01	allow	committed
\.
DELETE FROM ddl_warden.decisions;

\set VERBOSITY terse
DO $$
DECLARE
	kept name;
	verb text;
BEGIN
	FOREACH kept IN ARRAY '{decision_log, decision_relation, begun, rule_change_log, pause_log}'::name[] LOOP
		FOREACH verb IN ARRAY ARRAY['INSERT INTO ddl_warden.%I DEFAULT VALUES', 'UPDATE ddl_warden.%I SET ctid = NULL WHERE false',
			'DELETE FROM ddl_warden.%I'] LOOP
			BEGIN
				EXECUTE format(replace(verb, 'SET ctid = NULL', 'SET (' ||
					(SELECT attname FROM pg_attribute WHERE attrelid = ('ddl_warden.' || kept)::regclass AND attnum = 1) || ') = ROW (NULL)'), kept);
				RAISE WARNING '% was changed', kept;
			EXCEPTION WHEN insufficient_privilege THEN
				RAISE NOTICE '%', sqlerrm;
			END;
		END LOOP;
	END LOOP;
END
$$;
\set VERBOSITY default

-- Nor can the triggers be taken away, or be called by hand
ALTER TABLE ddl_warden.decision_log DISABLE TRIGGER keep_rows;
DROP TRIGGER keep_rows ON ddl_warden.decision_log;
SELECT ddl_warden.keep_rows();

-- The row is there, and the library goes on writing past the trigger
CREATE TABLE immutable_t2 (a int);
SELECT statement, outcome FROM ddl_warden.decision_log WHERE id >= :id ORDER BY id;

DROP TABLE immutable_t, immutable_t2;
