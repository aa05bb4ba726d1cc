# How long work was forecast to take, beside how long it took.  To be sourced.
#
# Each kind of work is done on tables of several sizes, with short rows and long ones, so that no rate
# fits all of them.  The first round forgets what was measured before each statement: it shows the
# stated defaults.  Later rounds learn, the last ones are reported.

# work|statement|what undoes it
forecast_statements=(
	"rewrite|ALTER TABLE %s ALTER number TYPE bigint|ALTER TABLE %s ALTER number TYPE int"
	"rewrite|VACUUM FULL %s|SELECT"
	"copy|ALTER TABLE %s SET TABLESPACE elsewhere|ALTER TABLE %s SET TABLESPACE pg_default"
	"index_build|CREATE INDEX built ON %s (number)|DROP INDEX built"
	"index_build|CREATE INDEX built ON %s (payload)|DROP INDEX built"
	"index_rebuild|REINDEX INDEX %s_pkey|SELECT"
	"scan|ALTER TABLE %s ALTER number SET NOT NULL|ALTER TABLE %s ALTER number DROP NOT NULL"
	"scan|ALTER TABLE %s ADD CONSTRAINT checked CHECK (number >= 0)|ALTER TABLE %s DROP CONSTRAINT checked"
	"foreign_key_check|ALTER TABLE %s ADD CONSTRAINT referring FOREIGN KEY (number) REFERENCES parent|ALTER TABLE %s DROP CONSTRAINT referring"
)

make_forecast_tables()
{
	local row megabytes
	sql postgres <<-'END'
		SET allow_in_place_tablespaces = on;
		CREATE TABLESPACE elsewhere LOCATION '';
		CREATE DATABASE forecast;
		ALTER DATABASE forecast SET ddl_warden.mode = observe;
	END
	sql forecast -c "CREATE EXTENSION ddl_warden"
	for megabytes in $forecast_sizes; do
		for row in 100 1000; do
			sql forecast --set=name="t${row}_$megabytes" --set=row=$row --set=megabytes="$megabytes" \
				--file=test/bench/forecast.sql
			echo "t${row}_$megabytes"
		done
	done
}

# One round over all tables, in one session; its name goes with each statement into the record.
forecast_round()
{
	local round=$1 table work statement undo
	shift
	{
		echo "SET client_min_messages = error;"
		for table; do
			for statement in "${forecast_statements[@]}"; do
				IFS='|' read -r work statement undo <<<"$statement"
				[ "$round" != assumed ] || echo "SET session_replication_role = replica; DELETE FROM ddl_warden.measured_work; RESET session_replication_role;"
				echo "SET ddl_warden.context = '$round $work';"
				echo "${statement//%s/$table};"
				echo "SET ddl_warden.context = '';"
				echo "${undo//%s/$table};"
			done
		done
	} | sql forecast >/dev/null
}

# Lines: round, work, forecast by measured.
measure_forecasts()
{
	local tables round
	tables=$(make_forecast_tables)
	forecast_round assumed $tables
	for ((round = 1; round <= forecast_learning; round++)); do forecast_round learning $tables; done
	for ((round = 1; round <= forecast_rounds; round++)); do forecast_round measured $tables; done
	sql forecast --field-separator=' ' <<-'END'
		SELECT context, (impact ->> 'forecast_ms')::float8 / run_ms FROM ddl_warden.decision_log
		WHERE context <> '' AND impact ? 'forecast_ms' ORDER BY id
	END
}

print_forecasts()
{
	heading "Forecasts: forecast by measured time; tables of ${forecast_sizes// /, } MB, with rows of 100 and of 1000 bytes"
	printf '%-20s%8s%28s%28s\n' '' '' 'by the stated defaults' 'by what was measured here'
	printf '%-20s%8s%10s%18s%10s%18s\n' work 'of each' median '(min … max)' median '(min … max)'
	awk -f test/bench/forecast.awk "$1"
}
