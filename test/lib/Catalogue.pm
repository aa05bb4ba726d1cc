# The statements of test/catalogue/*.sql, one per line:
#
#   -- a heading of those below
#   ALTER TABLE t ADD COLUMN z int;
#   SET LOCAL timezone = 'UTC' \; ALTER TABLE t ALTER COLUMN ts TYPE timestamptz;
#   ALTER TABLE t DROP COLUMN nothing;                      -- error 42703: column "nothing" of relation "t" does not exist
#   GRANT SELECT ON t TO alice;                             -- from 18
#   VACUUM FULL t;                                          -- alone, while: LOCK TABLE t IN ACCESS SHARE MODE
#
# What stands before "\;" runs first, in the same transaction, and is not looked at. After the
# semicolon, separated by " -- ": the versions (from 18, before 17, before 15.20), the error that the server must raise, and for
# statements that take no block what another session holds meanwhile ("alone": nothing), and whether locks grow after
# it ("grows").
package Catalogue;
use strict;
use warnings;

# All lines of a file, or those that are for one version: 15, or server_version_num / 10000.
sub read
{
	my ($file, $major) = @_;
	my @lines;

	open my $handle, '<', $file or die "$file: $!\n";
	while (my $line = <$handle>)
	{
		chomp $line;
		next if $line !~ /\S/ || $line =~ /^--/;
		my $one = entry($line) // die "$file:$.: no statement with a semicolon: $line\n";
		push @lines, { %$one, place => "$file:$." }
			if !$major || ($major >= ($one->{from} // 0) && $major < ($one->{before} // 1000));
	}
	return @lines;
}

sub entry
{
	my ($line) = @_;
	my ($text, $remarks) = $line =~ /^(.*?);\s*((?:--\s.*)?)$/ or return;
	my ($first, $statement) = $text =~ /^(.*)\s\\;\s+(.*)$/ ? ($1 =~ s/\s\\;/;/gr, $2) : ('', $text);
	my %entry = (first => $first, statement => $statement);

	for (grep { length } split /\s*--\s+/, $remarks)
	{
		if (/^from (\d+)$/) { $entry{from} = $1; }
		elsif (/^before (\d+)(?:\.(\d+))?$/) { $entry{before} = $1 + ($2 // 0) / 10000; }
		elsif (/^error (\w{5}): (.*)$/) { $entry{error} = { code => $1, message => $2 }; }
		elsif (/^alone(?:, while: (.*))?$/) { @entry{qw(alone while)} = (1, $1); }
		elsif (/^grows$/) { $entry{grows} = 1; }
		else { return; }
	}
	$entry{line} = "$text;" . ($entry{alone} ? ' -- alone' : '');
	return \%entry;
}

1;
