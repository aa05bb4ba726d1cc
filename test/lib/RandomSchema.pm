# A schema with data by chance: statements to be run one by one. Some may fail (a unique index over values that
# are not, say): what is there in the end is for RandomModel to find out.
#
#   RandomSchema::statements(Dice->new($seed), $major)
#   RandomSchema::common()     what all of them stand on: roles, a tablespace, …; once per server
#   RandomSchema::away()       drops one
package RandomSchema;
use strict;
use warnings;

my $rows = 20;

# Type and a value for row i.
my @plain_types = (
	[ 'int', 'i' ],
	[ 'int', 'i' ],
	[ 'int', 'i' ],
	[ 'bigint', 'i * 10' ],
	[ 'smallint', 'i::smallint' ],
	[ 'numeric', 'i * 1.5' ],
	[ 'numeric(10,2)', 'i * 1.25' ],
	[ 'numeric(6,3)', 'i * 0.125' ],
	[ 'real', 'i / 4.0' ],
	[ 'double precision', 'i / 8.0' ],
	[ 'text', q{'v' || i} ],
	[ 'text', q{'v' || i} ],
	[ 'varchar(10)', q{'v' || i} ],
	[ 'varchar(10)', q{'v' || i} ],
	[ 'varchar(20)', q{'w' || i} ],
	[ 'varchar', q{'v' || i} ],
	[ 'char(8)', q{'c' || i} ],
	[ 'name', q{('n' || i)::name} ],
	[ 'timestamp', q{timestamp '2024-01-01' + i * interval '1 day'} ],
	[ 'timestamp(3)', q{timestamp '2024-01-01' + i * interval '1 day'} ],
	[ 'timestamptz', q{timestamptz '2024-01-01' + i * interval '1 day'} ],
	[ 'timestamptz(0)', q{timestamptz '2024-01-01' + i * interval '1 day'} ],
	[ 'date', q{date '2024-01-01' + i} ],
	[ 'time(3)', q{time '10:00' + i * interval '1 minute'} ],
	[ 'interval', q{i * interval '1 day'} ],
	[ 'interval(3)', q{i * interval '1 day'} ],
	[ 'bit(4)', 'i::bit(4)' ],
	[ 'varbit(8)', 'i::bit(4)::varbit' ],
	[ 'boolean', 'i % 2 = 0' ],
	[ 'json', 'to_json(i)' ],
	[ 'jsonb', 'to_jsonb(i)' ],
	[ 'uuid', 'md5(i::text)::uuid' ],
	[ 'inet', q{inet '10.0.0.0' + i} ],
	[ 'cidr', q{('10.0.' || i || '.0/24')::cidr} ],
	[ 'oid', 'i::oid' ],
	[ 'bytea', q{decode(md5(i::text), 'hex')} ],
	[ 'int[]', 'ARRAY[i]' ],
	[ 'text[]', q{ARRAY['v' || i]} ],
	[ 'varchar(10)[]', q{ARRAY['v' || i]} ],
	[ 'int4range', 'int4range(i, i + 1)' ],
	[ 'tsvector', q{to_tsvector('simple', 'v' || i)} ],
	[ 'point', 'point(i, i)' ],
	[ '"char"', q{'x'} ],
);
my @own_types = (
	[ 'en', '(enum_range(NULL::en))[1 + i % 3]' ],
	[ 'en', '(enum_range(NULL::en))[1 + i % 3]' ],
	[ 'ct', q{ROW(i, 'v')::ct} ],
	[ 'd_int', 'i' ],
	[ 'd_check', 'i' ],
	[ 'd_text', q{'v' || i} ],
	[ 'd_varchar', q{'v' || i} ],
	[ 'd_over', 'i' ],
	[ 'd_not_null', 'i' ],
	[ 'd_default', 'i' ],
	[ 'd_volatile', 'i' ],
	[ 'd_array', 'ARRAY[i]' ],
	[ 'd_timestamp', q{timestamp '2024-01-01' + i * interval '1 day'} ],
	[ 'd_check[]', 'ARRAY[i]::d_check[]' ],
	[ 'ct[]', q{ARRAY[ROW(i, 'v')::ct]} ],
);

sub types { return (@plain_types, @plain_types, @own_types); }

sub common
{
	return (
		'CREATE ROLE alice',
		'CREATE ROLE bob',
		q{CREATE TABLESPACE elsewhere LOCATION ''},
		'CREATE ACCESS METHOD heap2 TYPE table HANDLER heap_tableam_handler',
		'CREATE FOREIGN DATA WRAPPER nothing',
		'CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing');
}

sub away { return ('DROP SCHEMA IF EXISTS s, s2 CASCADE', 'DROP PUBLICATION IF EXISTS pub'); }

sub statements
{
	my ($dice, $major) = @_;
	my $self = bless { dice => $dice, major => $major, tables => [], out => [], named => {} }, __PACKAGE__;

	$self->foundations;
	$self->plain_table for 1 .. $dice->between(4, 7);
	$self->typed_tables;
	$self->inheritance if $dice->chance(85);
	$self->partitions for 1 .. $dice->between(1, 3);
	$self->foreign_table;
	$self->index for 1 .. $dice->between(14, 24);
	$self->key for 1 .. $dice->between(3, 7);
	$self->foreign_key for 1 .. $dice->between(5, 11);
	$self->check for 1 .. $dice->between(4, 9);
	$self->exclusion if $dice->chance(50);
	$self->dropped_column for 1 .. $dice->between(1, 3);
	$self->views;
	$self->things_of_tables;
	return @{ $self->{out} };
}

sub add { my ($self, @statements) = @_; push @{ $self->{out} }, @statements; }

sub name
{
	my ($self, $stem) = @_;
	return $stem . ++$self->{named}{$stem};
}

sub foundations
{
	my ($self) = @_;
	my $dice = $self->{dice};

	$self->add(
		'CREATE SCHEMA s',
		'CREATE SCHEMA s2',
		'GRANT ALL ON SCHEMA s, s2 TO alice, bob',
		q{CREATE FUNCTION f_volatile() RETURNS int LANGUAGE plpgsql VOLATILE AS 'begin return 1; end'},
		q{CREATE FUNCTION f_inlined() RETURNS int LANGUAGE sql VOLATILE AS 'select 1'},
		q{CREATE FUNCTION f_stable() RETURNS int LANGUAGE plpgsql STABLE AS 'begin return 1; end'},
		q{CREATE FUNCTION f_immutable(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'begin return $1; end'},
		q{CREATE FUNCTION f_trigger() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end'},
		q{CREATE FUNCTION f_trigger2() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end'},
		q{CREATE TYPE en AS ENUM ('a', 'b', 'c')},
		'CREATE TYPE ct AS (a int, b text)',
		'CREATE TYPE ct2 AS (x int, y varchar(10), z numeric(8,2))',
		'CREATE DOMAIN d_int AS int',
		'CREATE DOMAIN d_check AS int CHECK (VALUE > -1)',
		'CREATE DOMAIN d_text AS text',
		'CREATE DOMAIN d_varchar AS varchar(12)',
		'CREATE DOMAIN d_over AS d_check',
		'CREATE DOMAIN d_not_null AS int NOT NULL',
		'CREATE DOMAIN d_default AS int DEFAULT 7',
		'CREATE DOMAIN d_volatile AS int DEFAULT (random() * 9)::int',
		'CREATE DOMAIN d_array AS int[]',
		'CREATE DOMAIN d_timestamp AS timestamp',
		'CREATE SEQUENCE sq',
		'CREATE SEQUENCE s2.sq2');
	$self->add('ALTER DOMAIN d_int ADD CONSTRAINT d_nv CHECK (VALUE > -5) NOT VALID') if $dice->chance(30);
}

# ---- columns: { name, type, value, text }, text as it stands in CREATE TABLE

sub columns
{
	my ($self, $number, %how) = @_;
	return map { $self->column("c$_", %how) } 1 .. $number;
}

sub column
{
	my ($self, $name, %how) = @_;
	my $dice = $self->{dice};
	my ($type, $value) = @{ $dice->one($how{slim} ? [ 'int', 'i' ] : $dice->chance(25) ? @own_types : @plain_types) };
	my $text = "$name $type";

	# values of some rows only: the others are NULL
	$value = "CASE WHEN i % 7 <> 3 THEN $value END" if $type ne 'd_not_null' && $dice->chance(20);
	my $full = $value !~ /^CASE/;
	$value = "(SELECT string_agg(md5(i || 'x' || j), '') FROM generate_series(1, 100) j)" if $type eq 'text' && $dice->chance(15);
	$text .= ' COLLATE "C"' if $type =~ /^(?:text|varchar|char\()/ && $type !~ /\[/ && $dice->chance(12);
	$text .= ' DEFAULT ' . constant($value) if $full && $dice->chance(15) && $value !~ /SELECT/;
	$text .= ' NOT NULL' if $full && $dice->chance(25);
	return { name => $name, type => $type, value => $value, text => $text };
}

sub constant
{
	my ($value) = @_;
	return '(' . ($value =~ s/\bi\b/7/gr) . ')';
}

# Columns that get their values by themselves.
sub own_columns
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my @own;

	push @own, { name => 'ser', text => 'ser ' . $dice->one('serial', 'bigserial') } if $dice->chance(15);
	push @own, { name => 'idn', text => 'idn int GENERATED ' . $dice->one('ALWAYS', 'BY DEFAULT') . ' AS IDENTITY' } if $dice->chance(20);
	push @own, { name => 'gen', text => 'gen int GENERATED ALWAYS AS (id * 2) STORED' } if $dice->chance(20);
	push @own, { name => 'vir', text => 'vir int GENERATED ALWAYS AS (id * 2) VIRTUAL' } if $self->{major} >= 18 && $dice->chance(20);
	push @own, { name => 'sqd', text => q{sqd int DEFAULT nextval('sq')} } if $dice->chance(10);
	return @own;
}

# ---- tables: { name, columns, kind }, kept for what is put on them

sub keep
{
	my ($self, $name, $kind, @columns) = @_;
	push @{ $self->{tables} }, { name => $name, kind => $kind, columns => [@columns] };
}

sub fill
{
	my ($self, $table, @columns) = @_;
	my @filled = grep { defined $_->{value} } @columns;
	my $names = join ', ', map { $_->{name} } @filled;
	my $values = join ', ', map { $_->{value} } @filled;

	$self->add("DO \$\$ BEGIN FOR i IN 1 .. $rows LOOP BEGIN INSERT INTO $table ($names) VALUES ($values); "
		  . 'EXCEPTION WHEN OTHERS THEN NULL; END; END LOOP; END $$');
}

sub plain_table
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $name = $dice->maybe(12, 's2.') . $self->name('t');
	my $id = { name => 'id', type => 'int', value => 'i', text => 'id int' . $dice->one('', ' NOT NULL', ' PRIMARY KEY', ' PRIMARY KEY', ' UNIQUE') };
	my @columns = ($id, $self->columns($dice->between(2, 6), slim => $dice->chance(20)), $self->own_columns);
	my $unlogged = $dice->maybe(10, 'UNLOGGED ');
	my $with = $dice->maybe(10, ' WITH (fillfactor = 90)');

	$self->add("CREATE ${unlogged}TABLE $name (" . join(', ', map { $_->{text} } $dice->shuffle(@columns)) . ")$with");
	$self->fill($name, @columns) if $dice->chance(90);
	$self->keep($name, 'r', @columns);
}

sub typed_tables
{
	my ($self) = @_;
	my $dice = $self->{dice};

	for ($dice->some(2, 1 .. 3))
	{
		next if $dice->chance(40);
		my $name = $self->name('of');
		my @columns = $_ == 1
		  ? (map { { name => $_->[0], type => $_->[1], value => $_->[2] } } [ 'x', 'int', 'i' ], [ 'y', 'varchar(10)', q{'v' || i} ], [ 'z', 'numeric(8,2)', 'i' ])
		  : (map { { name => $_->[0], type => $_->[1], value => $_->[2] } } [ 'a', 'int', 'i' ], [ 'b', 'text', q{'v' || i} ]);
		$self->add("CREATE TABLE $name OF " . ($_ == 1 ? 'ct2' : 'ct'));
		$self->fill($name, @columns);
		$self->keep($name, 'r', @columns);
	}
}

# ih is the root; ih1 and ih2 inherit, with columns of their own; ih3 from both; ih4 was made apart; ih5 is below.
sub inheritance
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $id = { name => 'id', type => 'int', value => 'i', text => 'id int' };
	my @root = ($id, $self->columns($dice->between(2, 4)));
	my @own = map { { %{ $self->column($_) } } } 'own1', 'own2';
	my ($again) = grep { $_->{name} eq 'c1' } @root;

	$self->table_of('ih', '', @root);
	$self->table_of('ih1', ' INHERITS (ih)', $own[0]) if $dice->chance(90);
	$self->table_of('ih2', ' INHERITS (ih)', $dice->chance(50) ? ($own[1], $again) : $own[1]) if $dice->chance(80);
	$self->add('CREATE TABLE ih3 () INHERITS (ih1, ih2)') if $dice->chance(60);
	if ($dice->chance(60))
	{
		$self->table_of('ih4', '', $dice->shuffle(@root), { name => 'gone', text => 'gone int' });
		$self->add('ALTER TABLE ih4 DROP COLUMN gone') if $dice->chance(50);
		$self->add('ALTER TABLE ih4 INHERIT ih') if $dice->chance(70);
	}
	$self->add('CREATE TABLE ih5 (own5 int) INHERITS (ih1)') if $dice->chance(40);
	$self->fill("ih$_", @root) for '', 1 .. 5;
	$self->keep('ih', 'r', @root);
	$self->keep('ih1', 'r', @root, $own[0]);
	$self->keep('ih4', 'r', @root);
}

sub table_of
{
	my ($self, $name, $tail, @columns) = @_;
	$self->add("CREATE TABLE $name (" . join(', ', map { $_->{text} } @columns) . ")$tail");
}

# ---- partitions
# A way to partition: key, column, bounds of partitions, and of one that is missing, with a value in it and a proof.

sub ways
{
	my ($self, $column) = @_;
	my ($c, $type) = ($column->{name}, $column->{type});

	return map { { %$_, column => $c } } (
		{ by => "RANGE ($c)", type => 'int', value => 'i',
			bounds => [ 'FROM (0) TO (8)', 'FROM (8) TO (15)', 'FROM (15) TO (50)' ],
			missing => 'FROM (100) TO (200)', inside => '100 + i', proof => "$c >= 100 AND $c < 200", default => 1 },
		{ by => "RANGE ($c, id)", type => 'int', value => 'i',
			bounds => [ 'FROM (0, MINVALUE) TO (8, MINVALUE)', 'FROM (8, MINVALUE) TO (50, 3)' ],
			missing => 'FROM (100, MINVALUE) TO (200, MINVALUE)', inside => '100 + i',
			proof => "$c >= 100 AND $c < 200 AND id IS NOT NULL", default => 1 },
		{ by => "RANGE ($c)", type => 'date', value => q{date '2024-01-01' + i},
			bounds => [ q{FROM ('2024-01-01') TO ('2024-01-08')}, q{FROM ('2024-01-08') TO ('2024-03-01')} ],
			missing => q{FROM ('2025-01-01') TO ('2026-01-01')}, inside => q{date '2025-01-01' + i},
			proof => "$c >= '2025-01-01' AND $c < '2026-01-01'", default => 1 },
		{ by => "RANGE ($c)", type => 'timestamptz', value => q{timestamptz '2024-01-01' + i * interval '1 day'},
			bounds => [ q{FROM (MINVALUE) TO ('2024-01-08')}, q{FROM ('2024-01-08') TO ('2024-03-01')} ],
			missing => q{FROM ('2025-01-01') TO (MAXVALUE)}, inside => q{timestamptz '2025-01-01' + i * interval '1 day'},
			proof => "$c >= '2025-01-01'", default => 1 },
		{ by => "LIST ($c)", type => 'int', value => 'i % 4', bounds => [ 'IN (0)', 'IN (1, 2, NULL)', 'IN (3)' ],
			missing => 'IN (7, 8)', inside => '7 + i % 2', proof => "$c IN (7, 8)", default => 1 },
		{ by => "LIST ($c)", type => 'text', value => q{'v' || i % 3}, bounds => [ q{IN ('v0')}, q{IN ('v1', 'v2')} ],
			missing => q{IN ('w')}, inside => q{'w'}, proof => "$c = 'w'", default => 1 },
		{ by => "LIST ($c)", type => 'en', value => '(enum_range(NULL::en))[1 + i % 2]', bounds => [ q{IN ('a')}, q{IN ('b')} ],
			missing => q{IN ('c')}, inside => q{'c'}, proof => "$c = 'c'", default => 1 },
		{ by => "HASH ($c)", type => 'int', value => 'i',
			bounds => [ map { "WITH (MODULUS 3, REMAINDER $_)" } 0 .. 1 ],
			missing => 'WITH (MODULUS 3, REMAINDER 2)', inside => 'i', hash => '3, 2' },
	);
}

sub partitions
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $root = $self->name('p');
	my $id = { name => 'id', type => 'int', value => 'i', text => 'id int' . $dice->maybe(60, ' NOT NULL') };
	my $by_id = $dice->chance(45);
	my $key = $by_id ? $id : { name => 'k' };
	my $way = $dice->one(grep { !$by_id || ($_->{type} eq 'int' && $_->{value} eq 'i' && $_->{by} !~ /,/) } $self->ways($key));

	if (!$by_id)
	{
		@$key{qw(type value)} = @$way{qw(type value)};
		$key->{text} = "k $way->{type}" . $dice->maybe(50, ' NOT NULL');
	}
	my @columns = ($id, $by_id ? () : $key, $self->columns($dice->between(1, 4)));
	push @columns, { name => 'gen', text => 'gen int GENERATED ALWAYS AS (id * 2) STORED' } if $dice->chance(10);
	push @columns, { name => 'idn', text => 'idn int GENERATED ALWAYS AS IDENTITY' } if $self->{major} >= 17 && $dice->chance(15);

	$self->add("CREATE TABLE $root (" . join(', ', map { $_->{text} } @columns) . ") PARTITION BY $way->{by}");
	$self->add("ALTER TABLE $root ADD PRIMARY KEY (" . ($by_id ? 'id' : 'id, k') . ')') if $dice->chance(45);
	my $at = 0;
	$self->partition($root, "${root}_" . ++$at, "FOR VALUES $_", 1, $way, @columns) for @{ $way->{bounds} };
	$self->partition($root, "${root}_d", 'DEFAULT', 1, $way, @columns) if $way->{default} && $dice->chance(45);
	$self->add("CREATE FOREIGN TABLE ${root}_f PARTITION OF $root FOR VALUES " . $way->{missing} . ' SERVER nowhere') if $dice->chance(8);
	$self->fill($root, @columns);
	$self->keep($root, 'p', @columns);
	$self->keep("${root}_1", 'r', @columns) if $dice->chance(50);
	$self->candidate($root, $way, @columns) for 1 .. $dice->between(1, 2);
}

# Made as a partition, or apart, with columns in another order, and attached; it may be partitioned itself.
sub partition
{
	my ($self, $parent, $name, $bound, $depth, $way, @columns) = @_;
	my $dice = $self->{dice};
	my $sub = $depth < 3 && $dice->chance(25) ? $dice->one(grep { $_->{type} eq 'int' && $_->{value} eq 'i' && $_->{by} !~ /,/ }
		$self->ways({ name => 'id', type => 'int' })) : undef;
	my $by = $sub ? " PARTITION BY $sub->{by}" : '';

	if ($dice->chance(60))
	{
		$self->add("CREATE TABLE $name PARTITION OF $parent $bound$by");
	}
	else
	{
		$self->apart($name, $by, @columns);
		$self->add("ALTER TABLE $parent ATTACH PARTITION $name $bound");
	}
	return if !$sub;
	my $at = 0;
	$self->partition($name, "${name}_" . ++$at, "FOR VALUES $_", $depth + 1, $sub, @columns) for @{ $sub->{bounds} };
	$self->partition($name, "${name}_d", 'DEFAULT', $depth + 1, $sub, @columns) if $sub->{default} && $dice->chance(40);
}

sub apart
{
	my ($self, $name, $by, @columns) = @_;
	my $dice = $self->{dice};
	my @texts = map { $_->{text} =~ s/ GENERATED .* AS IDENTITY/ NOT NULL/r } @columns;
	my $gone = $dice->chance(50);

	push @texts, 'gone int' if $gone;
	$self->add("CREATE TABLE $name (" . join(', ', $dice->shuffle(@texts)) . ")$by");
	$self->add("ALTER TABLE $name DROP COLUMN gone") if $gone;
}

# A table that can be attached; its comment tells where.
sub candidate
{
	my ($self, $root, $way, @columns) = @_;
	my $dice = $self->{dice};
	my $name = $self->name('att');
	my $column = $way->{column};
	my @inside = map { $_->{name} eq $column ? { %$_, value => $way->{inside} } : $_ } @columns;
	my $by = $dice->chance(15) ? " PARTITION BY HASH (id)" : '';

	$self->apart($name, $by, @columns);
	$self->add("CREATE TABLE ${name}_$_ PARTITION OF $name FOR VALUES WITH (MODULUS 2, REMAINDER $_)") for $by ? (0, 1) : ();
	$self->fill($name, @inside) if $dice->chance(90);
	$self->add("DELETE FROM $name WHERE NOT satisfies_hash_partition('$root'::regclass, $way->{hash}, $column)") if $way->{hash};
	$self->add("ALTER TABLE $name ADD CONSTRAINT ${name}_proof CHECK ($way->{proof})") if $way->{proof} && $dice->chance(45);
	$self->add("ALTER TABLE $name ALTER COLUMN $column SET NOT NULL") if $dice->chance(45);
	$self->add("COMMENT ON TABLE $name IS 'attach $root FOR VALUES " . ($way->{missing} =~ s/'/''/gr) . "'");
	$self->keep($name, $by ? 'p' : 'r', @columns);
}

sub foreign_table
{
	my ($self) = @_;
	return if $self->{dice}->chance(50);
	$self->add('CREATE FOREIGN TABLE ft (id int NOT NULL, c1 text, c2 d_check) SERVER nowhere');
	$self->add('ALTER FOREIGN TABLE ft INHERIT ih') if $self->{dice}->chance(10);
}

# ---- what stands on tables

sub table { my ($self) = @_; return $self->{dice}->one(@{ $self->{tables} }); }

sub index
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $table = $self->table;
	my @names = map { $_->{name} } @{ $table->{columns} };
	my @typed = grep { $_->{type} } @{ $table->{columns} };
	my ($one, $other) = $dice->some(2, @names);
	my $text = $dice->one(grep { $_->{type} =~ /^(?:text|varchar|d_text)/ && $_->{type} !~ /\[/ } @typed);
	my $number = $dice->one(grep { $_->{type} eq 'int' } @typed);
	my $gin = $dice->one(grep { $_->{type} =~ /\[\]$|jsonb|tsvector/ } @typed);
	my $gist = $dice->one(grep { $_->{type} =~ /range|point|tsvector/ } @typed);
	my $on = "ON $table->{name}";
	my @ways = (
		"CREATE INDEX $on ($one)", "CREATE INDEX $on ($one)", "CREATE UNIQUE INDEX $on ($one)",
		"CREATE UNIQUE INDEX $on (id)",
		"CREATE INDEX $on USING hash ($one)",
		"CREATE INDEX $on USING brin ($one)",
		"CREATE INDEX $on ($one) WHERE id > 3",
		"CREATE INDEX $on ($one DESC NULLS LAST) WITH (fillfactor = 70)",
		$other ? ("CREATE INDEX $on ($one, $other)", "CREATE INDEX $on ($one) INCLUDE ($other)", "CREATE INDEX $on ($one) WHERE $other IS NOT NULL") : (),
		$number ? ("CREATE INDEX $on (($number->{name} + 1))", "CREATE INDEX $on ($one) WHERE f_immutable($number->{name}) > 0") : (),
		$text ? ("CREATE INDEX $on (lower($text->{name}))", "CREATE INDEX $on ($text->{name} COLLATE \"POSIX\")", "CREATE INDEX $on ($text->{name} text_pattern_ops)") : (),
		$gin ? ("CREATE INDEX $on USING gin ($gin->{name})") x 2 : (),
		$gist ? ("CREATE INDEX $on USING gist ($gist->{name})") x 2 : ());
	my $statement = $dice->one(@ways);

	if ($table->{kind} eq 'p' && $dice->chance(12))
	{
		# with one of a partition that can be attached
		$self->add(($statement =~ s/ ON \S+/ ON $table->{name}_1/r) =~ s/^(\S+(?: UNIQUE)? INDEX)/"$1 " . $self->name('ix')/er);
		$statement =~ s/ON /ON ONLY /;
	}
	$statement =~ s/^(\S+(?: UNIQUE)? INDEX)/"$1 " . $self->name('ix')/e;
	$self->add($statement);
}

# Constraints by name, of what can be unique.
sub key
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $table = $self->table;
	my $name = $self->name('uq');
	my ($other) = $dice->some(1, map { $_->{name} } @{ $table->{columns} });

	$self->add("ALTER TABLE $table->{name} ADD CONSTRAINT $name UNIQUE (" . $dice->one('id', 'id', "id, $other", "id) INCLUDE ($other") . ')' . $dice->maybe(10, ' DEFERRABLE'));
}

sub foreign_key
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my ($from, $to) = ($self->table, $self->table);
	my @candidates = grep { ($_->{type} // '') =~ /^(?:int|d_int|bigint|d_check)$/ } @{ $from->{columns} };
	my $column = ($dice->one(@candidates) // { name => 'id' })->{name};
	my $name = $self->name('fk');
	my ($key) = grep { $_->{name} eq 'k' } @{ $to->{columns} };

	return $self->add("ALTER TABLE $from->{name} ADD CONSTRAINT $name FOREIGN KEY (id, k) REFERENCES $to->{name} (id, k)")
	  if $key && $dice->chance(50) && grep { $_->{name} eq 'k' && $_->{type} eq $key->{type} } @{ $from->{columns} };
	$to = $from if $dice->chance(12);
	$self->add("ALTER TABLE $from->{name} ADD CONSTRAINT $name FOREIGN KEY ($column) REFERENCES $to->{name} (id)"
		. $dice->one('', '', '', ' ON DELETE CASCADE', ' ON UPDATE SET NULL', ' DEFERRABLE', ' DEFERRABLE INITIALLY DEFERRED')
		. ($from->{kind} eq 'p' && $self->{major} < 18 ? '' : $dice->maybe(35, ' NOT VALID')));
}

sub check
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $table = $self->table;
	my ($column) = $dice->some(1, map { $_->{name} } @{ $table->{columns} });
	my ($number) = $dice->some(1, map { $_->{name} } grep { ($_->{type} // '') eq 'int' } @{ $table->{columns} });
	my $condition = $dice->one("$column IS NOT NULL", "$column IS NOT NULL", $number ? ("$number > -1", "f_immutable($number) > -2", "$number > 0 AND $column IS NOT NULL") : ());

	$self->add("ALTER TABLE $table->{name} ADD CONSTRAINT " . $self->name('ck') . " CHECK ($condition)"
		. $dice->maybe(12, ' NO INHERIT') . $dice->maybe(35, ' NOT VALID'));
	$self->add("ALTER TABLE $table->{name} ADD CONSTRAINT " . $self->name('ckn') . " CHECK ($condition) NOT ENFORCED")
	  if $self->{major} >= 18 && $dice->chance(20);
	$self->add("ALTER TABLE $table->{name} ADD CONSTRAINT " . $self->name('nn') . " NOT NULL $column" . $dice->maybe(60, ' NOT VALID'))
	  if $self->{major} >= 18 && $dice->chance(30);
}

sub exclusion
{
	my ($self) = @_;
	my $table = $self->{dice}->one(grep { $_->{kind} eq 'r' } @{ $self->{tables} }) // return;
	my $range = $self->{dice}->one(grep { ($_->{type} // '') eq 'int4range' } @{ $table->{columns} });

	$self->add("ALTER TABLE $table->{name} ADD CONSTRAINT " . $self->name('ex') . ' EXCLUDE USING '
		. ($range ? "gist ($range->{name} WITH &&)" : 'btree (id WITH =)'));
}

sub dropped_column
{
	my ($self) = @_;
	my $table = $self->{dice}->one(grep { @{ $_->{columns} } > 3 && $_->{name} =~ /^t/ } @{ $self->{tables} }) // return;
	my $column = pop @{ $table->{columns} };
	$self->add("ALTER TABLE $table->{name} DROP COLUMN $column->{name}");
}

sub views
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my @sources = map { [ $_->{name}, map { $_->{name} } @{ $_->{columns} } ] } @{ $self->{tables} };

	for (1 .. $dice->between(2, 4))
	{
		my ($table, @names) = @{ $dice->one(@sources) };
		my $name = $dice->maybe(10, 's2.') . $self->name('v');
		my @used = $dice->some($dice->between(1, 2), @names);
		$self->add("CREATE VIEW $name AS SELECT " . join(', ', @used) . " FROM $table" . $dice->maybe(20, ' WHERE id > 0'));
		push @sources, [ $name, @used ];
	}
	for (1 .. $dice->between(1, 2))
	{
		my ($table, @names) = @{ $dice->one(@sources) };
		my $name = $self->name('mv');
		my @used = $dice->some(2, @names);
		$self->add("CREATE MATERIALIZED VIEW $name AS SELECT " . join(', ', @used) . " FROM $table" . $dice->maybe(20, ' WITH NO DATA'));
		$self->add("CREATE INDEX ${name}_ix ON $name ($used[0])") if $dice->chance(60);
		push @sources, [ $name, @used ] if $dice->chance(50);
	}
}

sub things_of_tables
{
	my ($self) = @_;
	my $dice = $self->{dice};
	my $each = sub {
		my ($least, $most, $make) = @_;
		for (1 .. $dice->between($least, $most))
		{
			my $table = $self->table;
			my @names = $dice->some(2, map { $_->{name} } @{ $table->{columns} });
			$self->add($make->($table->{name}, @names));
		}
	};
	$each->(2, 4, sub { "CREATE TRIGGER tg" . ++$self->{named}{tg} . $dice->one(' BEFORE INSERT', ' AFTER UPDATE', ' AFTER DELETE', " BEFORE UPDATE OF $_[1]") . " ON $_[0] FOR EACH ROW EXECUTE FUNCTION " . $dice->one('f_trigger()', 'f_trigger2()') });
	$each->(0, 2, sub { 'CREATE RULE ru' . ++$self->{named}{ru} . " AS ON UPDATE TO $_[0] WHERE old.id = -1 DO INSTEAD NOTHING" });
	$each->(0, 2, sub { 'CREATE POLICY po' . ++$self->{named}{po} . " ON $_[0] USING (id > 0)" });
	$each->(1, 4, sub { $_[2] ? 'CREATE STATISTICS st' . ++$self->{named}{st} . " ON $_[1], $_[2] FROM $_[0]" : () });
	$each->(0, 2, sub { "ALTER TABLE $_[0] REPLICA IDENTITY FULL" });
	$each->(0, 2, sub { "ALTER TABLE $_[0] ENABLE ROW LEVEL SECURITY" });
	$each->(0, 3, sub { "ALTER TABLE $_[0] OWNER TO " . $dice->one('alice', 'alice', 'bob') });
	$each->(0, 2, sub { "ALTER TABLE $_[0] ALTER COLUMN $_[1] SET STATISTICS 200" });
	$each->(0, 2, sub { "ALTER TABLE $_[0] DISABLE TRIGGER USER" });
	$each->(0, 1, sub { "ALTER TABLE $_[0] SET TABLESPACE elsewhere" });
	$each->(0, 1, sub { "ALTER TABLE $_[0] SET ACCESS METHOD heap2" });
	$each->(0, 1, sub { "ALTER SEQUENCE sq OWNED BY $_[0].$_[1]" });
	$each->(0, 1, sub { "CREATE FUNCTION f_of(" . $_[0] . ") RETURNS int LANGUAGE sql IMMUTABLE AS 'select 1'" });
	$each->(0, 1, sub { "CREATE TABLE row_of (id int, r $_[0])" });
	$each->(0, 1, sub { "CREATE FUNCTION f_body() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count($_[1]) FROM $_[0]; END" });
	$each->(0, 1, sub { "CREATE PUBLICATION pub FOR TABLE $_[0]" });
	$each->(0, 1, sub { "ALTER TABLE $_[0] CLUSTER ON " . $dice->one('ix1', 'ix2', 'ix3', 'ix4') });
	$each->(0, 3, sub { "COMMENT ON COLUMN $_[0].$_[1] IS 'x'" });
	$each->(0, 2, sub { "ALTER TABLE $_[0] REPLICA IDENTITY USING INDEX " . $dice->one('uq1', 'uq2', 'ix1', 'ix2', 'ix3') });
}

1;
