# How long it takes to find something in a large record.  To be sourced.

# what is looked for | query
looked_for=(
	"one decision, by its number|SELECT * FROM ddl_warden.decisions WHERE id = (SELECT max(id) FROM ddl_warden.decision_log)"
	"the newest 50|SELECT * FROM ddl_warden.decisions LIMIT 50"
	"ten minutes, 200 days ago|SELECT * FROM ddl_warden.decisions WHERE decided_at BETWEEN now() - interval '200 days' AND now() - interval '200 days' + interval '10 minutes'"
	"the last day, counted|SELECT count(*) FROM ddl_warden.decisions WHERE decided_at > now() - interval '1 day'"
	"the last day, by role and verdict|SELECT role_name, verdict, count(*) FROM ddl_warden.decisions WHERE decided_at > now() - interval '1 day' GROUP BY 1, 2"
	"what failed in the last day|SELECT * FROM ddl_warden.decisions WHERE outcome = 'failed' AND decided_at > now() - interval '1 day'"
	"one table, the newest 20|SELECT * FROM ddl_warden.decisions WHERE relation = 'shop.table_1' LIMIT 20"
	"one table, the last day|SELECT * FROM ddl_warden.decisions WHERE relation = 'shop.table_1' AND decided_at > now() - interval '1 day'"
	"history() of one table, the newest 20|SELECT * FROM ddl_warden.history('shop.table_1') LIMIT 20"
	"history() of one table, all|SELECT * FROM ddl_warden.history('shop.table_1')"
	"history() of an unknown table|SELECT * FROM ddl_warden.history('nothing')"
	"one role, the newest 20|SELECT * FROM ddl_warden.decisions WHERE role_name = 'role_1' LIMIT 20"
	"one role, the last day, counted|SELECT count(*) FROM ddl_warden.decisions WHERE role_name = 'role_1' AND decided_at > now() - interval '1 day'"
	"a role that comes seldom, all|SELECT * FROM ddl_warden.decisions WHERE role_name = 'seldom'"
	"refusals, the newest 20|SELECT * FROM ddl_warden.refusals LIMIT 20"
	"refusals of the last day|SELECT * FROM ddl_warden.refusals WHERE decided_at > now() - interval '1 day'"
	"overrides, the newest 20|SELECT * FROM ddl_warden.overrides LIMIT 20"
	"warnings, the newest 20|SELECT * FROM ddl_warden.warnings LIMIT 20"
	"would_refuse, the newest 20|SELECT * FROM ddl_warden.would_refuse LIMIT 20"
	"would_refuse_by_rule, all|SELECT * FROM ddl_warden.would_refuse_by_rule"
	"report() of seven days|SELECT ddl_warden.report()"
	"report() of all|SELECT ddl_warden.report('-infinity')"
	"mispredictions of the last day|SELECT * FROM ddl_warden.mispredictions WHERE decided_at > now() - interval '1 day'"
)

# Planned and run, in ms, and how many rows came.
time_query()
{
	sql -c "EXPLAIN (ANALYZE, TIMING OFF) $1" |
		awk '/ Time: / { sum += $3 }
			NR == 1 { sub(/.*actual rows=/, ""); rows = $1 + 0 }
			END { printf "%.3f %d\n", sum, rows }'
}

open_large_record()
{
	open_server views "$(preload ddl_warden)" "shared_buffers = 1GB"
	at views sql postgres -c "CREATE DATABASE bench" -c "ALTER DATABASE bench SET ddl_warden.retention = 0"
	at views sql -c "CREATE EXTENSION ddl_warden"
	at views sql --set=rows="$views_rows" --file=test/bench/views.sql
}

size_of() { sql -c "SELECT pg_size_pretty(pg_$1('ddl_warden.decision_log'))"; }

# After a restart nothing is in the server's own memory, though the system may have it in its own: the first
# time tells that, the median of the others what follows.
measure_views()
{
	local i round
	server_stop || die "the server had to be killed"
	server_run
	for i in "${!looked_for[@]}"; do
		for ((round = 0; round <= views_rounds; round++)); do
			echo "$i $round $(time_query "${looked_for[$i]#*|}")"
		done
	done
}

print_views()
{
	local i first
	heading "Looking into a record of $views_rows rows ($(at views size_of table_size), indexes $(at views size_of indexes_size)); ms"
	printf '%-42s%8s%12s%10s  %s\n' '' rows 'first time' median '(min … max)'
	for i in "${!looked_for[@]}"; do
		first=$(awk -v i="$i" '$1 == i && $2 == 0 { print $4, $3 }' "$1")
		awk -v i="$i" '$1 == i && $2 > 0 { print i, "view", $2, $3 }' "$1" | awk -f test/bench/summary.awk |
			awk -v what="${looked_for[$i]%%|*}" -v rows="${first% *}" -v first="${first#* }" \
				'{ printf "%-42s%8d%12.2f%10.2f  (%.2f … %.2f)\n", what, rows, first, $3, $4, $5 }'
	done
}
