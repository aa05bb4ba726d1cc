-- Fills the record with copies of its latest row, one every few seconds, all older than 400 days.
CREATE TEMP TABLE latest AS SELECT * FROM ddl_warden.decision_log ORDER BY id DESC LIMIT 1;
SET session_replication_role = replica;

SELECT format('INSERT INTO ddl_warden.decision_log (%s) SELECT %s
	FROM latest, generate_series(1, %s) i, LATERAL (SELECT now() - interval ''800 days'' + i::float8 / %3$s * interval ''399 days'') t(at)',
	string_agg(quote_ident(attname), ', ' ORDER BY attnum),
	string_agg(CASE attname
		WHEN 'id' THEN '1000000 * extract(epoch FROM at - timestamptz ''2000-01-01'')'
		WHEN 'decided_at' THEN 'at'
		ELSE quote_ident(attname)
	END, ', ' ORDER BY attnum), :'rows')
FROM pg_attribute
WHERE attrelid = 'ddl_warden.decision_log'::regclass AND attnum > 0 AND NOT attisdropped \gexec

VACUUM ANALYZE ddl_warden.decision_log;
CHECKPOINT;
