# A throwaway PostgreSQL server; to be sourced.
#
#   server_install           builds this tree and installs it into a private copy of the server, which
#                            is used from then on: the machine's own stays as it is, no privilege is
#                            needed, and two runs do not meet
#   server_start [line…]     makes and starts one, with these lines at the end of postgresql.conf
#                            ("fsync = on", "shared_preload_libraries = ''", …; the last one wins)
#   server_stop              shuts it down; fails when the server had to be killed
#   as_server_user cmd…      runs a command as the user the server runs as
#
# Exports PGHOST PGPORT PGUSER PGDATABASE, and a PATH with the server's programs first.  Everything
# lives under $SERVER_DIR, made here, also a good place for a caller's own temporary files: it goes
# away with the shell, whatever ends it.  The server is PG_CONFIG's.

PG_CONFIG=${PG_CONFIG:-$(command -v pg_config || ls -v /usr/lib/postgresql/*/bin/pg_config 2>/dev/null | tail -n 1)}
export PG_CONFIG

SERVER_TIMEOUT=${SERVER_TIMEOUT:-60}   # seconds for a start or a stop; more under valgrind
SERVER_DIR=
SERVER_LOG=

# PostgreSQL refuses to run as root.
if [ "$(id -u)" = 0 ]; then
	SERVER_USER=${SERVER_USER:-postgres}
else
	SERVER_USER=$(id -un)
fi

# In the server's folder: the caller's may be closed to that user.
as_server_user()
{
	if [ "$(id -u)" = 0 ]; then
		(cd "${SERVER_DIR:-/}" && HOME=${SERVER_DIR:-/} exec setpriv --reuid="$SERVER_USER" --regid="$(id -g "$SERVER_USER")" \
			--init-groups "$@")
	else
		"$@"
	fi
}

server_dir()
{
	[ -z "$SERVER_DIR" ] || return 0
	# Short, because the path of a unix socket is limited to about 100 bytes.
	SERVER_DIR=$(mktemp -d "${SERVER_TMPDIR:-/tmp}/ddl_warden.XXXXXX")
	SERVER_LOG=$SERVER_DIR/server.log
	[ "$(id -u)" != 0 ] || chown "$SERVER_USER:" "$SERVER_DIR"
}

# A server finds its libraries and files from where its own program lies: programs are copied, the rest
# is linked to.
server_install()
{
	local kind folder root make tree lock
	server_dir
	root=$SERVER_DIR/root
	tree=$(dirname "${BASH_SOURCE[0]}")/../..
	make=(make -s -C "$tree")
	# One build of a tree at a time.
	exec {lock}<"$tree"
	flock "$lock"
	"${make[@]}" -j2 PG_CONFIG="$PG_CONFIG" all || return 1

	mkdir -p "$root"
	for kind in bindir pkglibdir sharedir; do
		folder=$("$PG_CONFIG" --$kind)
		mkdir -p "$root$folder"
		if [ $kind = bindir ]; then
			cp -R "$folder/." "$root$folder"
		else
			cp -R --symbolic-link "$folder/." "$root$folder"
		fi
	done
	PG_CONFIG=$root$("$PG_CONFIG" --bindir)/pg_config
	"${make[@]}" PG_CONFIG="$PG_CONFIG" install >/dev/null || return 1
	exec {lock}<&-
}

# Clients that cannot use a unix socket make the server listen: the port must be free there too.
free_port()
{
	local port
	while :; do
		port=$((20000 + RANDOM % 12000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

server_start()
{
	local bindir line
	bindir=$("$PG_CONFIG" --bindir)
	server_dir
	export PATH="$bindir:$PATH"
	export PGHOST=$SERVER_DIR PGUSER=postgres PGDATABASE=postgres PGPORT
	PGPORT=$(free_port)

	if [ -d "$SERVER_DIR/data" ]; then
		rm -rf "$SERVER_DIR/data"
	fi
	as_server_user timeout "$((2 * SERVER_TIMEOUT))" "$bindir/initdb" --pgdata="$SERVER_DIR/data" --username=postgres --auth=trust \
		--no-locale --encoding=UTF8 --no-sync >"$SERVER_DIR/initdb.log" 2>&1 ||
		{ cat "$SERVER_DIR/initdb.log" >&2; return 1; }

	{
		echo "listen_addresses = ''"
		echo "unix_socket_directories = '$SERVER_DIR'"
		echo "port = $PGPORT"
		echo "shared_preload_libraries = 'ddl_warden'"
		echo "fsync = off"
		for line; do echo "$line"; done
	} >>"$SERVER_DIR/data/postgresql.conf"

	server_run
}

# Starts the server that server_start made, again.
server_run()
{
	as_server_user timeout "$((SERVER_TIMEOUT + 10))" pg_ctl start --silent --wait --timeout="$SERVER_TIMEOUT" \
		--pgdata="$SERVER_DIR/data" --log="$SERVER_LOG" >"$SERVER_DIR/pg_ctl.log" 2>&1 ||
		{ echo "the server did not start:" >&2; cat "$SERVER_DIR/pg_ctl.log" "$SERVER_LOG" >&2; return 1; }
}

# A server that must be killed is a fault of what it preloads: the caller is told.
server_stop()
{
	[ -e "${SERVER_DIR:-/nowhere}/data/postmaster.pid" ] || return 0
	local pid
	pid=$(head -n 1 "$SERVER_DIR/data/postmaster.pid")
	if as_server_user pg_ctl stop --silent --mode=fast --timeout="$SERVER_TIMEOUT" --pgdata="$SERVER_DIR/data" >/dev/null 2>&1; then
		return 0
	fi
	as_server_user pg_ctl stop --silent --mode=immediate --timeout=10 --pgdata="$SERVER_DIR/data" >/dev/null 2>&1 ||
		kill -KILL "$pid" 2>/dev/null || true
	return 1
}

server_cleanup()
{
	local status=$?
	trap '' INT TERM
	server_stop || true
	[ -z "$SERVER_DIR" ] || rm -rf "$SERVER_DIR"
	exit "$status"
}

trap server_cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
