# Instructions that a server executes for one statement, counted by callgrind: unlike a time, the
# number hardly depends on what else the machine does.  To be sourced.
#
# One process without clients (postgres --single) is given a statement a few times, and then many times:
# the difference, divided, is the statement's own count.  Each run starts from a copy of the same data.

# name | what it shows | what comes before it, once | the statement | its variants; in the texts, ";" ends a line
instruction_statements=(
	"select|SELECT by key||SELECT payload FROM read WHERE id = 77|none pgaudit enforce"
	"transaction|BEGIN, COMMIT||BEGIN; COMMIT|none pgaudit enforce"
	"set|SET||SET work_mem = '4MB'|none pgaudit enforce"
	"execute|EXECUTE|PREPARE q AS SELECT 1|EXECUTE q|none pgaudit enforce"
	"fetch|FETCH|BEGIN; DECLARE c CURSOR FOR SELECT generate_series(1, 100000)|FETCH c|none pgaudit enforce"
	"ddl|CREATE, ALTER, INDEX, DROP||@ddl.sql|none pgaudit off observe enforce unrecorded"
	"alter|ALTER TABLE SET DEFAULT||@alter.sql|none pgaudit off observe enforce unrecorded"
)

make_template()
{
	local name=$1 folder=$bench_dir/count_$1
	open_server "count_$name" "$(preload "$name")"
	at "count_$name" sql postgres -c "CREATE DATABASE bench"
	[ "$name" = none ] || at "count_$name" sql -c "CREATE EXTENSION $name"
	at "count_$name" sql <<-'END'
		CREATE TABLE altered (id bigint PRIMARY KEY, payload text);
		CREATE TABLE read (id bigint PRIMARY KEY, payload text);
		INSERT INTO read SELECT i, 'x' FROM generate_series(1, 1000) i;
		VACUUM ANALYZE;
	END
	close_server "count_$name"
}

make_templates()
{
	local name
	for name in none pgaudit ddl_warden; do make_template $name; done
	opened=()
}

# Each line is a statement to a server without clients.
statements()
{
	local text=$1
	case $text in
		@*) cat "test/bench/${text#@}" ;;
		'') ;;
		*) sed 's/; */;\n/g; s/$/;/' <<<"$text" ;;
	esac
}

# repeated before statement times
repeated()
{
	local once i
	statements "$1"
	once=$(statements "$2")
	for ((i = 0; i < $3; i++)); do echo "$once"; done
}

# executed variant run before statement times: instructions of the whole process
executed()
{
	local variant=$1 run=$bench_dir/run_$2 setting=${setting_of[$1]}
	rm -rf "$run"
	mkdir "$run"
	cp -a "$bench_dir/count_${server_of[$variant]}/data" "$run/data"
	repeated "$3" "$4" "$5" >"$run/input"
	[ "$(id -u)" != 0 ] || chown -R "$SERVER_USER:" "$run"
	as_server_user valgrind --quiet --tool=callgrind --callgrind-out-file="$run/counts" \
		"$("$PG_CONFIG" --bindir)/postgres" --single -D "$run/data" ${setting:+-c "$setting"} bench \
		<"$run/input" >"$run/output" 2>"$run/log" || { tail "$run/log" >&2; return 1; }
	if grep -E '(ERROR|FATAL|PANIC): ' "$run/log" >&2; then
		return 1
	fi
	sed -n 's/^summary: //p' "$run/counts"
	rm -rf "$run"
}

# count_one name variant round before statement few many: a line for summary.awk
count_one()
{
	local run=$1_$2_$3 small large
	small=$(executed "$2" "$run" "$4" "$5" "$6") || return 1
	large=$(executed "$2" "$run" "$4" "$5" "$7") || return 1
	echo "$1 $2 $3 $(((large - small) / ($7 - $6)))" >"$bench_dir/counted_$run"
}

# As many at a time as there are processors: it is not time that is measured.
measure_instructions()
{
	local row name shows before statement compared variant round few many running=0
	for ((round = 1; round <= instruction_rounds; round++)); do
		for row in "${instruction_statements[@]}"; do
			IFS='|' read -r name shows before statement compared <<<"$row"
			few=$statements_few
			many=$statements_many
			[[ $statement != @* ]] || few=$ddl_few many=$ddl_many
			for variant in $compared; do
				if [ $running = "$(nproc)" ]; then
					wait -n || die "counting instructions failed"
					running=$((running - 1))
				fi
				set -m   # a process group for each, to be ended as a whole
				count_one "$name" "$variant" "$round" "$before" "$statement" "$few" "$many" &
				set +m
				running=$((running + 1))
			done
		done
	done
	while [ $running -gt 0 ]; do
		wait -n || die "counting instructions failed"
		running=$((running - 1))
	done
	cat "$bench_dir"/counted_*
}

print_instructions()
{
	local row name shows before statement compared variant cost least most ratio low high added added_low added_high rest
	heading "Instructions of the server for one run; ratio: without / with, to be read as the one above"
	printf '%-27s%-21s%14s %7s %12s %s\n' statement server instructions ratio added '(min … max)'
	for row in "${instruction_statements[@]}"; do
		IFS='|' read -r name shows before statement compared <<<"$row"
		for variant in $compared; do
			read -r cost least most ratio low high added added_low added_high rest < <(summary_of "$1" "$name" "$variant")
			if [ "$variant" = none ]; then
				printf '%-27s%-21s%14.0f\n' "$shows" "${title_of[$variant]}" "$cost"
			else
				printf '%-27s%-21s%14.0f %7s %12.0f (%.0f … %.0f)\n' '' "${title_of[$variant]}" "$cost" \
					"$ratio" "$added" "$added_low" "$added_high"
			fi
		done
	done
}
