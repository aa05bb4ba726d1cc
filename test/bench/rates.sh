# Scripts by pgbench, on servers that run side by side, in short slices that take turns: whatever
# slows the machine down for a while slows all of them down.  To be sourced.
#
# Each slice is measured twice: by the clock, and by the processor time of the server process, which
# leaves out how long it waited for a processor that others had.

# name | what it shows | what is compared
rate_scripts=(
	"select|SELECT by key (pgbench, select-only)|none pgaudit enforce"
	"tpcb|TPC-B (pgbench)|none pgaudit enforce"
	"transaction|BEGIN, SET LOCAL, COMMIT|none pgaudit enforce"
	"ddl|CREATE TABLE, ALTER TABLE, CREATE INDEX, DROP TABLE|none pgaudit off observe enforce unrecorded"
	"alter|ALTER TABLE ALTER COLUMN SET DEFAULT|none pgaudit off observe enforce unrecorded"
)

# Under enforce, with the record on.
declare -A aim_of=([select]=0.99 [tpcb]=0.99 [transaction]=0.98 [ddl]=0.95)

open_rate_servers()
{
	local name
	for name in none pgaudit ddl_warden; do
		open_server $name "$(preload $name)"
		at $name make_databases $name
	done
	# Loading adds primary keys to filled tables: what the warden refuses.
	for name in none pgaudit enforce; do
		PGOPTIONS='-c ddl_warden.mode=off' at "${server_of[$name]}" pgbench --initialize --quiet --unlogged-tables --scale="$rate_scale" $name \
			>"$bench_dir/pgbench.log" 2>&1 || { cat "$bench_dir/pgbench.log" >&2; die "pgbench --initialize failed"; }
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

# Processor time of the sessions that have left, in microseconds; the postmaster inherits it when it has
# taken note of their end; a process on its way out is "[postgres]" to ps.
processor_time()
{
	local postmaster
	postmaster=$(head -n 1 "$SERVER_DIR/data/postmaster.pid")
	while ps --ppid "$postmaster" -o args= | grep -qE '\[(local|postgres)\]'; do sleep 0.02; done
	awk -v tick="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); printf "%.0f\n", ($14 + $15) * 1e6 / tick }' \
		"/proc/$postmaster/stat"
}

# slice script database: microseconds for one run of the script, by the clock and of the processor
slice()
{
	local log=$bench_dir/pgbench.log script=--file=test/bench/$1.sql before after
	case $1 in
		select) script=--builtin=select-only ;;
		tpcb) script=--builtin=tpcb-like ;;
	esac
	before=$(processor_time)
	pgbench --no-vacuum --client=1 --time="$slice_seconds" "$script" "$2" >"$log" 2>&1 ||
		{ cat "$log" >&2; die "pgbench failed"; }
	after=$(processor_time)
	awk -v used=$((after - before)) '
		/^number of transactions actually processed: / { runs = $6 }
		/^tps = / { printf "%.3f %.3f\n", 1e6 / $3, used / runs }' "$log"
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

# Lines for summary.awk; what was measured by the processor's time has "cpu_" before its name.
measure_rates()
{
	local row script shows compared variant round costs
	for row in "${rate_scripts[@]}"; do
		IFS='|' read -r script shows compared <<<"$row"
		for ((round = 1; round <= rate_rounds; round++)); do
			for variant in $(in_turn "$round" $compared); do
				[[ $script != @(ddl|alter) ]] || at "${server_of[$variant]}" tidy "$variant"
				costs=$(at "${server_of[$variant]}" slice "$script" "$variant") || exit 1
				echo "$script $variant $round ${costs% *}"
				echo "cpu_$script $variant $round ${costs#* }"
			done
		done
	done
}

print_rates()
{
	local row script shows compared variant
	heading "Speed, one client; ratios: to the server without any library, in the same round"
	printf '%-24s%s%s\n' '' '------- by the clock -------' '   ---- by processor time of the server ----'
	printf '%-24s%7s%7s%7s%7s%10s%9s%8s%8s%8s\n' '' 'runs/s' ratio min max 'us/run' ratio min max best
	for row in "${rate_scripts[@]}"; do
		IFS='|' read -r script shows compared <<<"$row"
		echo "$shows${aim_of[$script]:+; aim: ${aim_of[$script]}}"
		for variant in $compared; do
			print_rate "$1" "$script" "$variant"
		done
	done
}

print_rate()
{
	local clock cpu
	read -ra clock < <(summary_of "$1" "$2" "$3")
	read -ra cpu < <(summary_of "$1" "cpu_$2" "$3")
	if [ "$3" = none ]; then
		clock[3]='' clock[4]='' clock[5]='' cpu[3]='' cpu[4]='' cpu[5]='' cpu[9]=''
	fi
	printf '  %-22s%7.0f%7s%7s%7s%10.1f%9s%8s%8s%8s\n' "${title_of[$3]}" \
		"$(awk "BEGIN { print 1e6 / ${clock[0]} }")" "${clock[@]:3:3}" "${cpu[0]}" "${cpu[@]:3:3}" "${cpu[9]}"
}
