-- What the server finds out to be wrong after it has locked: no work is predicted of it.
-- another subcommand takes away what it needs
alter table t drop column a, add unique (a); -- error 42703: column "a" named in key does not exist
alter table multi drop column e, add unique (e, d); -- error 42703: column "e" named in key does not exist
alter table clu alter a type bigint, cluster on clu_a, drop column a; -- error 42703: column "a" of relation "clu" does not exist
alter table clu alter id type bigint, cluster on clu_a, drop column a; -- error 42704: index "clu_a" for table "clu" does not exist
alter table tcat alter a type bigint; -- error 0A000: cannot rewrite table "tcat" used as a catalog table
alter table tcat add column z int;
alter table tcat alter a type bigint, set (user_catalog_table = false);
alter table tcat alter a type bigint, reset (user_catalog_table);
alter table tcat alter a type bigint, set (fillfactor = 50); -- error 0A000: cannot rewrite table "tcat" used as a catalog table
alter table multi alter a type bigint, set (user_catalog_table = on); -- error 0A000: cannot rewrite table "multi" used as a catalog table
alter table multi set unlogged, set (user_catalog_table); -- error 0A000: cannot rewrite table "multi" used as a catalog table

-- defaults and null values
alter table gen alter g set default 1, alter id type bigint using id; -- error 0A000: cannot alter type of a column used by a generated column
alter table gen add column z float default random(), alter g set default 1; -- error 42601: column "g" of relation "gen" is a generated column
alter table gen add column z float default random(), alter g drop expression, alter g set default 1;
alter table idt add column z float default random(), alter id set default 1; -- error 42601: column "id" of relation "idt" is an identity column
alter table idt add column z float default random(), alter nothing set default 1; -- error 42703: column "nothing" of relation "idt" does not exist
alter table idt add column z float default random(), alter z set default 1;
alter table t add column z float default random(), alter id drop not null; -- error 42P16: column "id" is in a primary key
alter table t add column z float default random(), alter nn drop not null;
alter table t add column z float default random(), drop constraint t_pkey, alter id drop not null;
alter table t add column z float default random(), alter nothing drop not null; -- error 42703: column "nothing" of relation "t" does not exist
alter table p1 add constraint z check (a > -1), alter id drop not null; -- error 42P16: column "id" is marked NOT NULL in parent table

-- foreign keys
alter table genf add foreign key (g) references r on update set null; -- error 42601: invalid ON UPDATE action for foreign key constraint containing generated column
alter table genf add foreign key (g) references r on delete set default; -- error 42601: invalid ON DELETE action for foreign key constraint containing generated column
alter table genf add foreign key (g) references r on delete cascade;
alter table genf add column z int generated always as (id) stored references r on update cascade; -- error 42601: invalid ON UPDATE action for foreign key constraint containing generated column
alter table pft add foreign key (rid) references r; -- error 42809: foreign key constraints are not supported on foreign tables

-- domains
alter domain domnv validate constraint nothing; -- error 42704: constraint "nothing" of domain "domnv" does not exist
alter domain domrow add check (value > 0); -- error 0A000: cannot alter type "domrow" because column "tdomrow.c" uses it

-- indexes
cluster partial using partial_v; -- error 0A000: cannot cluster on partial index "partial_v"
cluster brin using brin_a; -- error 0A000: cannot cluster on index "brin_a" because access method does not support clustering
refresh materialized view concurrently mvinc; -- error 55000: cannot refresh materialized view "public.mvinc" concurrently

-- made again for the new type
alter table tfn alter a type text; -- error 42883: function immf(text) does not exist
alter table ia alter a type text; -- error 42883: operator does not exist: text > integer
alter table dia alter a type text; -- error 42883: operator does not exist: text > integer
alter table dia alter a type text, drop constraint dia_ck;
alter table checked alter v type char(10);
alter table brin alter a type bigint, alter b type text;
alter table partial alter a type text; -- error 42883: operator does not exist: text > integer
alter table partial alter a type text, alter v type text; -- error 42883: operator does not exist: text > integer
alter table drops alter c type text; -- error 42883: operator does not exist: integer > text
alter table tv drop constraint tv_pkey, alter a type bigint; -- error 0A000: cannot alter type of a column used by a view or rule
alter table pft add column z int references r; -- error 42809: foreign key constraints are not supported on foreign tables

-- options, tablespaces and definitions that the server does not take
create index on t (b) tablespace nothing; -- error 42704: tablespace "nothing" does not exist
create index on t (b) tablespace pg_global; -- error 22023: only shared relations can be placed in pg_global tablespace
create index on p (a) tablespace pg_default; -- error 0A000: cannot specify default tablespace for partitioned relations
create index on t (b) with (nothing = 1); -- error 22023: unrecognized parameter "nothing"
create index on t (b) with (fillfactor = 1000); -- error 22023: value 1000 out of bounds for option "fillfactor"
create index on t (b) with (fastupdate = on); -- error 22023: unrecognized parameter "fastupdate"
create index on t (b) with (fillfactor = 50);
create index on t (b) with (deduplicate_items = off) tablespace elsewhere;
create index on t using brin (a) with (pages_per_range = 8);
create index on t ((random())); -- error 42P17: functions in index expression must be marked IMMUTABLE
create index on t ((ts::timestamptz)); -- error 42P17: functions in index expression must be marked IMMUTABLE
create index on t ((ts::timestamptz::date)); -- error 42P17: functions in index expression must be marked IMMUTABLE
create index on t ((pv())); -- error 42P17: functions in index expression must be marked IMMUTABLE
create index on t ((volf()));
create index on t ((a + pi()));
create index on t (a) where random() > 0.5; -- error 42P17: functions in index predicate must be marked IMMUTABLE
create index on t (a) where ts < now(); -- error 42P17: functions in index predicate must be marked IMMUTABLE
create index on t (a) where volf() = 1;
create index on t (a) where case when true then a > 0 else random() > 0.5 end;
create index on t (a collate "C"); -- error 42804: collations are not supported by type integer
create index on t (b collate "C");
create index on t (a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a); -- error 54011: cannot use more than 32 columns in an index
create index on t (a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a);
alter table t add unique (id) with (nothing = 1); -- error 22023: unrecognized parameter "nothing"
alter table t add unique (id) with (fillfactor = 50);
alter table t add unique (id) using index tablespace nothing; -- error 42704: tablespace "nothing" does not exist
alter table t add unique (id) using index tablespace elsewhere;
alter table t add column z int, add unique (z) using index tablespace nothing; -- error 42704: tablespace "nothing" does not exist
alter table t add exclude (a with <); -- error 42809: operator <(integer,integer) is not commutative
alter table t add exclude (a with nothing); -- error 42601: syntax error at or near ")"
alter table t add exclude (id with =);
alter table t set tablespace pg_global; -- error 22023: only shared relations can be placed in pg_global tablespace
alter table t add column z float default random(), set (nothing = 1); -- error 22023: unrecognized parameter "nothing"
alter table t add column z float default random(), set (fillfactor = 1000); -- error 22023: value 1000 out of bounds for option "fillfactor"
alter table t add column z float default random(), set (toast.nothing = 1); -- error 22023: unrecognized parameter "nothing"
alter table t add column z float default random(), set (fillfactor = 50, toast.autovacuum_enabled = off);
alter table t add column z float default random(), reset (fillfactor = 1); -- error 42601: RESET must not include values for parameters
alter table t add column z float default random(), reset (fillfactor, nothing);
create index on t (a int4_ops (nothing = 1)); -- error 22023: operator class int4_ops has no options
reindex (nothing) table t; -- error 42601: unrecognized REINDEX option "nothing"
reindex (tablespace nothing) table t; -- error 42704: tablespace "nothing" does not exist
reindex (tablespace nothing, tablespace elsewhere) table t;
reindex (tablespace elsewhere, tablespace nothing) table t; -- error 42704: tablespace "nothing" does not exist

-- names that are taken
alter table t add constraint t_a unique (id); -- error 42P07: relation "t_a" already exists
alter table t add constraint t unique (id); -- error 42P07: relation "t" already exists
alter table t add constraint t_pkey unique (id); -- error 42P07: relation "t_pkey" already exists
alter table t add constraint t_pkey check (id > 0); -- error 42710: constraint "t_pkey" for relation "t" already exists
alter table t drop constraint t_pkey, add constraint t_pkey primary key (id);
alter table checked add constraint checked_v_check check (id > 0); -- error 42710: constraint "checked_v_check" for relation "checked" already exists
alter table checked drop constraint checked_v_check, add constraint checked_v_check check (id > 0);
alter table checked drop constraint if exists checked_v_check, add constraint checked_v_check check (id > 0);
alter table f add constraint f_rid_fkey foreign key (rid) references r; -- error 42710: constraint "f_rid_fkey" for relation "f" already exists
alter table f drop constraint f_rid_fkey, add constraint f_rid_fkey foreign key (rid) references r;

-- clauses of one column that do not go together
alter table t add column z serial default 1; -- error 42601: multiple default values specified for column "z" of table "t"
alter table t add column z float default random() generated always as identity; -- error 42601: both default and identity specified for column "z" of table "t"
alter table t add column z int default 1 default 2; -- error 42601: multiple default values specified for column "z" of table "t"
alter table t add column z float default random() generated always as (a) stored; -- error 42601: both default and generation expression specified for column "z" of table "t"
alter table t add column z int generated always as (random()) stored; -- error 42P17: generation expression is not immutable
alter table t add column z timestamptz generated always as (ts::timestamptz) stored; -- error 42P17: generation expression is not immutable
alter table t add column z int generated always as (a) stored generated always as (a) stored; -- error 42601: multiple generation clauses specified for column "z" of table "t"
alter table t add column z int generated by default as identity generated by default as identity; -- error 42601: multiple identity specifications for column "z" of table "t"
alter table t add column z serial null; -- error 42601: conflicting NULL/NOT NULL declarations for column "z" of table "t"
alter table t add column z int null generated always as identity; -- error 42601: conflicting NULL/NOT NULL declarations for column "z" of table "t"
alter table t add column z int not null null default 1; -- error 42601: conflicting NULL/NOT NULL declarations for column "z" of table "t"
alter table t add column z int not null not null default 1;
alter table gen add column z int generated always as (g) stored; -- error 42P17: cannot use generated column "g" in column generation expression
alter table idt alter id type text; -- error 22023: identity column type must be smallint, integer, or bigint
alter table idt alter id type bigint;
alter table multi alter a type bigint, drop a; -- error 42703: column "a" of relation "multi" does not exist
alter table multi alter a type bigint, drop if exists a; -- error 42703: column "a" of relation "multi" does not exist
