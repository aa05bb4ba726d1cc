# How long the recorder takes to prune the record, in how much memory, and what a DDL statement feels of
# it meanwhile.  To be sourced.
#
# Unlike the other parts this one writes to the disk and waits for it, as a server in use does.

retention_settings=(
	"fsync = on"
	"synchronous_commit = on"
	"full_page_writes = on"
	"autovacuum = on"
	"checkpoint_timeout = 5min"
)

# ddl_latency name seconds: median, 99th percentile and greatest time of a DDL statement, in ms
ddl_latency()
{
	local log=$bench_dir/$1
	pgbench --no-vacuum --client=1 --time="$2" --file=test/bench/alter.sql --log --log-prefix="$log" >"$log.out" 2>&1 ||
		{ cat "$log.out" >&2; die "pgbench failed"; }
	cat "$log".[0-9]* | awk '{ print $3 }' | sort -n |
		awk '{ time[NR] = $1 } END { printf "%.2f %.2f %.2f\n", time[int((NR + 1) / 2)] / 1000, time[int(NR * 0.99) + (NR < 100)] / 1000, time[NR] / 1000 }'
}

# Memory of the recorder's own in kB, shared buffers left out, as long as there is one.
watch_recorder()
{
	local pid
	while [ ! -e "$bench_dir/retention.done" ]; do
		pid=$(sql -c "SELECT pid FROM pg_stat_activity WHERE backend_type = 'ddl_warden recorder'")
		while [ -n "$pid" ] && sed -n 's/^RssAnon:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status" 2>/dev/null; do
			sleep 0.2
		done
		sleep 0.05
	done
}

removed() { sql -c "SELECT pg_stat_get_tuples_deleted('ddl_warden.decision_log'::regclass)"; }

# Seconds from now until all rows are gone.
pruning_time()
{
	local since=$EPOCHREALTIME
	while [ "$(removed)" -lt "$retention_rows" ]; do sleep 0.2; done
	awk -v from="$since" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f\n", to - from }'
	touch "$bench_dir/retention.done"
}

fill_record()
{
	sql postgres -c "CREATE DATABASE bench" -c "ALTER DATABASE bench SET ddl_warden.retention = 0"
	sql -c "CREATE EXTENSION ddl_warden" -c "CREATE TABLE altered (id bigint PRIMARY KEY, payload text)"
	sql --file=test/bench/alter.sql
	sql --set=rows="$retention_rows" --file=test/bench/retention.sql
}

# Whether it is time for pruning is asked anew after a restart.
measure_retention()
{
	local before meanwhile
	fill_record
	echo "size $(sql -c "SELECT pg_size_pretty(pg_total_relation_size('ddl_warden.decision_log'))")"
	before=$(ddl_latency before "$retention_seconds") || exit 1
	echo "before $before"
	sql postgres -c "ALTER DATABASE bench RESET ddl_warden.retention"
	server_stop || die "the server had to be killed"
	server_run
	set -m   # process groups of their own, to be ended with us
	watch_recorder >"$bench_dir/memory" &
	pruning_time >"$bench_dir/seconds" &
	set +m
	meanwhile=$(ddl_latency meanwhile "$retention_seconds") || exit 1
	echo "meanwhile $meanwhile"
	wait
	echo "seconds $(<"$bench_dir/seconds")"
	echo "memory $(sort -n "$bench_dir/memory" | sed -n '1p;$p' | tr '\n' ' ')"
}

print_retention()
{
	local seconds least most
	figure() { sed -n "s/^$1 //p" "$bench_dir/retention.figures"; }
	seconds=$(figure seconds)
	read -r least most <<<"$(figure memory)"
	heading "Retention: $retention_rows rows ($(figure size)) that are too old"
	echo "pruned in            $seconds s, $(awk "BEGIN { printf \"%.0f\", $retention_rows / $seconds }") rows/s"
	echo "memory of its own    $least to $most kB"
	printf '%-20s %10s %10s %10s\n' 'ALTER TABLE, in ms' median '99 %' most
	printf '%-20s %10s %10s %10s\n' '  before' $(figure before) '  meanwhile' $(figure meanwhile)
}
