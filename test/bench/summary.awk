# Sums up what was measured. Lines: what, variant, round, cost of one run.
#
# Writes, for each what and variant, in order of appearance: what, variant, and of the rounds the median,
# least and greatest cost; median, least and greatest speed as a ratio to the variant "none" of the same
# round; median, least and greatest added cost; speed of the best round as a ratio to the best of "none".

{
	key = $1 " " $2
	if (!(key in rounds))
		keys[++count] = key
	rounds[key]++
	cost[key, $3] = $4
	if (!(key in least) || $4 < least[key])
		least[key] = $4
}

# values[1..n], sorted in place: short lists
function sort(values, n,    i, j, value)
{
	for (i = 2; i <= n; i++)
	{
		value = values[i]
		for (j = i - 1; j >= 1 && values[j] > value; j--)
			values[j + 1] = values[j]
		values[j + 1] = value
	}
}

function median(values, n)
{
	return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}

END {
	for (k = 1; k <= count; k++)
	{
		key = keys[k]
		n = rounds[key]
		split(key, part, " ")
		for (i = 1; i <= n; i++)
		{
			without = cost[part[1] " none", i]
			costs[i] = cost[key, i]
			ratios[i] = without / costs[i]
			added[i] = costs[i] - without
		}
		sort(costs, n)
		sort(ratios, n)
		sort(added, n)
		printf "%s %.2f %.2f %.2f %.3f %.3f %.3f %.2f %.2f %.2f %.3f\n", key, median(costs, n), costs[1], costs[n],
			median(ratios, n), ratios[1], ratios[n], median(added, n), added[1], added[n],
			least[part[1] " none"] / costs[1]
	}
}
