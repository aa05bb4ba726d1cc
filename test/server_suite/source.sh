# The source of the server's regression suite; to be sourced.
#
#   suite_source version folder     puts it into the folder: src/test/regress and contrib/spi.  $source_version
#                           tells of which version they are; says in $why_not what is missing
#
# Comes from PG_SOURCE, a source tree of PostgreSQL, if that is set; else from the distribution's source package, and
# is kept in SUITE_CACHE.  Archives drop a point release now and then: then another one of that major it is.

SUITE_CACHE=${SUITE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ddl_warden}

why_not=
because() { why_not=$*; return 1; }

suite_source()
{
	local version=$1 folder=$2 major kept
	major=${version%%.*}
	if [ -n "${PG_SOURCE:-}" ]; then
		source_version=$(sed -n "s/^PACKAGE_VERSION='\(.*\)'/\1/p" "$PG_SOURCE/configure" 2>/dev/null)
		[ "${source_version%%.*}" = "$major" ] && copy_source "$PG_SOURCE" "$folder" ||
			because "PG_SOURCE=$PG_SOURCE is no source tree of PostgreSQL $major"
		return
	fi
	kept=$(kept_source "$version")
	if [ -z "$kept" ]; then
		fetch_source "$major" "$version" || return
		kept=$(kept_source "$version")
	fi
	source_version=${kept##*-}
	copy_source "$kept" "$folder"
}

# The server's version, or the newest of its major.
kept_source()
{
	if [ -e "$SUITE_CACHE/postgresql-$1" ]; then
		echo "$SUITE_CACHE/postgresql-$1"
	else
		ls -dv "$SUITE_CACHE/postgresql-${1%%.*}".* 2>/dev/null | tail -n 1
	fi
}

copy_source()
{
	mkdir -p "$2/src/test" "$2/contrib" &&
		cp -R "$1/src/test/regress" "$2/src/test/" && cp -R "$1/contrib/spi" "$2/contrib/"
}

# The machine's own package lists may be without sources: then lists of our own, made like those.
fetch_source()
{
	local major=$1 version=$2 work tool package
	for tool in apt-get dpkg-source; do
		command -v $tool >/dev/null || because "$tool is missing, and PG_SOURCE is not set" || return
	done
	mkdir -p "$SUITE_CACHE"
	work=$(mktemp -d "$SUITE_CACHE/fetch.XXXXXX")
	apt_options=()
	[ -n "$(package_versions "$major" "$version")" ] || own_package_lists "$work"
	why_not="the distribution has no source of PostgreSQL $major; PG_SOURCE can name a source tree"
	for package in $(package_versions "$major" "$version"); do
		if fetch_package "postgresql-$major=$package" "$work" "$SUITE_CACHE/postgresql-${package%%-*}"; then
			why_not=
			break
		fi
	done
	rm -rf "$work"
	[ -z "$why_not" ]
}

fetch_package()
{
	local package=$1 work=$2 kept=$3
	rm -rf "$work"/postgresql-*
	(cd "$work" && apt-get -qq "${apt_options[@]}" source "$package") >"$work/log" 2>&1 &&
		copy_source "$work"/postgresql-*/ "$work/kept" && mv "$work/kept" "$kept" ||
		because "the source package $package cannot be had: $(tail -n 1 "$work/log"); PG_SOURCE can name a source tree"
}

# The server's own comes first, then the others, the newest first.
package_versions()
{
	apt-cache "${apt_options[@]}" showsrc "postgresql-$1" 2>/dev/null | sed -n 's/^Version: //p' | sort -rVu |
		awk -v own="$2-" 'index($0, own) == 1 { print 0, $0; next } { print 1, $0 }' | sort -s -n -k 1,1 | cut -d ' ' -f 2
}

own_package_lists()
{
	local lists=$1/lists file
	mkdir -p "$lists/partial" "$lists/parts" "$lists/cache"
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ ! -e "$file" ] || sed -n 's/^deb /deb-src /p' "$file" >>"$lists/parts/ours.list"
	done
	for file in /etc/apt/sources.list.d/*.sources; do
		[ ! -e "$file" ] || sed 's/^Types:.*/Types: deb-src/' "$file" >"$lists/parts/${file##*/}"
	done
	apt_options=(-o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$lists/parts"
		-o "Dir::State::Lists=$lists" -o "Dir::Cache=$lists/cache" -o APT::Sandbox::User=root)
	apt-get -qq "${apt_options[@]}" update >/dev/null 2>&1 || true
}
