-- Partitioned tables, schemas full of tables, and how long it takes to explain what would be done with them.

CREATE TABLE plain (id int PRIMARY KEY, number int, payload text);
CREATE INDEX ON plain (number);
INSERT INTO plain SELECT i, i, 'x' FROM generate_series(1, 1000) i;

CREATE PROCEDURE make_tree(size int) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE TABLE tree_%s (id int, part int NOT NULL, payload text) PARTITION BY LIST (part)', size);
	EXECUTE format('CREATE INDEX ON tree_%s (id)', size);
	FOR i IN 1 .. size LOOP
		EXECUTE format('CREATE TABLE tree_%1$s_%2$s PARTITION OF tree_%1$s FOR VALUES IN (%2$s)', size, i);
		IF i % 200 = 0 THEN
			COMMIT;
		END IF;
	END LOOP;
END $$;

-- Every tenth table refers to the one before it, every tenth has a view, all but one foreign key stay within.
CREATE PROCEDURE make_schema(size int) LANGUAGE plpgsql AS $$
DECLARE
	reference text;
BEGIN
	EXECUTE format('CREATE SCHEMA full_%s', size);
	FOR i IN 1 .. size LOOP
		reference := CASE WHEN i % 10 = 0 THEN format(' REFERENCES full_%s.t%s', size, i - 1) ELSE '' END;
		EXECUTE format('CREATE TABLE full_%s.t%s (id int PRIMARY KEY, other int%s, payload text)', size, i, reference);
		IF i % 10 = 5 THEN
			EXECUTE format('CREATE VIEW full_%1$s.v%2$s AS SELECT * FROM full_%1$s.t%2$s', size, i);
		END IF;
		IF i % 200 = 0 THEN
			COMMIT;
		END IF;
	END LOOP;
END $$;

-- Milliseconds of processor time that this session has used. The system counts them at each of its ticks, some
-- milliseconds apart: good for sums only.
CREATE FUNCTION processor_time() RETURNS float8 LANGUAGE sql VOLATILE AS
	$$ SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e6 $$;

-- Relations listed, milliseconds by the clock, and by the processor on average, once for each time after a first one
-- that is not counted: it fills the caches of the session.
CREATE FUNCTION explained(statement text, times int)
	RETURNS TABLE (relations bigint, milliseconds float8, processor float8)
LANGUAGE plpgsql AS $$
DECLARE
	used float8;
	started timestamptz;
	each float8[];
BEGIN
	FOR i IN 0 .. times LOOP
		IF i = 1 THEN
			used := processor_time();
		END IF;
		started := clock_timestamp();
		SELECT count(relation) INTO relations FROM ddl_warden.explain(statement || ' -- ' || i);
		each[i] := extract(epoch FROM clock_timestamp() - started) * 1e3;
	END LOOP;
	processor := (processor_time() - used) / times;
	FOR i IN 1 .. times LOOP
		milliseconds := each[i];
		RETURN NEXT;
	END LOOP;
END $$;

-- By the processor, of a statement that is run and undone.
CREATE FUNCTION judged(statement text, times int) RETURNS float8
LANGUAGE plpgsql AS $$
DECLARE
	used float8;
BEGIN
	FOR i IN 0 .. times LOOP
		IF i = 1 THEN
			used := processor_time();
		END IF;
		BEGIN
			EXECUTE statement;
			RAISE 'undo' USING ERRCODE = 'UNDO1';
		EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
			NULL;
		END;
	END LOOP;
	RETURN (processor_time() - used) / times;
END $$;
