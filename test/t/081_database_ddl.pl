# A recorder is in a database for a second after its last row, and in nobody's way: whoever wants the database
# for himself gets it, from whichever database he asks.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Refusals;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('databases');
$node->init;
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'ddl_warden'");
$node->start;
my $tablespace = PostgreSQL::Test::Utils::tempdir;
$node->safe_psql('postgres', q{CREATE ROLE owner LOGIN CREATEDB; CREATE EXTENSION ddl_warden});
$node->safe_psql('postgres', "CREATE TABLESPACE elsewhere LOCATION '$tablespace'");
$node->safe_psql('postgres', 'GRANT CREATE ON TABLESPACE elsewhere TO owner');
$node->safe_psql('postgres', 'CREATE DATABASE plain');
$node->safe_psql('postgres', 'CREATE DATABASE guarded');
$node->safe_psql('guarded', 'CREATE EXTENSION ddl_warden; CREATE TABLE orders AS SELECT 1 AS id');

my $made = 0;
for my $from (qw(postgres plain))
{
	for my $statement ('ALTER DATABASE %s RENAME TO %s_renamed', 'CREATE DATABASE %s_copy TEMPLATE %s',
		'ALTER DATABASE %s SET TABLESPACE elsewhere', 'DROP DATABASE %s', 'DROP DATABASE %s WITH (FORCE)')
	{
		my $name = 'shop' . ++$made;
		(my $run = $statement) =~ s/%s/$name/g;
		$node->safe_psql('postgres', "CREATE DATABASE $name TEMPLATE guarded OWNER owner");
		my $number = refusal($node, $name, 'CREATE INDEX ON orders (id)');
		like($number, qr/^\d+$/, "refused before: $run");
		my ($status, undef, $error) = $node->psql($from, $run, extra_params => [ '-U', 'owner' ]);
		is($error, '', "$run, from $from, by an owner who is no superuser");

		# It goes on in the database, whatever it is called now
		next if $run =~ /^DROP/;
		my $there = $run =~ /RENAME/ ? "${name}_renamed" : $name;
		is_kept($node, $there, $number, 'row', "$run: refused before");
		is_kept($node, $there, refusal($node, $there, 'CREATE INDEX ON orders (id)'), 'row', "$run: refused after");
	}
}

# One that fails leaves the recorder as it was; somebody who may not does not send it away
my $number = refusal($node, 'guarded', 'CREATE INDEX ON orders (id)');
isnt($node->psql('postgres', 'ALTER DATABASE guarded RENAME TO plain'), 0, 'a name that is taken');
is_kept($node, 'guarded', refusal($node, 'guarded', 'CREATE INDEX ON orders (id)'), 'row', 'after a RENAME that failed');
my $recorder = $node->safe_psql('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'ddl_warden recorder' AND datname = 'guarded'});
like($recorder, qr/^\d+$/, 'there is a recorder');
isnt($node->psql('plain', 'DROP DATABASE guarded', extra_params => [ '-U', 'owner' ]), 0, 'a database of somebody else');
is_kept($node, 'guarded', refusal($node, 'guarded', 'CREATE INDEX ON orders (id)'), 'row', 'after a DROP by somebody who may not');

# With the record locked the recorder stays where it is, so that whoever sends it away is found out
my $locked = session($node, 'guarded', 'BEGIN; LOCK TABLE ddl_warden.decision_log');
my $pid_of_recorder = q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'ddl_warden recorder' AND datname = 'guarded'};
$node->psql('guarded', 'CREATE TABLE orders ()');
$node->poll_query_until('guarded', 'SELECT entries > 0 AND recorder_runs FROM ddl_warden.recorder()') or die 'no recorder';
$recorder = $node->safe_psql('postgres', $pid_of_recorder);
for (
	[ 'owner', 'plain', 'CREATE DATABASE mine TEMPLATE guarded', 'by whom it is not for' ],
	[ 'owner', 'plain', 'DROP DATABASE guarded', 'by whom it is not for' ],
	[ $node->safe_psql('postgres', 'SELECT current_user'), 'guarded', 'DROP DATABASE guarded', 'from inside' ],
	[ $node->safe_psql('postgres', 'SELECT current_user'), 'guarded', 'ALTER DATABASE guarded RENAME TO another', 'from inside' ])
{
	my ($role, $from, $statement, $how) = @$_;
	isnt($node->psql($from, $statement, extra_params => [ '-U', $role ]), 0, "$statement, $how, fails");
	is($node->safe_psql('postgres', $pid_of_recorder), $recorder, 'and does not send the recorder away');
}
$locked->();

# Held up by somebody else, it waits as ever, and ends as ever
my $inside = session($node, 'guarded', 'SELECT 1');
refusal($node, 'guarded', 'CREATE INDEX ON orders (id)');
my (undef, undef, $error) = $node->psql('postgres', 'DROP DATABASE guarded');
like($error, qr/database "guarded" is being accessed by other users\n.*There is 1 other session/, 'other sessions are told of, the recorder is none of them');
$inside->();
is($node->psql('postgres', 'DROP DATABASE guarded'), 0, 'then it is dropped');

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|terminated by signal/, 'nothing crashed');
$node->stop;
done_testing();
