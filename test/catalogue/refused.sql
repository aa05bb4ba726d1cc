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
