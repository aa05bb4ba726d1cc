# The record stays on its server: a subscriber to all tables, who knows nothing of it, is not disturbed.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $publisher = PostgreSQL::Test::Cluster->new('publisher');
$publisher->init(allows_streaming => 'logical');
$publisher->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'");
$publisher->start;
my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init(allows_streaming => 'logical');
$subscriber->start;

$_->safe_psql('postgres', 'CREATE TABLE orders (id int PRIMARY KEY)') for $publisher, $subscriber;
$publisher->safe_psql('postgres', 'CREATE PUBLICATION everything FOR ALL TABLES');
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION everything CONNECTION '" . $publisher->connstr . " dbname=postgres' PUBLICATION everything");
$publisher->wait_for_catchup('everything');
$publisher->safe_psql('postgres', "SELECT pg_create_logical_replication_slot('decoded', 'test_decoding')");

$publisher->safe_psql('postgres', 'CREATE EXTENSION ddl_warden');
$publisher->safe_psql('postgres', 'ALTER TABLE orders ADD COLUMN publisher_only int');
$publisher->safe_psql('postgres', "COMMENT ON TABLE orders IS '" . join('', map { sprintf '%x', $_ * 7919 } 1 .. 20000) . "'");
$publisher->safe_psql('postgres', 'ALTER TABLE orders DROP COLUMN publisher_only');
$publisher->safe_psql('postgres', 'INSERT INTO orders VALUES (1)');
$publisher->wait_for_catchup('everything');

is($publisher->safe_psql('postgres', 'SELECT count(*) FROM ddl_warden.decision_log'), '3', 'the publisher has its rows');
is($subscriber->safe_psql('postgres', 'SELECT count(*) FROM orders'), '1', 'the subscriber goes on');
unlike(slurp_file($subscriber->logfile), qr/ERROR/, 'without an error');

my $decoded = $publisher->safe_psql('postgres', "SELECT data FROM pg_logical_slot_get_changes('decoded', NULL, NULL)");
like($decoded, qr/table public.orders: INSERT/, 'the application\'s rows are decoded');
unlike($decoded, qr/decision_log|pg_toast/, 'the record\'s are not');

# Rows that go reach no subscriber either; a decoder is told that some went, and nothing of them.
is($publisher->safe_psql('postgres', 'SELECT ddl_warden.purge(now())'), '3', 'the record is purged');
$publisher->safe_psql('postgres', 'INSERT INTO orders VALUES (2)');
$publisher->wait_for_catchup('everything');
is($subscriber->safe_psql('postgres', 'SELECT count(*) FROM orders'), '2', 'the subscriber goes on after a purge');
unlike(slurp_file($subscriber->logfile), qr/ERROR/, 'without an error');
$decoded = $publisher->safe_psql('postgres', "SELECT data FROM pg_logical_slot_get_changes('decoded', NULL, NULL)");
unlike($decoded, qr/pg_toast|decision_log: INSERT|decision_log: DELETE: (?!\(no-tuple-data\))/, 'nothing of the purged rows is decoded');

# A refusal has its row on the publisher, by the recorder, and none elsewhere
isnt($publisher->psql('postgres', 'CREATE INDEX ON orders (id)'), 0, 'refused');
$publisher->safe_psql('postgres', 'BEGIN; CREATE TABLE rolled_back (); ROLLBACK; TRUNCATE orders; INSERT INTO orders VALUES (3)');
$publisher->wait_for_catchup('everything');
is($subscriber->safe_psql('postgres', 'SELECT id FROM orders'), '3', 'the subscriber goes on after a refusal, and truncates');
unlike(slurp_file($subscriber->logfile), qr/ERROR/, 'without an error');

# A subscriber with a warden of its own: it has a record of its own, and what is applied to it is not judged.
# Without copy_data, as docs/operations.md has it: the server would copy the publisher's record as it is.
my $guarded = PostgreSQL::Test::Cluster->new('guarded');
$guarded->init(allows_streaming => 'logical');
$guarded->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'");
$guarded->start;
$guarded->safe_psql('postgres', 'CREATE EXTENSION ddl_warden; CREATE TABLE orders (id int PRIMARY KEY)');
$guarded->safe_psql('postgres', "CREATE SUBSCRIPTION guarded CONNECTION '" . $publisher->connstr . " dbname=postgres' PUBLICATION everything WITH (copy_data = false)");
$publisher->safe_psql('postgres', 'TRUNCATE orders; INSERT INTO orders VALUES (4), (5)');
$publisher->wait_for_catchup('guarded');
is($guarded->safe_psql('postgres', 'SELECT count(*) FROM orders'), '2', 'a subscriber that is guarded gets the rows that come');
isnt($guarded->psql('postgres', 'CREATE INDEX ON orders (id)'), 0, 'it refuses');
is($guarded->safe_psql('postgres', q{SELECT string_agg(command, ', ' ORDER BY id) FROM ddl_warden.decision_log}), 'CREATE TABLE, CREATE SUBSCRIPTION, CREATE INDEX', 'its record is its own');
is($guarded->safe_psql('postgres', q{SELECT string_agg(srrelid::regclass::text, ', ') FROM pg_subscription_rel WHERE srsubstate <> 'r'}), '', 'every table is in step');
unlike(slurp_file($guarded->logfile), qr/ERROR:  (?!CREATE INDEX)/, 'without an error');

$_->stop for $publisher, $subscriber, $guarded;
done_testing();
