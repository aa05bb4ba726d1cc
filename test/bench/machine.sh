# What was measured, and where; and headings.  To be sourced.

first_of() { sed -n "s/^$1[^:]*: *//p" | head -n 1; }

print_machine()
{
	local commit
	commit=$(git describe --always --dirty 2>/dev/null || true)
	echo "ddl_warden   $(sed -n "s/^default_version = '\(.*\)'/\1/p" ddl_warden.control)${commit:+, commit $commit}"
	echo "server       $("$PG_CONFIG" --version)"
	echo "pgaudit      $(sed -n "s/^default_version = '\(.*\)'/\1/p" "$("$PG_CONFIG" --sharedir)/extension/pgaudit.control"), pgaudit.log = ddl, to the server's log"
	echo "processors   $(nproc), $(first_of 'model name' </proc/cpuinfo), $(LC_ALL=C lscpu | first_of 'Hypervisor vendor' | sed 's/$/ guest/')"
	echo "memory       $(awk '/^MemTotal:/ { printf "%.0f GB", $2 / 1024 / 1024 }' /proc/meminfo)"
	echo "system       $(. /etc/os-release && echo "$PRETTY_NAME"), $(uname -s) $(uname -r)"
	echo "date         $(date -u '+%F %H:%M UTC')"
	load_before=$(cut -d ' ' -f 1 /proc/loadavg)
	printf 'settings     %s\n' "$(printf '%s, ' "${quiet_settings[@]}" | sed 's/, $//')" | fold -s -w 100
}

# An idle machine has a load of about one while this runs: what is more was somebody else's.
print_load() { printf '\nload         %s before, %s after\n' "$load_before" "$(cut -d ' ' -f 1 /proc/loadavg)"; }

heading() { printf '\n%s\n%s\n' "$1" "$(printf '%*s' ${#1} '' | tr ' ' -)"; }
