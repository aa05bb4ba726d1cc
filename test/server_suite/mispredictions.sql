-- What was predicted wrongly, by command and difference, with the shortest statement as an example
\pset tuples_only off
\pset format aligned
\pset border 0
SELECT sum(value) FILTER (WHERE name = 'ddl_warden_verified_total') AS "statements compared",
	sum(value) FILTER (WHERE name = 'ddl_warden_mispredicted_total') AS "predicted wrongly",
	sum(value) FILTER (WHERE name = 'ddl_warden_faults_total') AS "faults of the warden"
FROM ddl_warden.metrics;

CREATE TEMPORARY VIEW differences AS
SELECT id, command, statement, difference ->> 'relation' AS relation,
	format('lock: %s, held %s', coalesce(difference ->> 'predicted', 'none'), coalesce(difference ->> 'held', 'none')) AS difference
FROM ddl_warden.mispredictions, jsonb_array_elements(misprediction -> 'locks') AS difference
UNION ALL
SELECT id, command, statement, difference ->> 'relation',
	format('file: %s, observed %s', difference ->> 'predicted', difference ->> 'observed')
FROM ddl_warden.mispredictions, jsonb_array_elements(misprediction -> 'files') AS difference;

SELECT command, difference AS "predicted", count(DISTINCT id) AS statements,
	left((array_agg(format('%s (%s)', regexp_replace(statement, '\s+', ' ', 'g'), relation) ORDER BY length(statement), id))[1], 140) AS example
FROM differences GROUP BY command, difference ORDER BY command, statements DESC;

\pset tuples_only on
\pset format unaligned
\pset fieldsep ' | '
\o :kinds
SELECT DISTINCT command, difference FROM differences ORDER BY 1, 2;
