# The application of the demo, and what it felt; to be sourced.
#
#   traffic_start           clients that read and write single accounts, at a fixed rate
#   traffic_stop            lets them work off what has piled up, and ends them
#   traffic_felt since      what they felt from that second on, as "queries reads writes longest":
#                           all queries, the reads and the writes that stalled, the longest in ms
#
# Readers and writers have clients of their own: a writer that waits does not keep a reader waiting.
# The rate is fixed as it is in real life, where users do not stop asking because the database does
# not answer: a query counts from the moment the application wanted to send it.

TRAFFIC_CLIENTS=4    # of each kind
TRAFFIC_RATE=200     # queries per second, of each kind
TRAFFIC_STALL=100    # ms from which on a query counts as stalled
TRAFFIC_PIDS=()

traffic_start()
{
	local kind
	rm -rf "$SERVER_DIR/traffic"
	mkdir "$SERVER_DIR/traffic"
	TRAFFIC_PIDS=()
	for kind in read write; do
		PGAPPNAME=application pgbench --no-vacuum --client=$TRAFFIC_CLIENTS --rate=$TRAFFIC_RATE \
			--time=600 --define=accounts="$ACCOUNTS" --file="test/demo/$kind.sql" \
			--log --log-prefix="$SERVER_DIR/traffic/$kind" >"$SERVER_DIR/traffic.$kind" 2>&1 &
		TRAFFIC_PIDS+=($!)
	done
	sleep 1
	kill -0 "${TRAFFIC_PIDS[@]}" 2>/dev/null ||
		{ cat "$SERVER_DIR"/traffic.{read,write} >&2; die "pgbench does not run (see above)"; }
}

# pgbench writes the rest of its log when its connections end.
traffic_stop()
{
	sleep 1.5
	query "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'application'" \
		>"$SERVER_DIR/traffic.stop"
	wait "${TRAFFIC_PIDS[@]}" || true
}

# A line of the log: client, number, latency in us, script, end as seconds and us, lag.
traffic_felt()
{
	local kind
	for kind in read write; do
		cat "$SERVER_DIR/traffic/$kind".* | sed "s/^/$kind /"
	done | awk -v since="$1" -v stall="$TRAFFIC_STALL" '
		$4 ~ /^[0-9]+$/ && $6 + $7 / 1e6 >= since {
			ms = $4 / 1000
			queries++
			if (ms > stall) stalled[$1]++
			if (ms > longest) longest = ms
		}
		END { printf "%d %d %d %.0f\n", queries, stalled["read"], stalled["write"], longest }'
}
