# A statement by chance, over what is there:
#
#   my $one = RandomDdl->new(Dice->new($seed), $model, $major)->statement;
#   RandomDdl::text($one)
#
# { head, parts => [ [ kind, text ], … ], first }: ALTER TABLE has one to four parts, its subcommands; any other statement
# is one part. "first" runs before it in the same transaction. Most can succeed: what is chosen is there and
# of a fitting kind; some cannot.
package RandomDdl;
use strict;
use warnings;
use RandomSchema;

sub new
{
	my ($class, $dice, $model, $major) = @_;
	return bless { dice => $dice, model => $model, major => $major, used => {}, new => 0 }, $class;
}

sub text
{
	my ($one, @parts) = @_;
	@parts = @{ $one->{parts} } if !@parts;
	return $one->{head} . join ', ', map { $_->[1] } @parts;
}

sub statement
{
	my ($self) = @_;
	my $dice = $self->{dice};
	return $self->of_new_table if $dice->chance(3);
	my $one = $dice->chance(72) ? $self->alter_table : $self->other;

	$one->{first} = $dice->chance(5) ? $dice->one(q{SET LOCAL timezone = 'UTC'}, q{SET LOCAL timezone = 'Europe/Berlin'},
		q{SET LOCAL default_tablespace = 'elsewhere'}) : '';
	return $one;
}

# One of a table that is made in the same transaction: nobody else can see it yet.
sub of_new_table
{
	my ($self) = @_;
	my @columns = map { { name => $_->[0], type => $_->[1], not_null => $_->[0] eq 'id' } } [ 'id', 'integer' ], [ 'c1', 'text' ], [ 'c2', 'character varying(10)' ];
	my $table = { name => 'fresh', short => 'fresh', schema => 's', kind => 'r', persistence => 'p', columns => \@columns,
		map { $_ => [] } qw(parents children key constraints indexes triggers rules policies statistics) };
	my @parts = $self->parts($table, $self->{dice}->one(1, 1, 2));
	my $made = 'CREATE TABLE fresh (id int PRIMARY KEY, c1 text, c2 varchar(10)); INSERT INTO fresh SELECT g, g, g FROM generate_series(1, 20) g';
	return { head => 'ALTER TABLE fresh ', parts => \@parts, first => $made };
}

# ---- ALTER TABLE

# How often; kinds of relations (partitions, children and typed tables are "r" too); its name; what makes it.
my @subcommands = (
	[ 26, 'rpf', 'ADD COLUMN', 'add_column' ],
	[ 22, 'rp', 'ALTER COLUMN TYPE', 'alter_column_type' ],
	[ 8, 'rpf', 'DROP COLUMN', 'drop_column' ],
	[ 5, 'rpvf', 'SET DEFAULT', 'set_default' ],
	[ 2, 'rpvf', 'DROP DEFAULT', 'drop_default' ],
	[ 8, 'rpf', 'SET NOT NULL', 'set_not_null' ],
	[ 5, 'rpf', 'DROP NOT NULL', 'drop_not_null' ],
	[ 3, 'rp', 'SET EXPRESSION', 'set_expression' ],
	[ 3, 'rp', 'DROP EXPRESSION', 'drop_expression' ],
	[ 3, 'rpmf', 'SET STATISTICS', 'set_statistics' ],
	[ 2, 'rpmf', 'SET (column)', 'set_column_options' ],
	[ 4, 'rpm', 'SET STORAGE', 'set_storage' ],
	[ 3, 'rpm', 'SET COMPRESSION', 'set_compression' ],
	[ 8, 'rpf', 'ADD CHECK', 'add_check' ],
	[ 4, 'rpf', 'ADD NOT NULL', 'add_not_null' ],
	[ 5, 'rp', 'ADD UNIQUE', 'add_unique' ],
	[ 5, 'rp', 'ADD PRIMARY KEY', 'add_primary_key' ],
	[ 3, 'r', 'ADD EXCLUDE', 'add_exclude' ],
	[ 5, 'r', 'ADD USING INDEX', 'add_using_index' ],
	[ 14, 'rp', 'ADD FOREIGN KEY', 'add_foreign_key' ],
	[ 4, 'rp', 'ALTER CONSTRAINT', 'alter_constraint' ],
	[ 8, 'rp', 'VALIDATE CONSTRAINT', 'validate' ],
	[ 9, 'rpf', 'DROP CONSTRAINT', 'drop_constraint' ],
	[ 4, 'rpvmSf', 'OWNER TO', 'owner' ],
	[ 3, 'rm', 'CLUSTER ON', 'cluster_on' ],
	[ 2, 'rm', 'SET WITHOUT CLUSTER', 'without_cluster' ],
	[ 3, 'rpS', 'SET LOGGED', 'persistence' ],
	[ 2, 'rpm', 'SET ACCESS METHOD', 'access_method' ],
	[ 3, 'rpmi', 'SET TABLESPACE', 'tablespace' ],
	[ 4, 'rvmi', 'SET (options)', 'set_options' ],
	[ 1, 'rvmi', 'RESET (options)', 'reset_options' ],
	[ 4, 'rpf', 'TRIGGER', 'trigger' ],
	[ 2, 'rpv', 'RULE', 'rule' ],
	[ 3, 'r', 'INHERIT', 'inherit' ],
	[ 3, 'r', 'NO INHERIT', 'no_inherit' ],
	[ 1, 'r', 'OF', 'of_type' ],
	[ 2, 'r', 'NOT OF', 'not_of' ],
	[ 5, 'rp', 'REPLICA IDENTITY', 'replica_identity' ],
	[ 4, 'rp', 'ROW LEVEL SECURITY', 'row_security' ],
	[ 4, 'rp', 'ADD IDENTITY', 'add_identity' ],
	[ 4, 'rp', 'SET IDENTITY', 'set_identity' ],
	[ 3, 'rp', 'DROP IDENTITY', 'drop_identity' ],
	[ 7, 'p', 'ATTACH PARTITION', 'attach' ],
	[ 6, 'p', 'DETACH PARTITION', 'detach' ],
	[ 1, 'f', 'OPTIONS', 'foreign_options' ],
);
my %alone = map { $_ => 1 } 'ATTACH PARTITION', 'DETACH PARTITION';
my %once = map { $_ => 1 } 'SET TABLESPACE', 'SET LOGGED', 'SET ACCESS METHOD', 'OWNER TO', 'ADD PRIMARY KEY', 'INHERIT';

sub alter_table
{
	my ($self) = @_;
	my $dice = $self->{dice};

	while (1)
	{
		my $relation = $self->target;
		my @parts = $self->parts($relation, $dice->one(1, 1, 1, 1, 2, 2, 3, 4)) or next;
		my $only = $relation->{kind} =~ /[rp]/ && $dice->chance($relation->{kind} eq 'p' ? 4 : 8) ? 'ONLY ' : '';
		my $what = $self->named_as($relation->{kind});
		return { head => "ALTER $what " . $dice->maybe(3, 'IF EXISTS ') . "$only$relation->{name} ", parts => \@parts };
	}
}

sub named_as
{
	my ($self, $kind) = @_;
	my %words = (v => 'VIEW', m => 'MATERIALIZED VIEW', S => 'SEQUENCE', i => 'INDEX', f => 'FOREIGN TABLE');
	return $words{$kind} && $self->{dice}->chance(70) ? $words{$kind} : 'TABLE';
}

# Tables most often; partitions and children less, as little may be done to them alone.
sub target
{
	my ($self) = @_;
	my @rows = map {
		my $weight = $_->{kind} eq 'p' ? 70 : $_->{kind} eq 'i' ? 1 : $_->{kind} =~ /[vmSf]/ ? 10 : 50;
		$weight = 20 if $_->{partition} && $_->{kind} ne 'i';
		[ $weight, $_ ]
	} $self->{model}->of('rpvmSfi');
	return $self->{dice}->weighted(@rows)->[1];
}

sub parts
{
	my ($self, $relation, $number) = @_;
	my @fitting = grep { index($_->[1], $relation->{kind}) >= 0 } @subcommands;
	my @parts;

	$self->{used} = {};
	for (1 .. 40)
	{
		last if @parts == $number;
		my (undef, undef, $name, $make) = @{ $self->{dice}->weighted(@fitting) };
		next if @parts && ($alone{$name} || $alone{ $parts[0][0] });
		next if $once{$name} && (grep { $_->[0] eq $name } @parts) && !$self->{dice}->chance(8);
		my $text = $self->$make($relation) // next;
		push @parts, [ $name, $text ];
		last if $alone{$name};
	}
	return @parts;
}

# ---- choosing

# A column of those that pass, not yet in this statement.
sub column
{
	my ($self, $relation, $passes) = @_;
	my $dice = $self->{dice};
	my $known = $relation->{columns};
	my @fresh = grep { !$self->{used}{ $_->{name} } || $dice->chance(8) } @$known;
	my @fitting = grep { !$passes || $passes->($_) } @fresh;
	my $one = $dice->one($dice->chance(3) ? @fresh : @fitting) // return undef;

	$self->{used}{ $one->{name} } = 1;
	return $one;
}

sub own_column { my ($self, $relation) = @_; return $self->column($relation, sub { !$_[0]{inherited} }); }

sub constraint
{
	my ($self, $relation, $passes) = @_;
	my @all = grep { !$self->{used}{ $_->{name} } } @{ $relation->{constraints} };
	my @fitting = grep { !$passes || $passes->($_) } @all;
	my $one = $self->{dice}->one($self->{dice}->chance(3) ? @all : @fitting) // return undef;

	$self->{used}{ $one->{name} } = 1;
	return $one;
}

sub is_part
{
	my ($relation) = @_;
	return $relation->{partition} || $relation->{typed};
}

sub fresh { my ($self) = @_; return 'n' . ++$self->{new}; }

sub numbers { my ($relation) = @_; return grep { $_->{type} =~ /^(?:integer|bigint|smallint|numeric.*|d_int|d_check)$/ } @{ $relation->{columns} }; }

# Seldom of others than where it can be found.
sub table
{
	my ($self, $kinds) = @_;
	return $self->{dice}->one($self->{model}->of($kinds // 'rp'));
}

sub value { my ($value) = @_; return '(' . ($value =~ s/\bi\b/7/gr) . ')'; }

# ---- ADD COLUMN

sub add_column
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	return if is_part($relation) && !$dice->chance(5);
	my $name = $self->fresh;
	my ($number) = $dice->some(1, numbers($relation));

	return $self->column_of_child($relation) // () if $dice->chance(10);
	return "ADD COLUMN IF NOT EXISTS $_->{name} int DEFAULT 5" for $dice->chance(4) ? $self->column($relation) // () : ();
	return "ADD COLUMN $name " . $dice->one('serial', 'bigserial', 'int GENERATED ALWAYS AS IDENTITY',
		'bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 100)', 'int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY', 'serial UNIQUE')
		if $dice->chance(9);
	return "ADD COLUMN $name bigint GENERATED ALWAYS AS ($number->{name} * 2) " . ($self->{major} >= 18 ? $dice->one('STORED', 'VIRTUAL', '') : 'STORED')
		. $dice->maybe(12, " CHECK ($name > -10)") . $dice->maybe(8, ' UNIQUE') . $dice->maybe(8, ' NOT NULL')
		if $number && !$number->{generated} && $dice->chance(8);
	return "ADD COLUMN $name int" . $dice->maybe(25, ' DEFAULT 1') . $self->references($relation) if $dice->chance(10);
	return "ADD COLUMN $name " . $self->typed_column($name);
}

# One that children have already is merged with theirs.
sub column_of_child
{
	my ($self, $relation) = @_;
	my %has = map { $_->{name} => 1 } @{ $relation->{columns} };
	my @theirs = grep { !$has{ $_->{name} } } map { @{ $_->{columns} } } $self->{model}->children($relation);
	my $one = $self->{dice}->one(@theirs) // return;
	return "ADD COLUMN $one->{name} $one->{type}" . $self->{dice}->maybe(20, ' NOT NULL');
}

# So is a constraint.
sub constraint_of_child
{
	my ($self, $relation, $type) = @_;
	my @theirs = grep { $_->{type} eq $type && !$_->{inherited} } map { @{ $_->{constraints} } } $self->{model}->children($relation);
	my $one = $self->{dice}->one(@theirs) // return;
	return "ADD CONSTRAINT $one->{name} $one->{definition}";
}

sub typed_column
{
	my ($self, $name) = @_;
	my $dice = $self->{dice};
	my ($type, $value) = @{ $dice->one(RandomSchema::types()) };
	my $text = $type;

	$text .= ' COLLATE "C"' if $type =~ /^(?:text|varchar)/ && $type !~ /\[/ && $dice->chance(10);
	$text .= ' COMPRESSION pglz' if $type =~ /^text/ && $type !~ /\[/ && $dice->chance(5);
	my $default = $dice->chance(20) ? $self->lively_default($type) : $dice->chance(45) ? value($value) : undef;
	$text .= " DEFAULT $default" if defined $default;
	$text .= ' NOT NULL' if $dice->chance(defined $default ? 25 : 3);
	$text .= " CHECK ($name IS NOT NULL)" if $dice->chance(defined $default ? 10 : 2);
	$text .= $dice->one(' UNIQUE', ' UNIQUE', ' PRIMARY KEY') if $dice->chance(5);
	return $text;
}

# Volatile, stable, or it seems so.
sub lively_default
{
	my ($self, $type) = @_;
	my $dice = $self->{dice};

	return $dice->one('f_volatile()', 'f_inlined()', 'f_stable()', 'f_immutable(3)', '(random() * 5)::int', q{nextval('sq')}, 'NULL',
		'CASE WHEN true THEN 1 ELSE (random() * 3)::int END') if $type =~ /^(?:int|bigint|d_int|d_check|d_default|numeric)$/;
	return $dice->one('random()::text', 'clock_timestamp()::text', 'now()::text', 'current_user', 'gen_random_uuid()::text', 'NULL', q{upper('abc')})
	  if $type =~ /^(?:text|varchar|d_text)$/;
	return $dice->one('now()', 'clock_timestamp()', 'current_timestamp') if $type =~ /^timestamp/;
	return $dice->one('random()', 'NULL') if $type =~ /^(?:real|double)/;
	return 'gen_random_uuid()' if $type eq 'uuid';
	return 'NULL';
}

# ---- ALTER COLUMN TYPE

# What a type can become; those with USING say how.
my @conversions = (
	[ qr/^(?:integer|d_int|d_check|d_over|d_default|d_volatile)$/, 'bigint', 'bigint', 'int', 'numeric', 'numeric(12,2)', 'text', 'varchar',
		'double precision', 'd_int', 'd_check', 'd_over', 'd_not_null', 'oid', 'smallint', 'int USING + %s', 'int USING %s', 'bigint USING %s * 2', 'text USING %s::text' ],
	[ qr/^bigint$/, 'int', 'numeric', 'bigint', 'text', 'bigint USING %s + 0' ],
	[ qr/^smallint$/, 'int', 'bigint', 'text', 'smallint' ],
	[ qr/^numeric/, 'numeric', 'numeric(12,2)', 'numeric(14,2)', 'numeric(10,3)', 'numeric(9,3)', 'numeric(12,4)', 'double precision', 'text' ],
	[ qr/^(?:real|double precision)$/, 'double precision', 'real', 'numeric', 'numeric(12,3)' ],
	[ qr/^(?:text|character varying.*|character.*|name|d_text|d_varchar)$/, 'text', 'text', 'varchar', 'varchar(10)', 'varchar(20)', 'varchar(60)',
		'varchar(30) COLLATE "C"', 'text COLLATE "POSIX"', 'char(10)', 'char(20)', 'd_text', 'd_varchar', 'name', 'text USING %s', 'text USING upper(%s)', 'varchar(40) USING %s' ],
	[ qr/^timestamp/, 'timestamptz', 'timestamp', 'timestamp(3)', 'timestamp(6)', 'timestamptz(3)', 'date', 'd_timestamp', 'text' ],
	[ qr/^d_timestamp$/, 'timestamp', 'timestamptz', 'd_timestamp' ],
	[ qr/^date$/, 'timestamp', 'timestamptz', 'text', 'date' ],
	[ qr/^time/, 'time', 'time(6)', 'time(2)', 'interval' ],
	[ qr/^interval/, 'interval', 'interval(6)', 'interval(2)', 'text' ],
	[ qr/^bit/, 'bit(4)', 'varbit', 'bit(8) USING %s::bit(8)', 'varbit(16)', 'varbit(8)', 'text' ],
	[ qr/^boolean$/, 'text', 'int USING %s::int', 'boolean' ],
	[ qr/^json$/, 'jsonb', 'text', 'json' ],
	[ qr/^jsonb$/, 'json', 'text' ],
	[ qr/^uuid$/, 'text', 'uuid' ],
	[ qr/^(?:inet|cidr)$/, 'inet', 'text', 'cidr' ],
	[ qr/^oid$/, 'bigint', 'int USING %s::int', 'oid', 'text' ],
	[ qr/^bytea$/, 'text', 'bytea' ],
	[ qr/^(?:integer\[\]|d_array)$/, 'bigint[]', 'int[]', 'd_array', 'text[]', 'd_check[]' ],
	[ qr/^(?:text|character varying.*)\[\]$/, 'text[]', 'varchar[]', 'varchar(30)[]', 'text[] COLLATE "C"' ],
	[ qr/^en$/, 'text', 'en', 'text USING %s::text', 'varchar(9)' ],
	[ qr/^ct$/, 'ct', 'text' ],
	[ qr/^int4range$/, 'text', 'int4range' ],
	[ qr/^(?:tsvector|point|"char"|d_check\[\]|ct\[\])$/, 'text' ],
	[ qr/^d_not_null$/, 'int', 'd_int', 'd_not_null' ],
);

sub alter_column_type
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	my %key = map { $_ => 1 } @{ $relation->{key} };
	my $column = $self->column($relation, sub {
		!$_[0]{inherited} && !$key{ $_[0]{name} } && !$_[0]{generated} && (!$_[0]{viewed} || $dice->chance(10))
	}) // return;
	return if is_part($relation) && !$dice->chance(5);
	my ($found) = grep { $column->{type} =~ $_->[0] } @conversions;
	my ($match, @types) = $found ? @$found : (undef, 'text');
	my $type = $dice->one(@types) =~ s/%s/$column->{name}/r;
	my $set = $dice->maybe(30, 'SET DATA ');

	# its default may not be cast
	return "ALTER $column->{name} DROP DEFAULT, ALTER $column->{name} ${set}TYPE $type" if $column->{default} && !$column->{identity} && $dice->chance(20);
	return "ALTER $column->{name} ${set}TYPE $type";
}

# ---- columns

sub drop_column
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	return if is_part($relation) && !$dice->chance(5);
	my %key = map { $_ => 1 } @{ $relation->{key} };
	my $column = $self->column($relation, sub { !$_[0]{inherited} && !$key{ $_[0]{name} } }) // return;
	return 'DROP COLUMN IF EXISTS nothing' if $dice->chance(3);
	return 'DROP COLUMN ' . $dice->maybe(10, 'IF EXISTS ') . $column->{name} . $dice->one('', '', '', ' CASCADE', ' CASCADE', ' RESTRICT');
}

sub set_default
{
	my ($self, $relation) = @_;
	my $column = $self->column($relation, sub { !$_[0]{identity} && !$_[0]{generated} }) // return;
	my %values = map { $_->[0] => $_->[1] } RandomSchema::types();
	my $value = $column->{type} eq 'integer' ? $self->{dice}->one('3', 'f_volatile()', q{nextval('sq')}) : $values{ $column->{type} };
	return "ALTER $column->{name} SET DEFAULT " . (defined $value ? value($value) : 'NULL');
}

sub drop_default
{
	my ($self, $relation) = @_;
	my $column = $self->column($relation, sub { !$_[0]{identity} && !$_[0]{generated} }) // return;
	return "ALTER $column->{name} DROP DEFAULT";
}

sub set_not_null
{
	my ($self, $relation) = @_;
	my $column = $self->column($relation, sub { !$_[0]{not_null} || $self->{dice}->chance(20) }) // return;
	return "ALTER COLUMN $column->{name} SET NOT NULL";
}

sub drop_not_null
{
	my ($self, $relation) = @_;
	my %primary = map { $_ => 1 } map { @{ $_->{keys} } } grep { $_->{type} eq 'p' } @{ $relation->{constraints} };
	my $column = $self->column($relation, sub { !$primary{ $_[0]{name} } && !$_[0]{identity} && !$_[0]{inherited} && $_[0]{not_null} }) // return;
	return "ALTER $column->{name} DROP NOT NULL";
}

sub set_expression
{
	my ($self, $relation) = @_;
	return if $self->{major} < 17;
	my $column = $self->column($relation, sub { $_[0]{generated} }) // return;
	return "ALTER $column->{name} SET EXPRESSION AS (id * 3)";
}

sub drop_expression
{
	my ($self, $relation) = @_;
	my $column = $self->column($relation, sub { $_[0]{generated} && !$_[0]{inherited} }) // return;
	return "ALTER $column->{name} DROP EXPRESSION" . $self->{dice}->maybe(15, ' IF EXISTS');
}

sub set_statistics
{
	my ($self, $relation) = @_;
	my $column = $self->column($relation) // return;
	return "ALTER $column->{name} SET STATISTICS " . $self->{dice}->one(-1, 0, 100, 500);
}

sub set_column_options
{
	my ($self, $relation) = @_;
	my $column = $self->column($relation) // return;
	return "ALTER $column->{name} " . $self->{dice}->one('SET (n_distinct = 5)', 'RESET (n_distinct)', 'SET (n_distinct_inherited = -0.5)');
}

sub set_storage
{
	my ($self, $relation) = @_;
	my $column = $self->column($relation, sub { $_[0]{type} =~ /^(?:text|character|json|bytea|ct|numeric)|\[\]/ }) // return;
	return "ALTER $column->{name} SET STORAGE " . $self->{dice}->one('PLAIN', 'EXTERNAL', 'EXTENDED', 'MAIN');
}

sub set_compression
{
	my ($self, $relation) = @_;
	my $column = $self->column($relation, sub { $_[0]{type} =~ /^(?:text|character|json|bytea)/ }) // return;
	return "ALTER $column->{name} SET COMPRESSION " . $self->{dice}->one('pglz', 'default');
}

# ---- constraints

sub add_check
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	my $column = $dice->one(@{ $relation->{columns} }) // return;
	return $self->constraint_of_child($relation, 'c') // () if $dice->chance(10);
	my ($number) = $dice->some(1, numbers($relation));
	my $condition = $dice->one("$column->{name} IS NOT NULL", 'true', $number ? ("$number->{name} > -1", "f_immutable($number->{name}::int) > -2", "$number->{name} > 1000") : ());

	return 'ADD ' . $dice->maybe(60, 'CONSTRAINT ' . $self->fresh . ' ') . "CHECK ($condition)" . $dice->maybe(10, ' NO INHERIT')
		. $dice->maybe(25, ' NOT VALID') . ($self->{major} >= 18 ? $dice->maybe(12, ' NOT ENFORCED') : '');
}

sub add_not_null
{
	my ($self, $relation) = @_;
	return if $self->{major} < 18;
	my $dice = $self->{dice};
	my $column = $self->column($relation, sub { !$_[0]{not_null} }) // return;
	return 'ADD ' . $dice->maybe(60, 'CONSTRAINT ' . $self->fresh . ' ') . "NOT NULL $column->{name}" . $dice->maybe(10, ' NO INHERIT') . $dice->maybe(40, ' NOT VALID');
}

# Keys of partitioned tables have their partition keys.
sub keys_of
{
	my ($self, $relation, $passes) = @_;
	my $dice = $self->{dice};
	my @keys = @{ $relation->{key} };
	my @names = map { $_->{name} } grep { $_->{type} !~ /json$|point|ct/ } @{ $relation->{columns} };
	my ($more) = $dice->some(1, grep { my $name = $_; !grep { $name eq $_ } @keys } @names);

	push @keys, $more if defined $more && (!@keys || $dice->chance(25));
	unshift @keys, 'id' if !(grep { $_ eq 'id' } @keys) && (grep { $_ eq 'id' } @names) && $dice->chance(60);
	return join ', ', @keys;
}

sub add_unique
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	my $keys = $self->keys_of($relation);
	return if !length $keys;
	my ($included) = $dice->chance(10) ? $dice->some(1, map { $_->{name} } @{ $relation->{columns} }) : ();
	return 'ADD ' . $dice->maybe(60, 'CONSTRAINT ' . $self->fresh . ' ') . "UNIQUE " . $dice->maybe(8, 'NULLS NOT DISTINCT ') . "($keys)" . ($included ? " INCLUDE ($included)" : '')
		. $dice->maybe(10, ' WITH (fillfactor = 80)') . $dice->maybe(8, ' USING INDEX TABLESPACE elsewhere') . $dice->maybe(10, ' DEFERRABLE');
}

sub add_primary_key
{
	my ($self, $relation) = @_;
	return if (grep { $_->{type} eq 'p' } @{ $relation->{constraints} }) && !$self->{dice}->chance(8);
	my $keys = $self->keys_of($relation);
	return length $keys ? "ADD PRIMARY KEY ($keys)" : undef;
}

sub add_exclude
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	my $range = $dice->one(grep { $_->{type} eq 'int4range' } @{ $relation->{columns} });
	my $id = $dice->one(grep { $_->{name} eq 'id' } @{ $relation->{columns} });
	return 'ADD ' . $dice->maybe(50, 'CONSTRAINT ' . $self->fresh . ' ') . "EXCLUDE USING gist ($range->{name} WITH &&)" if $range && $dice->chance(50);
	return $id && 'ADD EXCLUDE USING btree (id WITH =)' . $dice->maybe(30, ' WHERE (id > 3)');
}

sub add_using_index
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	my $index = $dice->one(grep { $_->{unique} && !$_->{constraint} && $_->{plain} } @{ $relation->{indexes} }) // return;
	return if $self->{used}{ $index->{name} }++;
	my $has = grep { $_->{type} eq 'p' } @{ $relation->{constraints} };
	return 'ADD ' . $dice->maybe(60, 'CONSTRAINT ' . $self->fresh . ' ') . ($has ? 'UNIQUE' : $dice->one('UNIQUE', 'PRIMARY KEY', 'PRIMARY KEY'))
		. " USING INDEX $index->{short}" . $dice->maybe(10, ' DEFERRABLE INITIALLY DEFERRED');
}

sub references
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	my @keyed = grep {
		$_->{persistence} eq $relation->{persistence} && grep { $_->{type} =~ /[pu]/ && !$_->{deferrable} && "@{ $_->{keys} }" eq 'id' } @{ $_->{constraints} }
	} $self->{model}->of('rp');
	my $target = $dice->chance(10) ? $relation : $dice->one($dice->chance(93) ? @keyed : $self->{model}->of('rp')) // $relation;
	return " REFERENCES $target->{name} (id)" . $dice->one('', '', '', ' ON DELETE CASCADE', ' ON UPDATE SET NULL', ' DEFERRABLE');
}

sub add_foreign_key
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	my $column = $dice->one(grep { $_->{type} =~ /^(?:integer|bigint|smallint|d_int|d_check|d_default)$/ } @{ $relation->{columns} }) // return;
	return $self->constraint_of_child($relation, 'f') // () if $dice->chance(10);
	return $self->wide_foreign_key($relation) // () if $dice->chance(15);
	my $not_valid = $relation->{kind} eq 'p' && $self->{major} < 18 ? 2 : 25;
	return 'ADD ' . $dice->maybe(60, 'CONSTRAINT ' . $self->fresh . ' ') . "FOREIGN KEY ($column->{name})" . $self->references($relation)
		. $dice->maybe($not_valid, ' NOT VALID') . ($self->{major} >= 18 ? $dice->maybe(10, ' NOT ENFORCED') : '');
}

# To a partitioned table, most often: its keys have the partition key.
sub wide_foreign_key
{
	my ($self, $relation) = @_;
	my %types = map { $_->{name} => $_->{type} } @{ $relation->{columns} };
	my @targets = grep {
		$_->{persistence} eq $relation->{persistence} && (grep { $_->{type} eq 'p' && join(' ', sort @{ $_->{keys} }) eq 'id k' } @{ $_->{constraints} })
			&& (grep { $_->{name} eq 'k' && $_->{type} eq ($types{k} // '') } @{ $_->{columns} })
	} $self->{model}->of('rp');
	my $target = $self->{dice}->one(@targets) // return;
	return 'ADD CONSTRAINT ' . $self->fresh . " FOREIGN KEY (id, k) REFERENCES $target->{name} (id, k)";
}

sub alter_constraint
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	my @eighteen = $self->{major} >= 18 ? ('ENFORCED', 'ENFORCED', 'NOT ENFORCED') : ();
	if ($self->{major} >= 18 && $dice->chance(20))
	{
		my $null = $self->constraint($relation, sub { $_[0]{type} eq 'n' });
		return "ALTER CONSTRAINT $null->{name} " . $dice->one('INHERIT', 'NO INHERIT') if $null;
	}
	my $constraint = $self->constraint($relation, sub { $_[0]{type} eq 'f' && !$_[0]{inherited} }) // return;
	return "ALTER CONSTRAINT $constraint->{name} " . $dice->one('DEFERRABLE', 'NOT DEFERRABLE', 'DEFERRABLE INITIALLY DEFERRED', @eighteen);
}

sub validate
{
	my ($self, $relation) = @_;
	my $all = $self->{dice}->chance(20);
	my $constraint = $self->constraint($relation, sub { $_[0]{type} =~ /[cfn]/ && ($all || !$_[0]{valid}) }) // return;
	return "VALIDATE CONSTRAINT $constraint->{name}";
}

sub drop_constraint
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	my $constraint = $self->constraint($relation, sub { !$_[0]{inherited} && $_[0]{type} ne 't' }) // return;
	return 'DROP CONSTRAINT IF EXISTS nothing' if $dice->chance(3);
	return 'DROP CONSTRAINT ' . $dice->maybe(8, 'IF EXISTS ') . $constraint->{name} . $dice->maybe($constraint->{type} =~ /[pu]/ ? 60 : 15, ' CASCADE');
}

# ---- the whole table

sub owner { my ($self) = @_; return 'OWNER TO ' . $self->{dice}->one('alice', 'bob', 'postgres'); }

sub an_index
{
	my ($self, $relation, $passes) = @_;
	return $self->{dice}->one(grep { !$passes || $passes->($_) } @{ $relation->{indexes} });
}

sub cluster_on
{
	my ($self, $relation) = @_;
	my $index = $self->an_index($relation, sub { $_[0]{method} =~ /btree|gist/ }) // return;
	return "CLUSTER ON $index->{short}";
}

sub without_cluster { return 'SET WITHOUT CLUSTER'; }

# Half of them are so already.
sub persistence
{
	my ($self, $relation) = @_;
	return if $self->{once}{persistence}++ && !$self->{dice}->chance(30);
	return $self->{dice}->one('SET LOGGED', 'SET UNLOGGED');
}

sub access_method { my ($self) = @_; return 'SET ACCESS METHOD ' . $self->{dice}->one('heap', 'heap2'); }
sub tablespace { my ($self) = @_; return 'SET TABLESPACE ' . $self->{dice}->one('elsewhere', 'elsewhere', 'pg_default'); }

my %options = (
	r => [ 'fillfactor = 70', 'autovacuum_enabled = off', 'toast.autovacuum_enabled = off', 'user_catalog_table = true', 'parallel_workers = 2', 'toast_tuple_target = 4080', 'vacuum_truncate = off', 'log_autovacuum_min_duration = 5' ],
	m => [ 'fillfactor = 70', 'autovacuum_enabled = off', 'toast.autovacuum_enabled = off' ],
	v => [ 'security_barrier = true', 'security_invoker = true', 'check_option = local' ],
	i => [ 'fillfactor = 60', 'fillfactor = 60', 'fillfactor = 70', 'deduplicate_items = off', 'fastupdate = off', 'pages_per_range = 16' ],
);

sub set_options
{
	my ($self, $relation) = @_;
	return 'SET (' . join(', ', $self->{dice}->some($self->{dice}->one(1, 1, 1, 2), @{ $options{ $relation->{kind} } })) . ')';
}

sub reset_options
{
	my ($self, $relation) = @_;
	return 'RESET (' . $self->{dice}->one(@{ $options{ $relation->{kind} } }) =~ s/ =.*//r . ')';
}

sub trigger
{
	my ($self, $relation) = @_;
	my $which = $self->{dice}->one('ALL', 'USER', @{ $relation->{triggers} });
	my @ways = ('ENABLE', 'DISABLE', $which =~ /[a-z]/ ? ('ENABLE REPLICA', 'ENABLE ALWAYS') : ());
	return $self->{dice}->one(@ways) . " TRIGGER $which";
}

sub rule
{
	my ($self, $relation) = @_;
	my $rule = $self->{dice}->one(@{ $relation->{rules} }) // return;
	return $self->{dice}->one('ENABLE', 'DISABLE', 'ENABLE ALWAYS') . " RULE $rule";
}

# One that has these columns, by the look of them.
sub inherit
{
	my ($self, $relation) = @_;
	return if $relation->{partition};
	my %has = map { ("$_->{name} $_->{type}" => 1) } @{ $relation->{columns} };
	my %parent = map { $_ => 1 } @{ $relation->{parents} };
	my @fitting = grep {
		my $other = $_;
		$other != $relation && !$parent{"$other->{schema}.$other->{short}"} && @{ $other->{columns} } && !grep { !$has{"$_->{name} $_->{type}"} } @{ $other->{columns} }
	} $self->{model}->of('r');
	my $parent = $self->{dice}->one(@fitting) // ($self->{dice}->chance(10) ? $self->table('r') : return);
	return "INHERIT $parent->{name}";
}

sub no_inherit
{
	my ($self, $relation) = @_;
	return if $relation->{partition};
	my $parent = $self->{dice}->one(@{ $relation->{parents} }) // return;
	return "NO INHERIT $parent";
}

sub of_type
{
	my ($self, $relation) = @_;
	return 'OF ' . $self->{dice}->one('ct', 'ct2');
}

sub not_of { my ($self, $relation) = @_; return $relation->{typed} ? 'NOT OF' : undef; }

sub replica_identity
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	my $index = $self->an_index($relation, sub { $_[0]{unique} && $_[0]{plain} });
	return 'REPLICA IDENTITY ' . $dice->one('FULL', 'NOTHING', 'DEFAULT', $index ? ("USING INDEX $index->{short}") x 2 : ());
}

sub row_security { my ($self) = @_; return $self->{dice}->one('ENABLE', 'DISABLE', 'FORCE', 'NO FORCE') . ' ROW LEVEL SECURITY'; }

sub add_identity
{
	my ($self, $relation) = @_;
	return if is_part($relation);
	my $column = $self->column($relation, sub { $_[0]{type} =~ /^(?:integer|bigint|smallint)$/ && $_[0]{not_null} && !$_[0]{default} && !$_[0]{identity} && !$_[0]{generated} }) // return;
	return "ALTER $column->{name} ADD GENERATED " . $self->{dice}->one('ALWAYS', 'BY DEFAULT') . ' AS IDENTITY';
}

sub set_identity
{
	my ($self, $relation) = @_;
	my $column = $self->column($relation, sub { $_[0]{identity} }) // return;
	return "ALTER $column->{name} " . $self->{dice}->one('SET GENERATED ALWAYS', 'SET GENERATED BY DEFAULT', 'RESTART', 'RESTART WITH 1000', 'SET INCREMENT BY 5', 'SET GENERATED ALWAYS RESTART');
}

sub drop_identity
{
	my ($self, $relation) = @_;
	my $column = $self->column($relation, sub { $_[0]{identity} }) // return;
	return "ALTER $column->{name} DROP IDENTITY" . $self->{dice}->maybe(15, ' IF EXISTS');
}

# ---- partitions

sub attach
{
	my ($self, $relation) = @_;
	my $dice = $self->{dice};
	my @fitting = grep { !$_->{partition} && $_->{comment} =~ /^attach \Q$relation->{name}\E / } $self->{model}->of('rpf');
	my $one = $dice->one(@fitting) // return;
	my ($bound) = $one->{comment} =~ /^attach \S+ (.*)/;

	$bound = 'DEFAULT' if $dice->chance(15) && $bound !~ /WITH/;
	return "ATTACH PARTITION $one->{name} $bound";
}

sub detach
{
	my ($self, $relation) = @_;
	my $child = $self->{dice}->one(@{ $relation->{children} }) // return;
	return "DETACH PARTITION $child";
}

sub foreign_options { my ($self) = @_; return $self->{dice}->one(q{OPTIONS (ADD a 'b')}, q{OPTIONS (DROP a)}); }

# ---- other statements

my @others = (
	[ 10, 'ATTACH PARTITION' ], [ 8, 'DETACH PARTITION' ],
	[ 14, 'DROP TABLE' ], [ 4, 'DROP VIEW' ], [ 3, 'DROP SEQUENCE' ], [ 10, 'DROP INDEX' ], [ 6, 'DROP TYPE' ], [ 4, 'DROP FUNCTION' ],
	[ 2, 'DROP SCHEMA' ], [ 4, 'DROP of a table\'s own' ], [ 2, 'DROP OWNED' ], [ 2, 'REASSIGN OWNED' ],
	[ 9, 'TRUNCATE' ], [ 10, 'CREATE INDEX' ], [ 4, 'REINDEX' ], [ 4, 'CLUSTER' ], [ 4, 'REFRESH' ],
	[ 12, 'RENAME' ], [ 6, 'SET SCHEMA' ], [ 3, 'COMMENT' ], [ 3, 'GRANT' ], [ 4, 'CREATE TRIGGER' ],
	[ 3, 'CREATE POLICY' ], [ 3, 'CREATE STATISTICS' ], [ 4, 'CREATE VIEW' ], [ 12, 'CREATE TABLE' ],
	[ 6, 'CREATE PARTITION' ], [ 9, 'ALTER DOMAIN' ], [ 7, 'ALTER TYPE' ], [ 4, 'ALTER SEQUENCE' ],
	[ 6, 'ALTER INDEX' ], [ 3, 'LOCK' ], [ 2, 'ANALYZE' ], [ 2, 'PUBLICATION' ], [ 2, 'ALTER VIEW' ], [ 2, 'ALTER FUNCTION' ],
);
my %make = map { $_->[1] => lc($_->[1] =~ s/'s//r =~ s/ /_/gr) } @others;

sub other
{
	my ($self) = @_;
	while (1)
	{
		my $name = $self->{dice}->weighted(@others)->[1];
		my $make = $make{$name};
		my $text = $self->$make // next;
		return { head => '', parts => [ [ $name, $text ] ] };
	}
}

sub cascade { my ($self, $percent) = @_; return $self->{dice}->maybe($percent, ' CASCADE'); }

sub several
{
	my ($self, $kinds, @only) = @_;
	my $dice = $self->{dice};
	return join ', ', map { $_->{name} } $dice->some($dice->one(1, 1, 1, 2), $self->{model}->of($kinds));
}

sub drop_table
{
	my ($self) = @_;
	my $dice = $self->{dice};
	return "DROP TABLE IF EXISTS nothing" if $dice->chance(2);
	return 'DROP TABLE ' . $dice->maybe(5, 'IF EXISTS ') . $self->several('rp') . $self->cascade(60);
}

sub drop_view
{
	my ($self) = @_;
	my $view = $self->table('vm') // return;
	return 'DROP ' . ($view->{kind} eq 'm' ? 'MATERIALIZED ' : '') . "VIEW $view->{name}" . $self->cascade(60);
}

sub drop_sequence
{
	my ($self) = @_;
	my $sequence = $self->table('S') // return;
	return "DROP SEQUENCE $sequence->{name}" . $self->cascade(70);
}

sub index_of_any
{
	my ($self, $passes) = @_;
	return $self->{dice}->one(grep { !$passes || $passes->($_) } map { @{ $_->{indexes} } } $self->{model}->of('rpm'));
}

sub drop_index
{
	my ($self) = @_;
	my $index = $self->index_of_any(sub { !$_[0]{constraint} && !$_[0]{partition} || $self->{dice}->chance(4) }) // return;
	return "DROP INDEX $index->{name}" . $self->cascade(20);
}

my @domains = qw(d_int d_check d_text d_varchar d_over d_default d_volatile d_array d_timestamp);

sub drop_type
{
	my ($self) = @_;
	my $dice = $self->{dice};
	return $dice->one('DROP TYPE ' . $dice->one('en', 'ct', 'ct2'), 'DROP DOMAIN ' . $dice->one(@domains)) . $self->cascade(80);
}

sub drop_function
{
	my ($self) = @_;
	return 'DROP FUNCTION ' . $self->{dice}->one('f_trigger()', 'f_trigger2()', 'f_volatile()', 'f_immutable(int)', 'f_body()') . $self->cascade(75);
}

sub drop_schema { my ($self) = @_; return 'DROP SCHEMA ' . $self->{dice}->one('s2', 's2', 's', 's, s2') . $self->cascade(90); }

sub drop_of_a_table_own
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $relation = $self->table('rp');
	my @things = map {
		my ($what, $list) = @$_;
		map { $what eq 'STATISTICS' ? "DROP STATISTICS $_" : "DROP $what $_ ON $relation->{name}" } @{ $relation->{$list} }
	} [ 'TRIGGER', 'triggers' ], [ 'RULE', 'rules' ], [ 'POLICY', 'policies' ], [ 'STATISTICS', 'statistics' ];
	return $dice->one(@things);
}

sub drop_owned { my ($self) = @_; return 'DROP OWNED BY ' . $self->{dice}->one('alice', 'bob', 'alice, bob') . $self->cascade(70); }
sub reassign_owned { my ($self) = @_; return 'REASSIGN OWNED BY ' . $self->{dice}->one('alice TO postgres', 'alice TO bob', 'bob TO alice'); }

sub truncate
{
	my ($self) = @_;
	my $dice = $self->{dice};
	return 'TRUNCATE ' . $dice->maybe(10, 'ONLY ') . $self->several('rp') . $dice->maybe(30, ' RESTART IDENTITY') . $self->cascade(55);
}

sub create_index
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $relation = $self->table('rpm') // return;
	my @names = map { $_->{name} } grep { $_->{type} !~ /json$|point/ } @{ $relation->{columns} };
	my ($one, $other) = $dice->some(2, @names);
	return if !defined $one;
	my $name = $dice->maybe(70, $self->fresh);
	my $existing = $self->an_index($relation);

	return "CREATE INDEX IF NOT EXISTS $existing->{short} ON $relation->{name} ($one)" if $existing && $dice->chance(8);
	return 'CREATE ' . $dice->maybe(20, 'UNIQUE ') . "INDEX $name ON " . ($relation->{kind} eq 'p' ? $dice->maybe(15, 'ONLY ') : '') . $relation->{name}
		. $dice->one(" ($one)", " ($one)", $other ? (" ($one, $other)", " ($one) INCLUDE ($other)", " ($one) WHERE $other IS NOT NULL") : (), " USING hash ($one)", " (($one IS NULL))")
		. $dice->maybe(5, ' TABLESPACE elsewhere');
}

sub reindex
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $index = $self->index_of_any;
	my $table = $self->table('rm');
	return 'REINDEX ' . $dice->maybe(10, '(TABLESPACE elsewhere) ') . ($index && $dice->chance(40) ? "INDEX $index->{name}" : "TABLE $table->{name}");
}

sub cluster
{
	my ($self) = @_;
	my $relation = $self->{dice}->one(grep { @{ $_->{indexes} } } $self->{model}->of('rm')) // return;
	my $index = $self->an_index($relation, sub { $_[0]{method} eq 'btree' && $_[0]{valid} }) // return;
	return "CLUSTER $relation->{name}" . $self->{dice}->maybe(85, " USING $index->{short}");
}

sub refresh
{
	my ($self) = @_;
	my $view = $self->table('m') // return;
	return 'REFRESH MATERIALIZED VIEW ' . $self->{dice}->maybe(10, 'CONCURRENTLY ') . $view->{name} . $self->{dice}->maybe(20, ' WITH NO DATA');
}

sub rename
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $relation = $self->table('rprprpvmSfi') // return;
	my $new = $self->fresh;
	my %words = (v => 'VIEW', m => 'MATERIALIZED VIEW', S => 'SEQUENCE', i => 'INDEX', f => 'FOREIGN TABLE', r => 'TABLE', p => 'TABLE');
	my $head = 'ALTER ' . $words{ $relation->{kind} } . ' ' . $dice->maybe(5, 'IF EXISTS ') . $relation->{name};
	my $column = $dice->one(grep { !$_->{inherited} } @{ $relation->{columns} });
	my $constraint = $dice->one(grep { !$_->{inherited} } @{ $relation->{constraints} });
	my @ways = ("$head RENAME TO $new");

	push @ways, ("$head RENAME COLUMN $column->{name} TO $new") x 2 if $column && $relation->{kind} =~ /[rpvmf]/;
	push @ways, ("$head RENAME CONSTRAINT $constraint->{name} TO $new") x 2 if $constraint && $relation->{kind} =~ /[rp]/;
	push @ways, "ALTER TRIGGER $_ ON $relation->{name} RENAME TO $new" for @{ $relation->{triggers} };
	push @ways, "ALTER RULE $_ ON $relation->{name} RENAME TO $new" for @{ $relation->{rules} };
	push @ways, "ALTER POLICY $_ ON $relation->{name} RENAME TO $new" for @{ $relation->{policies} };
	push @ways, "ALTER TABLE $relation->{name} RENAME TO $new" if $dice->chance(10);
	push @ways, 'ALTER TYPE ct RENAME ATTRIBUTE a TO ' . $new . $self->cascade(70), "ALTER DOMAIN d_check RENAME TO $new", "ALTER SCHEMA s2 RENAME TO $new" if $dice->chance(25);
	return $dice->one(@ways);
}

sub set_schema
{
	my ($self) = @_;
	my $relation = $self->table('rprpvmS') // return;
	my %words = (v => 'VIEW', m => 'MATERIALIZED VIEW', S => 'SEQUENCE', r => 'TABLE', p => 'TABLE');
	return "ALTER $words{ $relation->{kind} } $relation->{name} SET SCHEMA " . ($self->{dice}->chance(90) ^ $relation->{schema} eq 's' ? 's' : 's2');
}

sub comment
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $relation = $self->table('rpvm');
	my %words = (v => 'VIEW', m => 'MATERIALIZED VIEW', r => 'TABLE', p => 'TABLE');
	my $column = $dice->one(@{ $relation->{columns} });
	my $constraint = $dice->one(@{ $relation->{constraints} });
	my $index = $self->an_index($relation);
	return 'COMMENT ON ' . $dice->one("$words{ $relation->{kind} } $relation->{name}", $column ? "COLUMN $relation->{name}.$column->{name}" : (),
		$constraint ? "CONSTRAINT $constraint->{name} ON $relation->{name}" : (), $index ? "INDEX $index->{name}" : (),
		(map { "TRIGGER $_ ON $relation->{name}" } @{ $relation->{triggers} }), 'TYPE ct', 'DOMAIN d_int', 'SCHEMA s') . q{ IS 'y'};
}

sub grant
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $names = $self->several('rpvm');
	my $sequence = $self->table('S');
	return $dice->one("GRANT SELECT ON $names TO alice", "GRANT ALL ON $names TO bob WITH GRANT OPTION", "REVOKE ALL ON $names FROM bob",
		'GRANT SELECT ON ALL TABLES IN SCHEMA s TO bob', 'GRANT USAGE ON SCHEMA s TO bob', $sequence ? "GRANT USAGE ON SEQUENCE $sequence->{name} TO bob" : ());
}

sub create_trigger
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $relation = $self->table('rprpf') // return;
	my $new = $self->fresh;
	my $other = $self->table('r');
	my $existing = $dice->one(@{ $relation->{triggers} });
	return "CREATE OR REPLACE TRIGGER $existing AFTER INSERT ON $relation->{name} FOR EACH ROW EXECUTE FUNCTION f_trigger2()" if $existing && $dice->chance(40);
	return $dice->one("CREATE TRIGGER $new AFTER INSERT ON $relation->{name} FOR EACH ROW EXECUTE FUNCTION f_trigger()",
		"CREATE TRIGGER $new BEFORE UPDATE ON $relation->{name} FOR EACH STATEMENT EXECUTE FUNCTION f_trigger()",
		"CREATE CONSTRAINT TRIGGER $new AFTER INSERT ON $relation->{name} FROM $other->{name} DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f_trigger()");
}

sub create_policy
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $relation = $self->table('rp');
	my $existing = $dice->one(@{ $relation->{policies} });
	my $source = $self->table('rv');
	return "ALTER POLICY $existing ON $relation->{name} USING (false)" if $existing;
	my $new = $self->fresh;
	return $dice->one("CREATE POLICY $new ON $relation->{name} USING (true)", "CREATE POLICY $new ON $relation->{name} USING (EXISTS (SELECT FROM $source->{name}))",
		"CREATE RULE $new AS ON DELETE TO $relation->{name} DO ALSO NOTHING", "CREATE RULE $new AS ON INSERT TO $relation->{name} DO ALSO SELECT * FROM $source->{name}");
}

sub create_statistics
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $relation = $self->table('rpm') // return;
	my ($one, $other) = $dice->some(2, map { $_->{name} } @{ $relation->{columns} });
	my $existing = $dice->one(@{ $relation->{statistics} });
	return "ALTER STATISTICS $existing " . $dice->one('SET STATISTICS 100', 'OWNER TO alice', 'RENAME TO ' . $self->fresh, 'SET SCHEMA s2') if $existing && $dice->chance(40);
	return $other && 'CREATE STATISTICS ' . $self->fresh . " ON $one, $other FROM $relation->{name}";
}

sub create_view
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $relation = $self->table('rpvm');
	my $view = $self->table('v');
	my $new = $self->fresh;
	if ($view && $dice->chance(30))
	{
		my $columns = join ', ', map { "NULL::$_->{type} AS $_->{name}" } @{ $view->{columns} };
		return "CREATE OR REPLACE VIEW $view->{name} AS SELECT $columns" . $dice->maybe(40, ', 1 AS more');
	}
	return $dice->one("CREATE VIEW $new AS SELECT * FROM $relation->{name}", "CREATE MATERIALIZED VIEW $new AS SELECT * FROM $relation->{name}",
		"CREATE TABLE $new AS SELECT * FROM $relation->{name}", "SELECT * INTO $new FROM $relation->{name}");
}

sub create_table
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my ($one, $other) = ($self->table('r'), $self->table('rpvmf'));
	my $new = $self->fresh;
	return $dice->one(
		"CREATE TABLE $new (id int)",
		"CREATE TABLE $new (id int PRIMARY KEY, r int" . $self->references($one) . ')',
		"CREATE TABLE $new (id int PRIMARY KEY, r int" . $self->references($one) . ')',
		"CREATE TABLE $new (id int" . $self->references($one) . ', r int' . $self->references($one) . ') PARTITION BY RANGE (id)',
		"CREATE TABLE $new (LIKE $other->{name}" . $dice->one('', ' INCLUDING ALL', ' INCLUDING INDEXES', ' INCLUDING DEFAULTS') . ')',
		"CREATE TABLE $new (more int) INHERITS ($one->{name})",
		"CREATE TABLE $new (more int DEFAULT nextval('sq')) INHERITS ($one->{name})",
		"CREATE TABLE $new OF " . $dice->one('ct', 'ct2'),
		"CREATE TABLE IF NOT EXISTS $one->{name} (id int)",
		"CREATE TEMP TABLE $new (id int, e en, d d_check DEFAULT 5)",
		"CREATE SEQUENCE $new OWNED BY $one->{name}." . ($dice->one(map { $_->{name} } @{ $one->{columns} }) // 'id'));
}

sub create_partition
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $candidate = $dice->one(grep { $_->{comment} =~ /^attach / } $self->{model}->of('rp')) // return;
	my ($parent, $bound) = $candidate->{comment} =~ /^attach (\S+) (.*)/;
	$bound = 'DEFAULT' if $bound !~ /WITH/ && $dice->chance(20);
	return 'CREATE TABLE ' . $self->fresh . " PARTITION OF $parent $bound" . $dice->maybe(12, ' PARTITION BY HASH (id)');
}

# The same as of ALTER TABLE, oftener.
sub attach_partition
{
	my ($self) = @_;
	my $parent = $self->table('p') // return;
	my $text = $self->attach($parent) // return;
	return "ALTER TABLE $parent->{name} $text";
}

sub detach_partition
{
	my ($self) = @_;
	my $parent = $self->table('p') // return;
	my $text = $self->detach($parent) // return;
	return "ALTER TABLE $parent->{name} $text";
}

sub alter_domain
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $domain = $dice->one(@domains, 'd_int', 'd_check', 'd_over');
	return "ALTER DOMAIN $domain " . $dice->one('SET NOT NULL', 'DROP NOT NULL', 'ADD CONSTRAINT n CHECK (VALUE IS NOT NULL OR VALUE IS NULL)',
		'ADD CHECK (VALUE IS NOT NULL OR true)', 'ADD CONSTRAINT n CHECK (VALUE IS NOT NULL) NOT VALID', 'SET DEFAULT NULL', 'DROP DEFAULT', 'OWNER TO alice')
	  if $dice->chance(75);
	return $dice->one('ALTER DOMAIN d_check DROP CONSTRAINT d_check_check', 'ALTER DOMAIN d_check VALIDATE CONSTRAINT d_check_check', 'ALTER DOMAIN d_int VALIDATE CONSTRAINT d_nv');
}

sub alter_type
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my ($type, $first, $second) = @{ $dice->one([ 'ct', 'a', 'b' ], [ 'ct2', 'x', 'y' ], [ 'ct2', 'x', 'y' ]) };
	return "ALTER TYPE $type " . $dice->one('ADD ATTRIBUTE ' . $self->fresh . ' int', "DROP ATTRIBUTE $second", "ALTER ATTRIBUTE $first TYPE bigint",
		"ALTER ATTRIBUTE $second TYPE text", "ALTER ATTRIBUTE $first TYPE int") . $self->cascade(75)
	  if $dice->chance(80);
	return $dice->one(q{ALTER TYPE en RENAME VALUE 'a' TO 'z'}, q{ALTER TYPE en ADD VALUE 'd'}, 'ALTER TYPE ct OWNER TO alice', 'ALTER TYPE ct2 SET SCHEMA s2');
}

sub alter_sequence
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $sequence = $self->table('S') // return;
	my $table = $self->table('r');
	my $column = $dice->one(@{ $table->{columns} });
	return "ALTER SEQUENCE $sequence->{name} " . $dice->one('RESTART', 'INCREMENT 5', 'OWNED BY NONE', 'AS bigint', $column ? "OWNED BY $table->{name}.$column->{name}" : ());
}

sub alter_index
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $index = $self->index_of_any // return;
	return $self->attach_index // () if $dice->chance(30);
	return "ALTER INDEX $index->{name} " . $dice->one('RENAME TO ' . $self->fresh, 'SET TABLESPACE elsewhere', 'SET (fillfactor = 50)', 'RESET (fillfactor)',
		'ALTER COLUMN 1 SET STATISTICS 100', 'DEPENDS ON EXTENSION ddl_warden');
}

# One that a partition has of its own, to an equal one; seldom to another.
sub attach_index
{
	my ($self) = @_;
	my @pairs;
	for my $table ($self->{model}->of('p'))
	{
		for my $parent (@{ $table->{indexes} })
		{
			push @pairs, map { [ $parent, $_ ] }
				grep { !$_->{partition} && ($_->{shape} eq $parent->{shape} || $self->{dice}->chance(10)) } map { @{ $_->{indexes} } } $self->{model}->children($table);
		}
	}
	my $pair = $self->{dice}->one(@pairs) // return;
	return "ALTER INDEX $pair->[0]{name} ATTACH PARTITION $pair->[1]{name}";
}

sub lock
{
	my ($self) = @_;
	return 'LOCK TABLE ' . $self->{dice}->maybe(10, 'ONLY ') . $self->table('rpv')->{name} . ' IN ' . $self->{dice}->one('SHARE', 'ACCESS EXCLUSIVE', 'ACCESS SHARE', 'ROW EXCLUSIVE') . ' MODE';
}

sub analyze { my ($self) = @_; return 'ANALYZE ' . $self->table('rpm')->{name}; }

sub publication
{
	my ($self) = @_;
	my $names = $self->several('rp');
	return $self->{dice}->one("CREATE PUBLICATION " . $self->fresh . " FOR TABLE $names", "ALTER PUBLICATION pub ADD TABLE $names", "ALTER PUBLICATION pub SET TABLE $names",
		'CREATE PUBLICATION ' . $self->fresh . ' FOR TABLES IN SCHEMA s');
}

sub alter_view
{
	my ($self) = @_;
	my $view = $self->table('vm') // return;
	my $what = $view->{kind} eq 'm' ? 'MATERIALIZED VIEW' : 'VIEW';
	return "ALTER $what $view->{name} " . $self->{dice}->one('OWNER TO alice', 'SET SCHEMA s2', 'RENAME TO ' . $self->fresh);
}

sub alter_function
{
	my ($self) = @_;
	return $self->{dice}->one('ALTER FUNCTION f_immutable(int) STABLE', 'CREATE OR REPLACE FUNCTION f_inlined() RETURNS int LANGUAGE sql AS \'select 2\'',
		'ALTER FUNCTION f_trigger() OWNER TO alice', 'ALTER FUNCTION f_trigger() RENAME TO n', 'CREATE DOMAIN n AS d_check CHECK (VALUE > 5)', q{CREATE TYPE n AS ENUM ('x')});
}

1;
