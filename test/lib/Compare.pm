# What ddl_warden.explain says about a statement, held against what the server then does.
#
#   my $compare = Compare->new($node, 'postgres');
#   my $seen = $compare->in_block('ALTER TABLE t ADD COLUMN z int', first => "SET LOCAL timezone = 'UTC'");
#   $seen = $compare->alone('CREATE INDEX CONCURRENTLY ON t (a)', while => 'LOCK TABLE t IN ROW EXCLUSIVE MODE');
#
# in_block   runs the statement in a transaction that is rolled back, after the statements of "first".
# alone      runs one that takes no block. "while" is held by another session until the statement stands
#            and waits for it: its locks are looked at then; with "grows" it takes stronger ones later. What
#            it does stays done.
#
# Both return { statement, error, misses }: error is { code, message } where the server raised one; misses
# are [ kind, text ], none when the prediction was exact. The kinds:
#   lock missed, lock false    a relation is locked more, or less, strongly than said
#   work missed, work false    rewrite, copy, scan, index_build or foreign_key_check of a relation
#   bytes                      of that work, from the sizes of the files
#   answer                     explain failed, named a relation twice, gave no reason for work, or took the statement for refused
#   error                      alone: the statement failed
#
# Seen are all user relations that were there before, of every schema. Locks: the strongest that the backend holds at
# the end. An ACCESS SHARE that was not predicted blocks nobody and is no miss; a predicted one must be
# there. Work: new files tell a rewrite, a copy and a built index; messages of level DEBUG1 tell what is verified
# and which foreign keys are checked; scans that go without a message are told by the scan counters.
#   - The TOAST table and its index go with their table, unless the index alone is built.
#   - A sequence is one page: a new file for it is no work. Nor is an empty file, of TRUNCATE or WITH NO DATA.
#   - Indexes that are made are work of their table; those that ALTER TABLE makes again under their
#     name are counted together with these.
#   - A foreign key check is work of the tables that refer, not of the one that is referred to.
#   - A relation that is only read (ACCESS SHARE) has no work.
#   - What is held up is seen before its end: relations that are not locked yet are not compared.
#   - A statement that fails may be predicted to work only if it was the data that failed it, the block, or a privilege.
# A statement that failed shows no locks: only its work is compared.
package Compare;
use strict;
use warnings;
use Session;
use Time::HiRes qw(sleep time);

my @modes = qw(AccessShareLock RowShareLock RowExclusiveLock ShareUpdateExclusiveLock ShareLock
	ShareRowExclusiveLock ExclusiveLock AccessExclusiveLock);
my %rank = map { $modes[$_] => $_ + 1 } 0 .. $#modes;
my $access_share = 1;
my @works = qw(rewrite copy scan index_build foreign_key_check);
my $withheld = -1;    # bytes of what the role may not see
my $patience = 30;    # seconds for a statement to stand where it is awaited

# The server's own relations, ours, and those that belong to none but other sessions.
my $user_relations = <<'SQL';
	SELECT c.*, c.xmin AS written, coalesce(x.indrelid, 0) AS table_oid, coalesce(w.oid, 0) AS toasted,
		coalesce(x.indisexclusion::int, 0) AS exclusion
	FROM pg_class c
	LEFT JOIN pg_index x ON x.indexrelid = c.oid
	LEFT JOIN pg_class w ON w.reltoastrelid = coalesce(x.indrelid, c.oid)
	WHERE c.oid >= 16384 AND coalesce(w.relnamespace, c.relnamespace) NOT IN (
		SELECT oid FROM pg_namespace WHERE nspname IN ('pg_catalog', 'information_schema', 'ddl_warden'))
SQL

sub new
{
	my ($class, $node, $database) = @_;
	my $self = bless { node => $node, database => $database, names => {} }, $class;

	$self->{runner} = $self->runner;
	$self->{pid} = pid_of($self->{runner});
	return $self;
}

sub session
{
	my ($self) = @_;
	return Session->open($self->{node}, $self->{database}) || die "no connection\n";
}

sub runner
{
	my ($self) = @_;
	my $runner = $self->session;

	# Locks that the warden takes beforehand would hide a false prediction.
	$runner->rows(q{SELECT set_config(name, 'off', false) FROM pg_settings
		WHERE name IN ('ddl_warden.patient', 'ddl_warden.verify')});
	$runner->rows("SET ddl_warden.record = 'refused'");
	$runner->rows('SET max_parallel_maintenance_workers = 0');    # workers scan uncounted
	$runner->rows('SET client_min_messages = debug1');
	return $runner;
}

sub pid_of { return ($_[0]->rows('SELECT pg_backend_pid()'))[0][0]; }

# The schema was changed by somebody else: it is read again.
sub forget { delete $_[0]{before}; }

sub in_block
{
	my ($self, $statement, %how) = @_;
	my $runner = $self->{runner};

	$self->{before} //= $self->before;
	$self->begin($how{first});
	local $self->{before} = $how{first} ? $self->before : $self->{before};
	local $self->{locked} = $how{first} ? $self->locks : {};
	my $said = $self->said($statement);
	if ($said->{error})
	{
		# without a savepoint around explain: a table is new in its own subtransaction only
		$runner->rows('ROLLBACK');
		$self->begin($how{first});
	}
	my $counted = $self->counters;
	my $answer = $runner->ask($statement);
	die "$statement: the server is gone\n" if $runner->lost;

	my $seen = { locks => {}, works => {}, built => {} };
	$seen = $self->seen($answer->{notices}, $counted, $statement) if !$answer->{error};
	$runner->rows('ROLLBACK');
	return $self->result($statement, $said, $seen, $answer->{error});
}

sub begin
{
	my ($self, $first) = @_;
	$self->{runner}->rows('BEGIN');
	$self->{runner}->rows($first) if $first;
}

sub alone
{
	my ($self, $statement, %how) = @_;
	my $holder = $self->{holder} //= $self->session;

	# one of its own: DISCARD ALL changes what it was told
	my $runner = $self->runner;
	local $self->{runner} = $runner;
	local $self->{pid} = pid_of($runner);
	local $self->{before} = $self->before;
	local $self->{locked} = {};
	my $said = $self->said($statement);
	my $counted = $self->counters;
	if ($how{while})
	{
		$holder->rows('BEGIN');
		$holder->rows($how{while});
	}
	$runner->send_query($statement);
	my $held = $how{while} ? $self->held_up($statement) : undef;
	$holder->rows('ROLLBACK') if $how{while};
	my $answer = $runner->answer;
	die "$statement: the server is gone\n" if $runner->lost;

	my $seen = $self->seen($answer->{notices}, $counted, $statement);
	$seen->{locks} = $held;
	$seen->{early} = 1;
	$seen->{grows} = $how{grows};
	my $result = $self->result($statement, $said, $seen, $answer->{error});
	push @{ $result->{misses} }, [ 'error', $answer->{error}{message} ] if $answer->{error};
	push @{ $result->{misses} }, [ 'error', 'it did not wait' ] if $how{while} && !defined $held;
	$self->forget;
	return $result;
}

# ---- before

# What explain says: { relation's oid => { name, mode, work => { … }, bytes } }, or what was wrong with it.
sub said
{
	my ($self, $statement) = @_;
	my $said = { relations => {}, misses => [] };
	my $answer = $self->{runner}->ask(<<"SQL");
SELECT coalesce(relation, ''), coalesce(lock_mode, ''), coalesce(array_to_string(work, ','), ''), coalesce(bytes, CASE WHEN current_setting('is_superuser') = 'off' THEN -1 ELSE -2 END), coalesce(cardinality(because), 0), coalesce(array_to_string(because, ' ') LIKE '%, or PostgreSQL refuses it.%', false)
FROM ddl_warden.explain(\$statement\$$statement\$statement\$)
SQL
	$said->{error} = $answer->{error};
	for my $row (@{ $answer->{rows} })
	{
		my ($name, $mode, $work, $bytes, $reasons, $refused) = @$row;
		$said->{refused} ||= $refused eq 't';
		next if $name eq '';
		my $oid = $self->{before}{named}{$name} // $name;
		push @{ $said->{misses} }, [ 'answer', "\"$name\" is named twice" ] if $said->{relations}{$oid};
		push @{ $said->{misses} }, [ 'answer', "$name: no sentence for each work" ] if $reasons < split(/,/, $work) && $bytes != $withheld;
		$said->{relations}{$oid} =
			{ name => $name, mode => $mode, work => { map { $_ => 1 } split /,/, $work }, bytes => $bytes };
	}
	return $said;
}

# All of them, with their sizes.
sub before
{
	my ($self) = @_;
	# our own transaction's at the latest: others that began later may have ended already
	my ($next) = $self->{runner}->rows('SELECT pg_snapshot_xmin(pg_current_snapshot())');
	my $size = 'CASE WHEN c.relfilenode > 0 THEN pg_relation_size(c.oid) ELSE 0 END';
	my $relations = $self->relations($size, '');
	my %named = map { $_->{name} => $_->{oid} } values %$relations;
	return { relations => $relations, named => \%named, checks => $self->checks, next_xid => $next->[0] };
}

# As they are now: what is gone is not among them, what was not written since is taken from before.
sub after
{
	my ($self) = @_;
	my $before = $self->{before}{relations};
	my %now = map { $_->[0] => 1 } $self->{runner}->rows('SELECT oid FROM pg_class WHERE oid >= 16384');
	my $written = $self->relations('0', "WHERE c.written::text::bigint >= $self->{before}{next_xid}");
	return { (map { $_ => $before->{$_} } grep { $now{$_} } keys %$before), %$written };
}

sub relations
{
	my ($self, $size, $which) = @_;
	my %relations;
	for my $row ($self->{runner}->rows(<<"SQL"))
SELECT c.oid, c.relkind, CASE c.relnamespace WHEN pg_my_temp_schema() THEN 'pg_temp' ELSE c.relnamespace::regnamespace::text END || '.' || quote_ident(c.relname), c.relname, c.relfilenode, c.reltablespace,
	c.table_oid, c.toasted, c.reltoastrelid, c.exclusion, $size
FROM ($user_relations) c $which
SQL
	{
		my %relation;
		@relation{qw(oid kind name short file space table toasted toast exclusion size)} = @$row;
		$relations{ $relation{oid} } = \%relation;
	}
	return \%relations;
}

# Of foreign keys: valid or not, enforced or not.
sub checks
{
	my ($self) = @_;
	return { map { $_->[0] => $_->[1] } $self->{runner}->rows(<<'SQL') };
SELECT oid, convalidated || coalesce(to_jsonb(c) ->> 'conenforced', '') FROM pg_constraint c WHERE contype = 'f'
SQL
}

sub counters
{
	my ($self) = @_;
	return { map { $_->[0] => $_->[1] }
		$self->{runner}->rows('SELECT relid, seq_scan FROM pg_stat_xact_user_tables WHERE seq_scan > 0') };
}

# ---- after

sub locks
{
	my ($self, $session) = @_;
	my %locks;
	for my $row (($session // $self->{runner})->rows(<<"SQL"))
SELECT relation, mode FROM pg_locks
WHERE pid = $self->{pid} AND locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
SQL
	{
		my ($oid, $mode) = ($row->[0], $rank{ $row->[1] });
		$locks{$oid} = $mode if $mode > ($locks{$oid} // 0);
	}
	return \%locks;
}

# The locks that the runner has, and the one that it asks for, once it stands; nothing if it never does.
sub held_up
{
	my ($self, $statement) = @_;
	my $observer = $self->{observer} //= $self->session;
	my $until = time + $patience;

	while (time < $until)
	{
		my ($state) = $observer->rows(<<"SQL");
SELECT state, coalesce(wait_event_type, ''), query FROM pg_stat_activity WHERE pid = $self->{pid}
SQL
		return $self->locks($observer) if $state->[0] eq 'active' && $state->[1] eq 'Lock';
		return undef if $state->[0] ne 'active' && $state->[2] eq $statement;
		sleep 0.01;
	}
	return undef;
}

# Locks, and the work of every relation that was there: { oid => { rewrite => 1, … } }; for tables how many
# indexes were built that were not there by that name.
sub seen
{
	my ($self, $messages, $counted, $statement) = @_;
	my $after = $self->after;
	my $locks = $self->locks;
	my $told = $self->told($messages);
	my $empties = $statement =~ /^\s*truncate\b|\bwith\s+no\s+data\b/i;
	my $seen = { locks => $locks, works => {}, built => {}, again => {}, twice => {} };

	if (!$empties)
	{
		$self->new_files($seen, $after, $told);
		$self->new_indexes($seen, $after);
	}
	$self->foreign_keys($seen, $told);
	$self->scans($seen, $empties ? undef : $counted, $told, $statement);
	return $seen;
}

# { verifying => { name => times }, rewriting => …, building => …, validating => … }
sub told
{
	my ($self, $messages) = @_;
	my %told = map { $_ => {} } qw(verifying rewriting building validating);
	for (@$messages)
	{
		$told{$1}{$2}++ if /^(verifying|rewriting) table "(.*)"$/;
		$told{building}{$1}++ if /^building index "(.*)" on table "/;
		$told{validating}{$1}++ if /^validating foreign key constraint "(.*)"$/;
	}
	return \%told;
}

sub new_files
{
	my ($self, $seen, $after, $told) = @_;
	my $before = $self->{before}{relations};

	for my $oid (keys %$before)
	{
		my ($old, $new) = ($before->{$oid}, $after->{$oid});
		next if !$new || $new->{file} == $old->{file} || $new->{kind} eq 'S' || $new->{kind} eq 't';
		next if $new->{kind} eq 'i' && $new->{toasted} && $self->has_new_file($after, $new->{table});
		my $moved = $new->{space} != $old->{space};
		my ($made, $said) = $new->{kind} eq 'i' ? qw(index_build building) : qw(rewrite rewriting);
		$seen->{works}{$oid}{ $moved && !$told->{$said}{ $new->{short} } ? 'copy' : $made } = 1;
	}
}

sub has_new_file
{
	my ($self, $after, $oid) = @_;
	my $old = $self->{before}{relations}{$oid};
	return !$old || !$after->{$oid} || $old->{file} != $after->{$oid}{file};
}

# Indexes that are not the ones that were there, and have a file of their own.
sub new_indexes
{
	my ($self, $seen, $after) = @_;
	my $before = $self->{before}{relations};
	my %files = map { $_->{file} => 1 } values %$before;

	for my $index (values %$after)
	{
		next if $before->{ $index->{oid} } || $index->{kind} ne 'i' || !$before->{ $index->{table} };
		next if $files{ $index->{file} };
		$seen->{built}{ $index->{table} }++;
		$seen->{twice}{ $index->{table} }++ if $index->{exclusion};
	}
	# of those that are gone, as well: theirs may be told as built again
	$seen->{gone}{$_} = 1 for grep { $before->{$_}{kind} eq 'i' && !$after->{$_} } keys %$before;
}

# A message names the constraint only: the new one of that name, or the one that is valid from now on.
sub foreign_keys
{
	my ($self, $seen, $told) = @_;
	return if !%{ $told->{validating} };

	my $checks = $self->checks;
	my @validated;
	for my $row ($self->{runner}->rows(<<'SQL'))
SELECT c.oid, conname, conrelid, relkind FROM pg_constraint c JOIN pg_class r ON r.oid = conrelid WHERE contype = 'f'
SQL
	{
		my ($oid, $name, $table, $kind) = @$row;
		my $changed = ($self->{before}{checks}{$oid} // '') ne $checks->{$oid};
		push @validated, $table if $changed && $told->{validating}{$name} && $kind eq 'r';
	}
	$seen->{works}{$_}{foreign_key_check} = 1 for grep { $self->{before}{relations}{$_} } @validated;
}

# Those with a message, and those without that the counters tell: what is built, rewritten or verified
# scans, too, and so does the query that checks a foreign key.
sub scans
{
	my ($self, $seen, $counted, $told, $statement) = @_;
	my $before = $self->{before}{relations};
	my $counters = $counted ? $self->counters : {};
	my $referring = $statement =~ /\bdetach\s+partition\b/i ? $self->referring : undef;
	my %rebuilt;

	$rebuilt{ $before->{$_}{table} }++ for grep { $seen->{works}{$_}{index_build} } keys %{ $seen->{works} };
	for my $oid (grep { $before->{$_}{kind} =~ /[rm]/ } keys %$before)
	{
		my $work = $seen->{works}{$oid} // {};
		my $verified = $self->is_locked_one($oid, $seen->{locks}) ? $told->{verifying}{ $before->{$oid}{short} } // 0 : 0;
		my $explained = $verified + ($seen->{built}{$oid} // 0) + ($seen->{twice}{$oid} // 0) + ($rebuilt{$oid} // 0);
		my $scans = ($counters->{$oid} // 0) - ($counted ? $counted->{$oid} // 0 : 0);
		my $silent = $scans > $explained && !$work->{foreign_key_check} && !$work->{rewrite} && !$work->{copy}
			&& ($seen->{locks}{$oid} // 0) > $access_share && !%{ $told->{validating} }
			&& (!$referring || $referring->{$oid});
		$seen->{works}{$oid}{scan} = 1 if $verified || $silent;
	}
}

# DETACH PARTITION looks without a message whether a row refers to the partition: a foreign key check of its kind.
sub referring
{
	my ($self) = @_;
	return { map { $_->[0] => 1 } $self->{runner}->rows("SELECT conrelid FROM pg_constraint WHERE contype = 'f'") };
}

# A message has no schema: relations of one name in several are told apart by their locks.
sub is_locked_one
{
	my ($self, $oid, $locks) = @_;
	return ($locks->{$oid} // 0) > $access_share;
}

# ---- said against seen

sub result
{
	my ($self, $statement, $said, $seen, $error) = @_;
	my @misses = @{ $said->{misses} };

	if ($said->{error} && !($error && $error->{message} eq $said->{error}{message}))
	{
		push @misses, [ 'answer', "explain: $said->{error}{message}" ];
	}
	elsif ($error)
	{
		push @misses, $self->work_of_failed($said, $error);
	}
	else
	{
		# what is taken for refused is judged by no rule; VACUUM and ANALYZE pass over it
		push @misses, [ 'answer', 'it is said to be refused, and is not' ] if $said->{refused} && $statement !~ /^(?:vacuum|analyze)\b/i;
		push @misses, $self->lock_misses($said, $seen) if $seen->{locks};
		push @misses, $self->work_misses($said, $seen);
	}
	return { statement => $statement, error => $error, misses => \@misses };
}

# What only the rows tell, while the work is done: a constraint that they do not meet, a value that does not fit
# or is none of its type, a division by zero, a row too long for an index.
my $of_rows = qr/^23|^22(?:001|003|007|008|012|P02)$|^54000$/;

# What takes no block is told as it runs without one, and who asks need not be who may.
sub work_of_failed
{
	my ($self, $said, $error) = @_;
	return () if $error->{code} =~ $of_rows || $error->{code} =~ /^(?:25001|42501)$/;
	return map {
		my $one = $_;
		map { [ 'work false', "$one->{name}: $_, and the server refuses it" ] } sort keys %{ $one->{work} }
	} sort { $a->{name} cmp $b->{name} } values %{ $said->{relations} };
}

sub lock_misses
{
	my ($self, $said, $seen) = @_;
	my $before = $self->{before}{relations};
	my @misses;

	for my $oid (sort { $a <=> $b } keys %$before)
	{
		my $row = $said->{relations}{$oid};
		my $foretold = $row ? $rank{ $row->{mode} } // 0 : 0;
		my ($least, $held) = ($self->{locked}{$oid} // 0, $seen->{locks}{$oid} // 0);
		my $expected = $foretold > $least ? $foretold : $least;
		next if $expected == $held || ($held == $access_share && !$foretold);
		next if $expected > $held && $seen->{early} && (!$held || $seen->{grows});
		push @misses, [ $expected < $held ? 'lock missed' : 'lock false',
			"$before->{$oid}{name}: said " . mode($foretold) . ', saw ' . mode($held) ];
	}
	for my $name (grep { !$before->{$_} } keys %{ $said->{relations} })
	{
		push @misses, [ 'lock false', "$name is no user's relation that was there" ];
	}
	return @misses;
}

sub mode { return $_[0] ? $modes[ $_[0] - 1 ] =~ s/Lock$//r : 'none'; }

sub work_misses
{
	my ($self, $said, $seen) = @_;
	my $before = $self->{before}{relations};
	my (@misses, %again);

	# An index that is gone was made again by its name, or by another: counted with the new ones of its table.
	for my $oid (grep { $seen->{gone}{$_} && $said->{relations}{$_} } keys %$before)
	{
		$again{ $before->{$oid}{table} }++ if $said->{relations}{$oid}{work}{index_build};
	}
	for my $oid (sort { $a <=> $b } grep { !$seen->{gone}{$_} && $before->{$_}{kind} ne 'S' } keys %$before)
	{
		my $new = ($seen->{built}{$oid} // 0) - ($again{$oid} // 0);
		my $done = { %{ $seen->{works}{$oid} // {} } };
		$done->{index_build} = 1 if $new > 0;
		push @misses, $self->differences($before->{$oid}, $said->{relations}{$oid}, $done, $new);
	}
	return @misses;
}

sub differences
{
	my ($self, $relation, $row, $done, $new) = @_;
	my $work = $row ? $row->{work} : {};
	my @misses;

	for (@works)
	{
		push @misses, [ 'work missed', "$relation->{name}: $_" ] if $done->{$_} && !$work->{$_};
		push @misses, [ 'work false', "$relation->{name}: $_" ] if $work->{$_} && !$done->{$_};
	}
	push @misses, [ 'work false', "$relation->{name}: " . -$new . ' of its indexes built again' ] if $new < 0;
	if ($row && !@misses)
	{
		my $bytes = $self->bytes_of($relation, $done, $new);
		push @misses, [ 'bytes', "$relation->{name}: said $row->{bytes}, are $bytes" ] if $bytes != $row->{bytes} && $row->{bytes} != $withheld;
	}
	return @misses;
}

sub bytes_of
{
	my ($self, $relation, $done, $built) = @_;
	my $toast = $self->{before}{relations}{ $relation->{toast} };
	my $heap = $relation->{size};
	my $whole = $heap + ($toast ? $toast->{size} : 0);

	return ($done->{index_build} ? 1 : 0) * $heap + ($done->{copy} ? $heap : 0) if $relation->{kind} eq 'i';
	return $whole * (($done->{rewrite} ? 1 : 0) + ($done->{copy} ? 1 : 0))
		+ $heap * (($done->{scan} ? 1 : 0) + ($done->{foreign_key_check} ? 1 : 0) + ($done->{index_build} ? $built : 0));
}

1;
