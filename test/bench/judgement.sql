-- Microseconds that ddl_warden.explain() takes for one statement: it inspects and assesses like the hook,
-- and parses its argument and writes its answer, which the hook does not.

CREATE TABLE judged (id bigint PRIMARY KEY, number int, payload text);
CREATE INDEX ON judged (number);
INSERT INTO judged SELECT i, i, 'x' FROM generate_series(1, 1000) i;
ANALYZE judged;

CREATE FUNCTION microseconds(statement text, times int) RETURNS float8
LANGUAGE plpgsql AS $$
DECLARE
	started timestamptz := clock_timestamp();
BEGIN
	-- The text differs from call to call: otherwise one call would do for all.
	PERFORM count(*) FROM generate_series(1, times) i, LATERAL ddl_warden.explain(statement || ' -- ' || i);
	RETURN extract(epoch FROM clock_timestamp() - started) * 1e6 / times;
END $$;
