# Monitoring: the packaged Prometheus exporter, with the configuration of docs/monitoring, shows what ddl_warden.metrics says; the
# alert rules are sound, and ask for nothing that is not there.
use strict;
use warnings FATAL => 'all';

use HTTP::Tiny;
use IPC::Run qw(start run);
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $docs = 'docs/monitoring';
my $json = JSON::PP->new->canonical;

my $node = PostgreSQL::Test::Cluster->new('primary');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE shop');
$node->safe_psql('postgres', 'CREATE DATABASE unguarded');
$node->safe_psql($_, 'CREATE EXTENSION ddl_warden; CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id') for qw(postgres shop);
$node->command_ok([ 'psql', '-X', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', "$docs/exporter_role.sql" ],
	'the role for the exporter is made as documented');

# ---- the exporter

my $port = PostgreSQL::Test::Cluster::get_free_port();
$ENV{DATA_SOURCE_NAME} = 'user=prometheus host=' . $node->host . ' port=' . $node->port . ' dbname=postgres sslmode=disable';
my $exporter_log = '';
my $exporter = start [ 'prometheus-postgres-exporter', "--extend.query-path=$docs/postgres_exporter.yml",
	'--auto-discover-databases', '--include-databases=postgres,shop', "--web.listen-address=127.0.0.1:$port" ],
	'<', \undef, '>&', \$exporter_log;
END { local $?; $exporter->kill_kill if defined $exporter; }

# Text of the scrape, as far as it is ours. After a restart of the server the exporter's connections are broken, once.
sub scrape
{
	my $answer;
	for (1 .. 10 * $PostgreSQL::Test::Utils::timeout_default)
	{
		$answer = HTTP::Tiny->new->get("http://127.0.0.1:$port/metrics");
		last if $answer->{success} && $answer->{content} =~ /^ddl_warden_preloaded.*"shop"/m;
		select undef, undef, undef, 0.1;
	}
	$answer->{success} or die "no answer from the exporter: $answer->{content}\n$exporter_log";
	return join "\n", grep { /^(# (HELP|TYPE) )?ddl_warden_/ } split /\n/, $answer->{content};
}

# name and labels => value, type and help; "server" is the exporter's own label.
sub series
{
	my ($text) = @_;
	my (%series, %type, %help);
	for (split /\n/, $text)
	{
		if (/^# TYPE (\w+) (.*)/) { $type{$1} = $2; next; }
		if (/^# HELP (\w+) (.*)/) { $help{$1} = $2; next; }
		my ($name, $labels, $value) = /^(\w+)\{(.*)\} (\S+)$/ or die "not a sample: $_";
		my %labels = $labels =~ /(\w+)="(.*?)"/g;
		delete $labels{server};
		$series{ $name . $json->encode(\%labels) } = [ $value + 0, $type{$name}, $help{$name} ];
	}
	return \%series;
}

# The same from the view: what is the whole server's from one database, the rest from each.
sub metrics
{
	my %series;
	for my $database (qw(postgres shop))
	{
		my $rows = $node->safe_psql($database, 'SELECT json_agg(m) FROM ddl_warden.metrics AS m');
		for my $row (@{ decode_json($rows) })
		{
			$series{ $row->{name} . $json->encode($row->{labels}) } = [ $row->{value} + 0, $row->{type}, $row->{help} ];
		}
	}
	return \%series;
}

# How much each counter is ahead.
sub increase
{
	my ($before, $after) = @_;
	my %more = map { $_ => $after->{$_}[0] - $before->{$_}[0] } grep { $after->{$_}[1] eq 'counter' } keys %$after;
	return { map { $_ => $more{$_} } grep { $more{$_} != 0 } keys %more };
}

my $text = scrape();
my $before = series($text);
is_deeply($before, metrics(), 'the exporter shows every metric of the view and no other, with its labels, value, type and help');
is(grep({ /"database":"unguarded"/ } keys %$before), 0, 'a database without the extension is left out');
cmp_ok(scalar(grep { /"database":"shop"/ } keys %$before), '>', 5, 'another one with it is there');

my ($said, $complaints);
ok(run([ 'promtool', 'check', 'metrics' ], '<', \"$text\n", '>&', \$complaints), 'names, units and types are as Prometheus wants them')
	or diag $complaints;

my (undef, undef, $error) = $node->psql('shop', 'CREATE INDEX ON orders (id)');
like($error, qr/ddl_warden refusal/, 'a statement is refused');
my $refused = increase($before, series(scrape()));
is($refused->{'ddl_warden_failures_total{"outcome":"refused"}'}, 1, 'and counted: one refusal more');
is($refused->{'ddl_warden_verdicts_total{"verdict":"deny"}'}, 1, 'one verdict deny more');
is($refused->{'ddl_warden_rule_decisions_total{"action":"refused","rule":"index_without_concurrently"}'}, 1, 'one for its rule');
is(grep({ !/failures|verdicts|rule_decisions|rows_total|judged/ } keys %$refused), 0, 'nothing else');

# A table locked is no reason to hang
my $holder = $node->background_psql('shop');
$holder->query_safe('BEGIN; LOCK TABLE ddl_warden.decision_log');
my $while_locked = series(scrape());
ok(exists $while_locked->{'ddl_warden_paused{"database":"shop"}'}, 'while the record is locked the other metrics are there');
ok(!exists $while_locked->{'ddl_warden_record_bytes{"database":"shop"}'}, 'its size is not');
$holder->quit;
is_deeply([ sort keys %{ series(scrape()) } ], [ sort keys %$before ], 'then it is there again');

# No background worker to be had: no recorder
$node->append_conf('postgresql.conf', 'max_worker_processes = 0');
$node->restart;
my $workerless = series(scrape());
is($workerless->{'ddl_warden_recorder_available{"database":"shop"}'}[0], 0, 'without background workers there is no recorder');
is($workerless->{'ddl_warden_launcher_running{}'}[0], 0, 'and no launcher');

# Without its library the server guards nothing: that must be seen
$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', q{''});
$node->restart;
my $unguarded = series(scrape());
is($unguarded->{'ddl_warden_preloaded{"database":"shop"}'}[0], 0, 'without preload the exporter says so');
is_deeply($unguarded, metrics(), 'and shows what the view has');
is(grep({ /_total/ } keys %$unguarded), 0, 'nothing is counted then');

# ---- the alert rules

ok(run([ 'promtool', 'check', 'rules', "$docs/alerts.yml" ], '>&', \$said), 'the alert rules are valid') or diag $said;
ok(run([ 'promtool', 'test', 'rules', 'test/monitoring/alerts_test.yml' ], '>&', \$said), 'they fire when they should, and only then') or diag $said;

my $alerts = slurp_file("$docs/alerts.yml");
my %selectors = map { $_ => 1 } $alerts =~ /\b(ddl_warden_[a-z_]+(?:\{.*?\})?)(?= *(?:[^\w ]|offset|unless|on ))/g;
for my $selector (sort keys %selectors)
{
	my ($name, $matchers) = $selector =~ /^(\w+)(?:\{(.*)\})?$/;
	my %wanted = ($matchers // '') =~ /(\w+)="(.*?)"/g;
	my $found = grep {
		my ($series, $labels) = /^(\w+)(\{.*)/;
		my $has = decode_json($labels);
		$series eq $name && !grep { ($has->{$_} // '') ne $wanted{$_} } keys %wanted;
	} keys %$before;
	ok($found, "an alert watches $selector, which is there");
}
cmp_ok(scalar(keys %selectors), '>=', 15, 'all alerts were looked at');

$node->stop;

done_testing();
