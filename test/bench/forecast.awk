# Sums up forecasts. Lines: round, work, ratio; rounds other than "assumed" and "measured" are left out.

$1 == "assumed" || $1 == "measured" {
	add($1, $2, $3)
	add($1, "all", $3)
}

function add(round, work, ratio,    key, i)
{
	key = round SUBSEP work
	if (!(work in seen) && work != "all")
	{
		seen[work] = 1
		works[++kinds] = work
	}
	for (i = ++count[key]; i > 1 && ratios[key, i - 1] > ratio; i--)
		ratios[key, i] = ratios[key, i - 1]
	ratios[key, i] = ratio
}

function summary(round, work,    key, n)
{
	key = round SUBSEP work
	n = count[key]
	return sprintf("%10.2f%18s", n % 2 ? ratios[key, (n + 1) / 2] : (ratios[key, n / 2] + ratios[key, n / 2 + 1]) / 2,
		sprintf("(%.2f … %.2f)", ratios[key, 1], ratios[key, n]))
}

END {
	works[++kinds] = "all"
	for (k = 1; k <= kinds; k++)
		printf "%-20s%8d%s%s\n", works[k], count["measured", works[k]], summary("assumed", works[k]), summary("measured", works[k])
}
