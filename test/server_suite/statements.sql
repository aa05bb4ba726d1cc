-- Each statement that was predicted wrongly, with what differed on its first twelve relations
\pset fieldsep ' | '
SELECT command, regexp_replace(left(statement, 300), '\s+', ' ', 'g'),
	(SELECT string_agg(format('%s: %s>%s', value ->> 'relation', coalesce(value ->> 'predicted', '-'), coalesce(value ->> 'held', '-')), '; ')
		FROM (SELECT * FROM jsonb_array_elements(misprediction -> 'locks') LIMIT 12) AS locks),
	misprediction -> 'files'
FROM ddl_warden.mispredictions
ORDER BY command, regexp_replace(statement, '\s+', ' ', 'g'), id;
