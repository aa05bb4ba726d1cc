# A folder with the distribution that carries a major of PostgreSQL; to be sourced, from the root of the tree.
#
#   can_make_folders             has this machine what that takes?  Says in $why_not what it lacks
#   folder_of major              where it is
#   folder_ready major           makes it unless it is there, and brings the tree in; says in $why_not what went wrong
#   in_folder folder cmd…        runs a command in the tree there; its processes and mounts end with it,
#                                however it or we end
#   run_and_log log cmd…         runs a command, its output to be seen and in a file
#   major_here                   the major of this machine's own server, once it has one

MATRIX_DIR=${MATRIX_DIR:-/var/cache/ddl_warden-matrix}

# major, suite, distribution.  Debian's testing moves on: when it no longer has 18, Ubuntu's "resolute" does.
suites='
15 bookworm debian
16 noble    ubuntu
17 trixie   debian
18 forky    debian
'
suite_of() { awk -v major="$1" '$1 == major { print $2 }' <<<"$suites"; }
distribution_of() { awk -v major="$1" '$1 == major { print $3 }' <<<"$suites"; }

folder_of() { echo "$MATRIX_DIR/$(suite_of "$1")"; }

major_here()
{
	local config=${PG_CONFIG:-$(command -v pg_config || ls -v /usr/lib/postgresql/*/bin/pg_config 2>/dev/null | tail -n 1)}
	[ -z "$config" ] || "$config" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/'
}

why_not=
because() { why_not=$*; return 1; }

can_make_folders()
{
	[ "$(id -u)" = 0 ] || because "this needs root" || return
	mkdir -p "$MATRIX_DIR" || because "$MATRIX_DIR cannot be made" || return
	unshare --mount --pid --fork true 2>/dev/null ||
		because "root may not mount here (a container without that privilege?)" || return
	command -v debootstrap >/dev/null && return
	command -v apt-get >/dev/null || because "debootstrap is missing, and apt-get to install it" || return
	{ apt-get -qq update && apt-get -qq install --no-install-recommends debootstrap; } </dev/null >&2 ||
		because "debootstrap is missing, and cannot be installed"
}

# ---- running

# A namespace's first process, here a shell, takes all others and the mounts along; it is killed with
# unshare, and unshare with us.
in_folder()
{
	local folder=$1
	shift
	(
		unset "${!PG@}" "${!CCACHE_@}" TMPDIR SERVER_TMPDIR MATRIX_DIR
		export PATH=/usr/lib/ccache:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
		export HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
		exec setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc="$folder/proc" \
			sh -c 'mount -t tmpfs none "$0/dev/shm" && exec chroot "$0" sh -c "$@"' "$folder" \
			'mkdir -p /root/ddl_warden && cd /root/ddl_warden && "$@"; exit' sh "$@"
	)
}

run_and_log()
{
	local log=$1 status=0 out tee
	shift
	exec {out}> >(tee "$log")
	tee=$!
	"$@" >&"$out" 2>&1 </dev/null || status=$?
	exec {out}>&-
	wait "$tee"
	return "$status"
}

# ---- making

# Where this machine has its own packages from, if it is of that distribution.
mirror_of()
{
	local variable=${1^^}_MIRROR id codename
	id=$(. /etc/os-release && echo "$ID")
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	if [ -n "${!variable:-}" ]; then
		echo "${!variable}"
	elif [ "$id" = "$1" ]; then
		apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Identifier: Packages' 2>/dev/null |
			awk -v release="$codename" '$2 == release { print $1; exit }'
	fi
}

# debootstrap has a script for each suite that its own distribution knew; the newer ones are like these.
script_of()
{
	local scripts=/usr/share/debootstrap/scripts
	if [ -e "$scripts/$1" ]; then
		echo "$scripts/$1"
	elif [ "$2" = ubuntu ]; then
		echo "$scripts/gutsy"
	else
		echo "$scripts/sid"
	fi
}

# Ubuntu's keys are a package, in Debian from 13 on: an older machine takes it from there.
find_ubuntu_keyring()
{
	local trixie
	trixie=$(folder_of 17)
	ubuntu_keyring=/usr/share/keyrings/ubuntu-archive-keyring.gpg
	[ ! -e "$ubuntu_keyring" ] || return 0
	! apt-get -qq install --no-install-recommends ubuntu-keyring </dev/null >/dev/null 2>&1 || return 0
	ubuntu_keyring=$trixie$ubuntu_keyring
	[ ! -e "$ubuntu_keyring" ] || return 0
	use_folder "$trixie"
	folder_made 17 || because "the keys of Ubuntu are missing ($why_not)" || return
	in_folder "$trixie" apt-get -qq install ubuntu-keyring </dev/null >"$trixie.log" 2>&1 ||
		because "the keys of Ubuntu are missing"
}

# What the mirror does not have is said apart from a mirror that does not answer.
folder_made()
{
	local major=$1 suite distribution folder components=main options=()
	suite=$(suite_of "$major")
	distribution=$(distribution_of "$major")
	folder=$(folder_of "$major")
	[ ! -e "$folder" ] || return 0

	if [ "$distribution" = ubuntu ]; then
		components=main,universe
		options=(--keyring="$ubuntu_keyring")
	fi
	echo "making $folder"
	rm -rf --one-file-system "$folder.new"
	if ! unshare --mount --pid --fork --kill-child debootstrap --variant=minbase --components="$components" "${options[@]}" \
		"$suite" "$folder.new" "$(mirror_of "$distribution")" "$(script_of "$suite" "$distribution")" </dev/null >"$folder.log" 2>&1; then
		tail -n 5 "$folder.log"
		because "${distribution^}'s $suite cannot be had: $(sed -n 's|^E: ||p' "$folder.log" | tail -n 1)" || return
	fi

	# No service starts there; and the clock of a machine that tests may not be the mirror's.
	printf '#!/bin/sh\nexit 101\n' >"$folder.new/usr/sbin/policy-rc.d"
	chmod +x "$folder.new/usr/sbin/policy-rc.d"
	cat >"$folder.new/etc/apt/apt.conf.d/matrix" <<-END
		Acquire::Check-Valid-Until "false";
		Acquire::Retries "3";
		APT::Install-Recommends "false";
		APT::Sandbox::User "root";
	END
	apt-config dump --format '%f "%v";%n' Acquire::http::Proxy Acquire::https::Proxy >>"$folder.new/etc/apt/apt.conf.d/matrix"
	cp -L /etc/resolv.conf "$folder.new/etc/" 2>/dev/null || true

	# Debian brings new minors into the suite, Ubuntu beside it.
	if [ "$distribution" = ubuntu ]; then
		sed -i "p; s/ $suite / $suite-updates /" "$folder.new/etc/apt/sources.list"
	fi
	in_folder "$folder.new" apt-get -qq update </dev/null >"$folder.log" 2>&1 || { tail -n 5 "$folder.log"; because "the package lists of $suite cannot be had"; } || return
	in_folder "$folder.new" apt-cache show "postgresql-$major" </dev/null >/dev/null 2>&1 ||
		because "$suite does not carry PostgreSQL $major" || return
	in_folder "$folder.new" apt-get -qq install "postgresql-$major" ccache </dev/null >"$folder.log" 2>&1 ||
		{ tail -n 5 "$folder.log"; because "the packages of $suite cannot be had or installed"; } || return
	mv "$folder.new" "$folder"
}

# One run at a time; the folder used before is given back.
in_use=
use_folder()
{
	[ -z "$in_use" ] || exec {in_use}>&-
	exec {in_use}>"$1.lock"
	if ! flock --nonblock "$in_use"; then
		echo "waiting for another run in $1"
		flock "$in_use"
	fi
}

folder_ready()
{
	local folder
	folder=$(folder_of "$1")
	if [ "$(distribution_of "$1")" = ubuntu ] && [ ! -e "$folder" ]; then
		find_ubuntu_keyring || return
	fi
	use_folder "$folder"
	folder_made "$1" || return
	cp -L /etc/resolv.conf "$folder/etc/" 2>/dev/null || true
	# What a run that was killed left behind.
	rm -rf "$folder"/tmp/ddl_warden.* "$folder/root/ddl_warden"
	mkdir "$folder/root/ddl_warden"
	tar -c --exclude-vcs --exclude=./build --exclude='*.o' --exclude='*.so' . | tar -x --no-same-owner -C "$folder/root/ddl_warden" ||
		because "the tree could not be copied to $folder"
}
