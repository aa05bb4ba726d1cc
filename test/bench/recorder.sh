# How fast the recorder is: refusals that wait for their rows, bursts of decisions, and what a statement
# pays for a row that comes with its own commit.  To be sourced.
#
# Nothing is durable that has not been waited for: this part writes to the disk, as a server in use does.

recorder_settings=(
	"fsync = on"
	"synchronous_commit = on"
	"full_page_writes = on"
	"autovacuum = on"
	"checkpoint_timeout = 5min"
	"log_min_error_statement = panic"
)

recorder_sessions="1 4 16"

# Two databases, by what is recorded; the table is one that no index may be built on.
make_recorded()
{
	local database client
	for database in enforce unrecorded; do
		sql postgres -c "CREATE DATABASE $database"
		sql "$database" -c "CREATE EXTENSION ddl_warden" -c "CREATE TABLE filled AS SELECT 1 AS id" \
			-c "CREATE TABLE altered (id bigint PRIMARY KEY, payload text)"
	done
	for client in {0..15}; do sql enforce -c "CREATE TABLE altered_$client (id bigint)"; done
	sql postgres -c "ALTER DATABASE unrecorded SET ddl_warden.record = 'refused'"
}

recorded() { sql enforce -c "SELECT count(*) FROM ddl_warden.decision_log WHERE outcome = '$1'"; }
lines_instead() { grep -c no_row_because "$SERVER_LOG" || true; }

# recorded_rate outcome sessions: statements a second; all must have a row. Refusals are caught by the
# sessions.
recorded_rate()
{
	local log=$bench_dir/pgbench.log before=$(recorded "$1") statements
	pgbench --no-vacuum --client="$2" --jobs=2 --time="$slice_seconds" --file="test/bench/$1.sql" enforce >"$log" 2>&1 ||
		{ cat "$log" >&2; die "pgbench failed"; }
	statements=$(sed -n 's/^number of transactions actually processed: //p' "$log")
	[ $(($(recorded "$1") - before)) = "$statements" ] || die "$statements $1, $(($(recorded "$1") - before)) rows"
	sed -n 's/^tps = \([0-9]*\).*/\1/p' "$log"
}

# burst statements outcome…: 16 clients send the text so often that a hundred thousand (full) decisions
# come, as fast as they can, and see each error.  Prints decisions, rows, lines instead of rows, seconds
# until the clients have their answers, and until the last row is there.
burst()
{
	local text=$1 each=$((burst_decisions / 16)) before=0 after i since answered outcome lines jobs=()
	shift
	for outcome; do before=$((before + $(recorded "$outcome"))); done
	lines=$(lines_instead)
	for ((i = 0; i < each / $#; i++)); do echo "$text"; done >"$bench_dir/burst.sql"
	since=$EPOCHREALTIME
	set -m   # process groups of their own, to be ended with us
	for ((i = 0; i < 16; i++)); do
		psql --no-psqlrc --quiet --file="$bench_dir/burst.sql" enforce >/dev/null 2>&1 &
		jobs+=($!)
	done
	set +m
	wait "${jobs[@]}" || true
	answered=$EPOCHREALTIME
	while :; do
		after=0
		for outcome; do after=$((after + $(recorded "$outcome"))); done
		[ $((after - before + $(lines_instead) - lines)) -lt $((each / $# * $# * 16)) ] || break
		[ "${EPOCHREALTIME%.*}" -lt $((${answered%.*} + 60)) ] || break   # what is missing then is lost
		sleep 0.05
	done
	awk -v from="$since" -v to="$answered" -v last="$EPOCHREALTIME" \
		-v counts="$((each / $# * $# * 16)) $((after - before)) $(($(lines_instead) - lines))" \
		'BEGIN { printf "%s %.2f %.2f\n", counts, to - from, last - from }'
}

# Lines for summary.awk, and those of the bursts. Without the wait for the disk, which a commit has with
# a row or without, what is left is the row's own.
measure_recorder()
{
	local round sessions database costs rate counts
	make_recorded
	for ((round = 1; round <= rate_rounds; round++)); do
		for sessions in $recorder_sessions; do
			rate=$(recorded_rate refused "$sessions") || exit 1
			echo "rate refused_$sessions $round $rate"
		done
		rate=$(recorded_rate committed 16) || exit 1
		echo "rate committed_16 $round $rate"
	done
	counts=$(burst 'CREATE INDEX ON filled (id);' refused) || exit 1
	echo "burst refused $counts"
	counts=$(burst 'ALTER TABLE filled ADD COLUMN id int; BEGIN; CREATE TABLE undone (); ROLLBACK;' failed 'rolled back') || exit 1
	echo "burst undone $counts"
	sql postgres -c "ALTER DATABASE enforce SET synchronous_commit = off" -c "ALTER DATABASE unrecorded SET synchronous_commit = off"
	for ((round = 1; round <= rate_rounds; round++)); do
		for database in $(in_turn "$round" unrecorded enforce); do
			costs=$(slice alter "$database") || exit 1
			database=${database/unrecorded/none}
			echo "alter $database $round ${costs% *}"
			echo "cpu_alter $database $round ${costs#* }"
		done
	done
}

print_burst()
{
	local decisions rows lines answered last
	read -r decisions rows lines answered last < <(sed -n "s/^burst $2 //p" "$1")
	printf '  %-42s%10d%10d%10d%10s%10s%10.0f\n' "$3" "$decisions" "$rows" "$lines" "$answered" "$last" \
		"$(awk "BEGIN { print $decisions / $last }")"
}

print_recorder()
{
	local sessions rate least most rest clock cpu
	heading "Recorder: refusals with a durable row, a second, by sessions that wait for each; aim: 10,000 from 16"
	printf '%-12s%10s  %s\n' sessions median '(min … max)'
	for sessions in $recorder_sessions; do
		read -r rate least most rest < <(summary_of "$1" rate "refused_$sessions")
		printf '%-12s%10.0f  (%.0f … %.0f)\n' "$sessions" "$rate" "$least" "$most"
	done
	heading "Recorder: accepted ALTER TABLE … SET DEFAULT a second, each with a row and a commit; aim: 1,000 from 16"
	read -r rate least most rest < <(summary_of "$1" rate committed_16)
	printf '%-12s%10.0f  (%.0f … %.0f)\n' 16 "$rate" "$least" "$most"
	heading "Recorder: bursts from 16 clients (psql) that see each error"
	printf '  %-42s%10s%10s%10s%10s%10s%10s\n' '' decisions rows lines 'answers s' 'rows s' 'a second'
	print_burst "$1" refused 'refused (answered when the row is durable)'
	print_burst "$1" undone 'failed, and rolled back'
	read -ra clock < <(summary_of "$1" alter enforce)
	read -ra cpu < <(summary_of "$1" cpu_alter enforce)
	heading "Recorder: microseconds that an accepted ALTER TABLE … SET DEFAULT pays for its row; aim: 50"
	printf '  %-42s%10.1f  (%.1f … %.1f)\n' 'by the clock' "${clock[@]:6:3}"
	printf '  %-42s%10.1f  (%.1f … %.1f)\n' 'by processor time of the server' "${cpu[@]:6:3}"
}
