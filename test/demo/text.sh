# Plain text for a hundred columns; to be sourced.
#
#   wrap indent        standard input, wrapped; what follows ERROR:, DETAIL:, HINT: or WARNING:
#                      stays in its column
#   duration ms        "9 ms", "1.83 s"
#   number n           "2,000,000"

TEXT_WIDTH=100

wrap()
{
	expand --tabs=4 | awk -v width=$TEXT_WIDTH -v indent="$1" '
		function spaces(n) { return sprintf("%" n "s", "") }
		{
			margin = spaces(indent + column)
			if (match($0, /^[A-Z]+:  */)) {
				column = 9
				margin = spaces(indent) sprintf("%-9s", substr($0, 1, index($0, ":")))
				$0 = substr($0, RLENGTH + 1)
			}
			match($0, /^ */)
			inner = spaces(RLENGTH)
			line = margin inner
			count = split($0, words, " ")
			for (i = 1; i <= count; i++) {
				if (i > 1 && length(line) + 1 + length(words[i]) > width) {
					print line
					line = spaces(indent + column) inner words[i]
				} else
					line = line (i > 1 ? " " : "") words[i]
			}
			sub(/ +$/, "", line)
			print line
		}'
}

duration()
{
	awk -v ms="$1" 'BEGIN { printf ms < 999.5 ? "%.0f ms" : "%.2f s", ms < 999.5 ? ms : ms / 1000 }'
}

number()
{
	sed -e ':again' -e 's/\([0-9]\)\([0-9]\{3\}\)\($\|,\)/\1,\2\3/;t again' <<<"$1"
}
