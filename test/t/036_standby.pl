# Standbys have the record, and everything that reads works there, explain and lint included.  DDL gets the
# server's own message.  Once promoted, a standby judges and records, with numbers that go on ascending.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use IPC::Run ();
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'");
$primary->start;
$primary->safe_psql('postgres', q{
	CREATE EXTENSION ddl_warden;
	CREATE TABLE orders (id int);
	INSERT INTO orders SELECT generate_series(1, 1000);
	UPDATE ddl_warden.rule SET tolerate_bytes = 4711 WHERE name = 'table_rewrite';
});
$primary->backup('backup');

# A standby of the primary, and one of that standby, which does not preload the library
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'backup', has_streaming => 1);
$standby->start;
my $cascade = PostgreSQL::Test::Cluster->new('cascade');
$cascade->init_from_backup($primary, 'backup');
$cascade->enable_streaming($standby);
$cascade->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$cascade->start;

$primary->safe_psql('postgres', 'ALTER TABLE orders ADD after_the_backup int');
$primary->wait_for_catchup($standby);
$standby->wait_for_catchup($cascade, 'replay', $primary->lsn('write'));

my $rows = 'SELECT count(*), max(id), min(decided_at) FROM ddl_warden.decision_log';
is($_->safe_psql('postgres', $rows), $primary->safe_psql('postgres', $rows), 'rows arrive on the ' . $_->name) for $standby, $cascade;

# Everything that reads
for my $view (split /\n/, $primary->safe_psql('postgres', q{SELECT relname FROM pg_class WHERE relnamespace = 'ddl_warden'::regnamespace AND relkind = 'v' ORDER BY 1}))
{
	is($standby->psql('postgres', "SELECT * FROM ddl_warden.$view"), 0, "view $view can be read");
	is($cascade->psql('postgres', "SELECT * FROM ddl_warden.$view"), 0, "view $view can be read without the library");
}
is($standby->safe_psql('postgres', 'SELECT versions_match, loaded, mode, rules_changed FROM ddl_warden.status()'), 't|preloaded|enforce|1', 'status');

# Looking before leaping: a standby is a good place to ask
for my $statement ('CREATE INDEX ON orders (id)', 'ALTER TABLE orders ADD d text DEFAULT random()::text',
	'ALTER TABLE orders ALTER id TYPE bigint', 'ALTER TABLE orders ADD CHECK (id > 0)', 'VACUUM FULL orders', 'CREATE TABLE new (id int)')
{
	for my $function (qw(explain lint))
	{
		my $ask = "SELECT * FROM ddl_warden.$function(\$\$$statement\$\$)";
		my (undef, $told, $error) = $standby->psql('postgres', $ask);
		is($error, '', "$function: $statement");
		is($told, $primary->safe_psql('postgres', $ask), "$function tells the same as on the primary");
	}
}
$primary->safe_psql('postgres', 'CREATE DOMAIN percentage AS int CHECK (VALUE <= 100)');
$primary->wait_for_catchup($standby);
is($standby->psql('postgres', q{SELECT * FROM ddl_warden.lint('ALTER TABLE orders ADD p percentage; ALTER TABLE nowhere ADD p int')}), 0,
	'a domain, and a table that is not there');

# What changes something gets the server's own message
for my $case ([ 'CREATE INDEX ON orders (id)', 'cannot execute CREATE INDEX in a read-only transaction' ],
	[ 'ALTER TABLE orders ADD b int', 'cannot execute ALTER TABLE in a read-only transaction' ],
	[ 'VACUUM FULL orders', 'cannot execute VACUUM during recovery' ],
	[ q{UPDATE ddl_warden.rule SET action = 'off'}, 'cannot execute UPDATE in a read-only transaction' ],
	[ q{SELECT ddl_warden.pause('1 hour', 'why')}, 'cannot (execute|assign|acquire) .*(read-only transaction|recovery)' ],
	[ 'SELECT ddl_warden.purge(now())', 'cannot (execute|assign|acquire) .*(read-only transaction|recovery)' ])
{
	my ($statement, $expected) = @$case;
	my (undef, undef, $error) = $standby->psql('postgres', $statement);
	like($error, qr/ERROR:  $expected/, "on a standby: $statement");
	my @lines = split /\n/, $error;
	is(scalar(grep { /ERROR|WARNING/ } @lines), 1, 'and nothing else');
}

# A dead synchronous standby holds up what commits, as ever, but no refusal, nor the statement that gives it up
$primary->safe_psql('postgres', 'ALTER SYSTEM SET synchronous_standby_names = nobody');
$primary->reload;
$primary->poll_query_until('postgres', q{SELECT setting = 'nobody' FROM pg_settings WHERE name = 'synchronous_standby_names'});
my (undef, undef, $refused) = $primary->psql('postgres', q{SET statement_timeout = '20s'; CREATE INDEX ON orders (id)});
like($refused, qr/ERROR:  CREATE INDEX would block writes/, 'a refusal does not wait for a dead synchronous standby');
is($primary->safe_psql('postgres', q{SELECT outcome FROM ddl_warden.decision_log WHERE id = } . ($refused =~ /refusal (\d+)/)[0]), 'refused',
	'and has its row all the same');
my ($in, $said) = ('', '');
my $waits = IPC::Run::start([ 'psql', '-XqAt', '-d', $primary->connstr('postgres'), '-c', 'CREATE TABLE waits ()' ], '<', \$in, '>&', \$said,
	IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
ok($primary->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'}), 'a statement that commits does');
my (undef, undef, $complaint) = $primary->psql('postgres', 'ALTER SYSTEM RESET synchronous_standby_names', timeout => 20);
is($complaint, '', 'ALTER SYSTEM, which has nothing to commit but its row, does not');
is($primary->safe_psql('postgres', q{SELECT count(*) FROM ddl_warden.decision_log WHERE statement LIKE 'ALTER SYSTEM RESET%'}), '1', 'and has its row');
$primary->reload;
$waits->finish;
is($said, '', 'the one that waited is let go');

# Promoted
my $last = $primary->safe_psql('postgres', q{CREATE TABLE the_last (); SELECT max(id) FROM ddl_warden.decision_log});
$primary->wait_for_catchup($standby);
$primary->stop;
$standby->promote;
my (undef, undef, $error) = $standby->psql('postgres', 'CREATE INDEX ON orders (id)');
like($error, qr/ERROR:  CREATE INDEX would block writes to "public.orders"/, 'promoted: it refuses');
is($standby->safe_psql('postgres', q{SELECT outcome FROM ddl_warden.decision_log WHERE id = } . ($error =~ /refusal (\d+)/)[0]), 'refused',
	'promoted: the refusal has its row');
$standby->safe_psql('postgres', 'CREATE TABLE promoted ()');
is($standby->safe_psql('postgres', "SELECT id > $last FROM ddl_warden.decision_log WHERE statement LIKE '%promoted%'"), 't',
	'promoted: it records, with numbers that go on ascending');
$standby->safe_psql('postgres', q{UPDATE ddl_warden.rule SET action = 'off' WHERE name = 'index_without_concurrently'});
$standby->safe_psql('postgres', 'CREATE INDEX ON orders (id)');
pass('promoted: rules can be changed');

$standby->wait_for_catchup($cascade, 'replay', $standby->lsn('write'));
is($cascade->safe_psql('postgres', $rows), $standby->safe_psql('postgres', $rows), 'the standby of the promoted one follows');

$_->stop for $cascade, $standby;
unlike(slurp_file($_->logfile), qr/PANIC|TRAP|terminated by signal/, $_->name . ': nothing crashed') for $primary, $standby, $cascade;
done_testing();
