# How the time to explain a statement grows with what it reaches.  To be sourced.

# %s is the number of partitions, or of tables in the schema.
explained_statements=(
	"ALTER TABLE tree_%s ADD COLUMN added int"
	"ALTER TABLE tree_%s ALTER id TYPE bigint"
	"ALTER TABLE tree_%s ALTER payload SET NOT NULL"
	"CREATE INDEX ON tree_%s (payload)"
	"DROP INDEX tree_%s_id_idx"
	"TRUNCATE tree_%s"
	"DROP TABLE tree_%s"
	"ALTER TABLE tree_%s DETACH PARTITION tree_%s_7"
	"REINDEX SCHEMA full_%s"
	"DROP SCHEMA full_%s CASCADE"
)
plain_statements=(
	"ALTER TABLE plain ADD COLUMN added int"
	"ALTER TABLE plain ALTER number TYPE bigint"
	"ALTER TABLE plain ADD CHECK (number > 0)"
	"ALTER TABLE plain DROP COLUMN number CASCADE"
	"CREATE INDEX ON plain (payload)"
	"DROP TABLE plain CASCADE"
)
judged_on_trees="ALTER TABLE tree_%s ALTER payload SET DEFAULT 'x'"

explain_settings=("max_locks_per_transaction = 2000" "shared_buffers = 512MB")

spread="max(processor), percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds), min(milliseconds), max(milliseconds)"

# Lines: statement, relations, milliseconds by the processor and by the clock.
measure_explain()
{
	local size statement explain_largest=${explain_sizes##* }
	sql postgres -c "CREATE DATABASE bench" -c "ALTER DATABASE bench SET ddl_warden.mode = off"
	sql -c "CREATE EXTENSION ddl_warden" -f test/bench/explain.sql
	for size in $explain_sizes; do sql -c "CALL make_tree($size)" -c "CALL make_schema($size)"; done
	sql -c "VACUUM ANALYZE"

	for statement in "${plain_statements[@]}"; do time_explain "$statement" "$explain_times_plain"; done
	for statement in "${explained_statements[@]}"; do
		for size in $explain_sizes; do
			time_explain "${statement//%s/$size}" $((explain_times * explain_largest / size))
		done
	done
}

time_explain()
{
	sql --field-separator='|' -c "SELECT \$\$$1\$\$, max(relations), $spread FROM explained(\$\$$1\$\$, $2)"
}

# Lines: size, milliseconds with the warden off, and judged.
measure_judged()
{
	local size
	for size in $explain_sizes; do echo "$size|$(time_judged off)|$(time_judged observe)"; done
}

time_judged()
{
	sql -c "SET ddl_warden.mode = $1" -c "SELECT judged(\$\$${judged_on_trees//%s/$size}\$\$, $explain_times)"
}

# Memory of a session that explains again and again: size, relations, kB at most beside what it has before, what
# the server's contexts have more after the first time, which are its caches, and what they have more in the end.
measure_explain_memory()
{
	local size
	for size in $explain_sizes; do memory_of_explain "ALTER TABLE tree_$size ALTER id TYPE bigint" "$size"; done
}

memory_of_explain()
{
	local statement=$1 size=$2 folder=$SERVER_DIR pid idle most now relations before warm after
	local contexts="SELECT (sum(used_bytes) / 1024)::int FROM pg_backend_memory_contexts"
	rm -f "$folder"/session.*
	mkfifo "$folder/session.in"
	sql --output="$folder/session.out" <"$folder/session.in" &
	exec 7>"$folder/session.in"
	asks "SELECT pg_backend_pid()"
	pid=$(tail -n 1 "$folder/session.out")
	asks "SELECT relations FROM explained('ALTER TABLE plain ADD COLUMN added int', 1)"
	asks "$contexts"
	before=$(tail -n 1 "$folder/session.out")
	idle=$(own_memory "$pid")
	asks "SELECT relations FROM explained('$statement', 1)"
	relations=$(tail -n 1 "$folder/session.out")
	asks "$contexts"
	warm=$(tail -n 1 "$folder/session.out")
	echo "SELECT count(*) FROM explained('$statement', 20);" >&7
	echo "\\! touch $folder/session.done" >&7
	most=$idle
	until [ -e "$folder/session.done" ]; do
		now=$(own_memory "$pid")
		[ "$now" -le "$most" ] || most=$now
	done
	rm -f "$folder/session.done"
	asks "$contexts"
	after=$(tail -n 1 "$folder/session.out")
	exec 7>&-
	wait $!
	echo "$size|$relations|$((most - idle))|$((warm - before))|$((after - warm))"
}

# asks query: and waits for its answer
asks()
{
	rm -f "$folder/session.done"
	echo "$1;" >&7
	echo "\\! touch $folder/session.done" >&7
	until [ -e "$folder/session.done" ]; do sleep 0.05; done
	rm -f "$folder/session.done"
}

own_memory() { awk '/^RssAnon:/ { print $2 }' "/proc/$1/status"; }

# Long texts: what, bytes, statements, milliseconds.
measure_long_texts()
{
	sql --field-separator='|' <<-END
		CREATE TEMP TABLE body_of AS
			SELECT 'explain, one statement' AS what, 1 AS statements, 'ALTER TABLE plain ADD CHECK (number IN (0' || repeat(', 123456', $explain_long_text / 8) || '))' AS body
			UNION ALL SELECT 'explain, a script', $explain_script, repeat('ALTER TABLE plain ADD COLUMN added int DEFAULT 1;' || E'\\n', $explain_script)
			UNION ALL SELECT 'lint, a script', $explain_script, repeat('CREATE INDEX ON plain (payload);' || E'\\n', $explain_script);
		CREATE TEMP TABLE timed (what text, statements int, bytes int, milliseconds float8);
		DO \$\$
		DECLARE
			one text;
			started timestamptz;
		BEGIN
			FOR one IN SELECT what FROM body_of LOOP
				started := clock_timestamp();
				IF one LIKE 'explain%' THEN
					PERFORM count(*) FROM body_of, ddl_warden.explain(body) WHERE what = one;
				ELSE
					PERFORM count(*) FROM body_of, ddl_warden.lint(body) WHERE what = one;
				END IF;
				INSERT INTO timed SELECT what, statements, length(body), extract(epoch FROM clock_timestamp() - started) * 1e3 FROM body_of WHERE what = one;
			END LOOP;
		END \$\$;
		SELECT what, statements, bytes, milliseconds FROM timed;
	END
}

print_explain()
{
	heading "Explaining: milliseconds that ddl_warden.explain() takes; aim: 0.3 for a plain table, 30 for 1000 partitions"
	printf '%-56s%10s%12s%10s%12s  %s\n' '' '' processor 'us each' 'by clock:' ''
	printf '%-56s%10s%12s%10s%12s  %s\n' statement relations time relation median '(min … max)'
	awk -F '|' '{ printf "%-56s%10d%12.3f%10.1f%12.3f  (%.3f … %.3f)\n", $1, $2, $3, $3 * 1000 / ($2 ? $2 : 1), $4, $5, $6 }' \
		"$1/explain.figures"

	heading "Judging and recording: milliseconds of processor time for $judged_on_trees"
	printf '%10s%12s%12s%12s%16s\n' partitions 'mode off' judged more 'us more each'
	awk -F '|' '{ printf "%10d%12.1f%12.1f%12.1f%16.1f\n", $1, $2, $3, $3 - $2, ($3 - $2) * 1000 / $1 }' "$1/judged.figures"

	heading "Memory of a session that explains ALTER TABLE … ALTER id TYPE bigint again and again"
	printf '%10s%12s%12s%16s%18s%16s\n' partitions relations 'at most' 'a relation' 'caches of it' 'left after 20'
	awk -F '|' '{ printf "%10d%12d%9d kB%13.2f kB%15d kB%13d kB\n", $1, $2, $3, $3 / $2, $4, $5 }' "$1/memory.figures"

	heading "Long texts"
	printf '%-24s%12s%14s%10s%16s\n' '' statements bytes ms 'us a statement'
	awk -F '|' '{ printf "%-24s%12d%14d%10.0f%16.1f\n", $1, $2, $3, $4, $4 * 1000 / $2 }' "$1/texts.figures"
}
