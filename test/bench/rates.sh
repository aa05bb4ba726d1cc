# Scripts by pgbench, on servers that run side by side, in short slices that take turns: whatever
# slows the machine down for a while slows all of them down.  To be sourced.

# name | what it shows | what is compared
rate_scripts=(
	"select|SELECT by key|none pgaudit enforce"
	"tpcb|TPC-B|none pgaudit enforce"
	"transaction|BEGIN, SET LOCAL, COMMIT|none pgaudit enforce"
	"ddl|CREATE, ALTER, INDEX, DROP|none pgaudit off observe enforce unrecorded"
	"alter|ALTER TABLE SET DEFAULT|none pgaudit off observe enforce unrecorded"
)

# For "enforce", with the record on.
declare -A aim_of=([select]=0.99 [tpcb]=0.99 [transaction]=0.98 [ddl]=0.95)

open_rate_servers()
{
	local name
	for name in none pgaudit ddl_warden; do
		open_server $name "$(preload $name)"
		at $name make_databases $name
	done
	for name in none pgaudit enforce; do
		at "${server_of[$name]}" pgbench --initialize --quiet --unlogged-tables --scale="$rate_scale" $name \
			>"$bench_dir/pgbench.log" 2>&1 || { cat "$bench_dir/pgbench.log"; die "pgbench --initialize failed"; }
	done
}

# What the slice before left in the catalogs must not slow this one down.
tidy()
{
	sql "$1" <<-'END'
		SELECT format('VACUUM %s', string_agg(oid::regclass::text, ', ')) FROM pg_class
		WHERE relkind = 'r' AND relnamespace = 'pg_catalog'::regnamespace AND NOT relisshared \gexec
	END
}

# slice script variant: microseconds for one run of the script
slice()
{
	local log=$bench_dir/pgbench.log
	local script=--file=test/bench/$1.sql
	case $1 in
		select) script=--builtin=select-only ;;
		tpcb) script=--builtin=tpcb-like ;;
	esac
	pgbench --no-vacuum --client=1 --time="$slice_seconds" "$script" "$2" >"$log" 2>&1 ||
		{ cat "$log" >&2; die "pgbench failed"; }
	awk '/^tps = / { printf "%.3f\n", 1e6 / $3 }' "$log"
}

# Every other round goes the other way round: nobody always comes first.
in_turn()
{
	local round=$1 variant turned=''
	shift
	[ $((round % 2)) = 0 ] || { echo "$@"; return; }
	for variant; do turned="$variant $turned"; done
	echo "$turned"
}

# Lines for summary.awk.
measure_rates()
{
	local row script shows compared variant round cost
	for row in "${rate_scripts[@]}"; do
		IFS='|' read -r script shows compared <<<"$row"
		for ((round = 1; round <= rate_rounds; round++)); do
			for variant in $(in_turn "$round" $compared); do
				[[ $script != @(ddl|alter) ]] || at "${server_of[$variant]}" tidy "$variant"
				cost=$(at "${server_of[$variant]}" slice "$script" "$variant") || exit 1
				echo "$script $variant $round $cost"
			done
		done
	done
}

print_rates()
{
	local row script shows compared variant cost least most ratio low high added added_low added_high aim
	heading "Speed: runs of a script per second, one client; ratio to the server without, in the same round"
	printf '%-27s%-21s%8s %7s%7s%7s  %-5s %s\n' script server 1/s ratio min max aim 'added us (min … max)'
	for row in "${rate_scripts[@]}"; do
		IFS='|' read -r script shows compared <<<"$row"
		for variant in $compared; do
			read -r cost least most ratio low high added added_low added_high < <(summary_of "$1" "$script" "$variant")
			aim=
			[ $variant != enforce ] || aim=${aim_of[$script]:-}
			if [ $variant = none ]; then
				printf '%-27s%-21s%8.0f\n' "$shows" "${title_of[$variant]}" "$(awk "BEGIN { print 1e6 / $cost }")"
			else
				printf '%-27s%-21s%8.0f %7s%7s%7s  %-5s %.1f (%.1f … %.1f)\n' '' "${title_of[$variant]}" \
					"$(awk "BEGIN { print 1e6 / $cost }")" "$ratio" "$low" "$high" "$aim" "$added" "$added_low" "$added_high"
			fi
		done
	done
}
