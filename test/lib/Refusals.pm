# What TAP tests of the recorder ask: was the statement refused as ever, and what became of its row?
package Refusals;
use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use IPC::Run ();
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(refusal kept is_kept lines_without_row session refused_at_once);

# Runs SQL that is refused; returns the number of the refusal.
sub refusal
{
	my ($node, $database, $sql) = @_;
	my (undef, undef, $error) = $node->psql($database, "\\set VERBOSITY verbose\n$sql", on_error_stop => 0);
	return $error =~ /ERROR:  WD001: .*\(ddl_warden refusal (\d+)\)/ ? $1 : "not refused: $error";
}

# Where the decision of that number is kept: "row", or why there is none, as the server log has it.
sub kept
{
	my ($node, $database, $number) = @_;
	my $rows = $node->safe_psql($database, "SELECT count(*) FROM ddl_warden.decision_log WHERE id = '$number' AND outcome = 'refused'");
	my @reasons = slurp_file($node->logfile) =~ /ddl_warden_decision=$number .*?no_row_because="(.*?)"/g;
	return join ' and ', ('row') x $rows, @reasons;
}

sub is_kept
{
	my ($node, $database, $number, $where, $what) = @_;
	like($number, qr/^\d+$/, "$what: refused");
	like(kept($node, $database, $number), qr/^(?:$where)$/, "$what: row, or line in the log");
}

# How many decisions the server log has instead of the table.
sub lines_without_row
{
	my ($node) = @_;
	my $lines = () = slurp_file($node->logfile) =~ /ddl_warden_decision=\d+ .*no_row_because=/g;
	return $lines;
}

# A session that has run some SQL and stays until the returned function is called.
sub session
{
	my ($node, $database, $sql) = @_;
	my ($in, $out) = ("$sql;\n\\echo ready\n", '');
	my $timer = IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default);
	my $psql = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr($database) ], '<', \$in, '>&', \$out, $timer);

	pump_until($psql, $timer, \$out, qr/ready\n/);
	return sub { $in .= "$_[0];\n" if defined $_[0]; $psql->finish; return $out };
}

# Runs statements that are refused, each [database, SQL] in a session of its own, side by side; returns their numbers.
sub refused_at_once
{
	my ($node, @statements) = @_;
	my $folder = PostgreSQL::Test::Utils::tempdir;
	my (@started, @said);

	for my $i (0 .. $#statements)
	{
		my ($database, $sql) = @{ $statements[$i] };
		append_to_file("$folder/$i", "$sql;\n");
		$said[$i] = '';
		push @started, IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr($database), '-f', "$folder/$i" ], '>&', \$said[$i],
			IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
	}
	$_->finish for @started;
	return map { /\(ddl_warden refusal (\d+)\)/ ? $1 : "not refused: $_" } @said;
}

1;
