# Servers side by side, from the same settings; to be sourced after test/lib/server.sh.
#
#   open_server name [line…]   makes and starts one, with these lines in its postgresql.conf
#   at name command…           runs a command with that server's PGHOST, PGPORT, SERVER_DIR, …
#   close_server name          shuts it down; its data stay until the end
#
# Variants are what is compared: a library, and how it is set.  Each is a database of one of the
# servers; "none", the server without any library, is what the others are a ratio to.

# Writing to disk is the noisiest part of a server and no part of what is measured: without it the
# statements cost the processor alone, which is the harder test for a hook.
quiet_settings=(
	"port = 5432"                   # a unix socket in a folder of its own: the number does not matter
	"fsync = off"
	"synchronous_commit = off"
	"full_page_writes = off"
	"autovacuum = off"
	"shared_buffers = 256MB"
	"max_wal_size = 8GB"
	"checkpoint_timeout = 1h"
)

opened=()

at()
{
	local SERVER_DIR=$bench_dir/$1 SERVER_LOG=$bench_dir/$1/server.log
	local PGHOST=$SERVER_DIR PGPORT=5432 PGUSER=postgres PGDATABASE=bench
	export PGHOST PGPORT PGUSER PGDATABASE
	shift
	"$@"
}

open_server()
{
	local name=$1
	shift
	mkdir -p "$bench_dir/$name"
	[ "$(id -u)" != 0 ] || chown "$SERVER_USER:" "$bench_dir/$name"
	opened+=("$name")
	at "$name" server_start "${quiet_settings[@]}" "$@"
}

close_server() { at "$1" server_stop || die "the server \"$1\" had to be killed"; }

close_open_servers()
{
	local name
	for name in ${opened[@]+"${opened[@]}"}; do close_server "$name"; done
	opened=()
}

# In place of server.sh's own, which knows of one server.
bench_cleanup()
{
	local status=$? name job
	trap '' INT TERM
	for job in $(jobs -p); do kill -KILL -- "-$job" 2>/dev/null || true; done
	for name in ${opened[@]+"${opened[@]}"}; do at "$name" server_stop || true; done
	rm -rf "$bench_dir"
	exit $status
}

sql() { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 "$@"; }

variants=(none pgaudit off observe enforce unrecorded)

declare -A server_of=(
	[none]=none [pgaudit]=pgaudit [off]=ddl_warden [observe]=ddl_warden [enforce]=ddl_warden
	[unrecorded]=ddl_warden
)

# What a variant changes in the settings.
declare -A setting_of=(
	[none]='' [pgaudit]="pgaudit.log=ddl" [off]="ddl_warden.mode=off" [observe]="ddl_warden.mode=observe"
	[enforce]="ddl_warden.mode=enforce" [unrecorded]="ddl_warden.record=refused"
)

declare -A title_of=(
	[none]='without' [pgaudit]='pgaudit, log = ddl' [off]='ddl_warden, off' [observe]='ddl_warden, observe'
	[enforce]='ddl_warden, enforce' [unrecorded]='  record = refused'
)

preload() { [ "$1" = none ] && echo "shared_preload_libraries = ''" || echo "shared_preload_libraries = '$1'"; }

# One database for each variant of that server, set in the database: a mode set in a session would
# leave rows of its own.
make_databases()
{
	local variant
	for variant in "${variants[@]}"; do
		[ "${server_of[$variant]}" = "$1" ] || continue
		sql postgres -c "CREATE DATABASE $variant"
		[ "$1" = none ] || sql "$variant" -c "CREATE EXTENSION $1"
		[ -z "${setting_of[$variant]}" ] ||
			sql postgres -c "ALTER DATABASE $variant SET ${setting_of[$variant]/=/ = }"
		sql "$variant" -c "CREATE TABLE altered (id bigint PRIMARY KEY, payload text)"
	done
}
