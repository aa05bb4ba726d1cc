# How long it takes to judge one statement.  To be sourced.

judged_statements=(
	"ALTER TABLE judged ADD COLUMN added int"
	"ALTER TABLE judged ALTER COLUMN payload SET DEFAULT 'x'"
	"ALTER TABLE judged ALTER COLUMN number TYPE bigint"
	"CREATE INDEX ON judged (payload)"
	"DROP TABLE judged"
)

# Lines for summary.awk.
measure_judgement()
{
	local round i
	sql enforce --file=test/bench/judgement.sql
	for ((round = 1; round <= judgement_rounds; round++)); do
		for i in "${!judged_statements[@]}"; do
			echo "$i explain $round $(sql enforce --set=statement="${judged_statements[$i]}" \
				--set=times="$judgement_times" <<<"SELECT microseconds(:'statement', :times)")"
		done
	done
}

print_judgement()
{
	local i cost least most rest
	heading "Judging: microseconds that ddl_warden.explain() takes for one statement"
	printf '%-62s%10s  %s\n' statement median '(min … max)'
	for i in "${!judged_statements[@]}"; do
		read -r cost least most rest < <(summary_of "$1" "$i" explain)
		printf '%-62s%10.1f  (%.1f … %.1f)\n' "${judged_statements[$i]}" "$cost" "$least" "$most"
	done
}
