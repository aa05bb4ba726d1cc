-- CREATE TABLE
create table n (a int);
create table n (a int primary key, b text unique, check (a > 0));
create table if not exists t (a int);
create table t (a int); -- error 42P07: relation "t" already exists
create table n (a int references r);
create table n (a int references fa, b int references fa (u), c int references fb);
create table n (id int primary key, a int references pr);
create table n (id int primary key, a int references n);
create table n (id int, a int references prf); -- error 42704: there is no primary key for referenced table "prf"
create table n (a int references nothing); -- error 42P01: relation "nothing" does not exist
create table n (a int references "Quoted ""Name""");
create table n () inherits (inh);
create table n (a int) inherits (ia, ib);
create table n () inherits (nothing); -- error 42P01: relation "nothing" does not exist
create table n () inherits (p); -- error 42809: cannot inherit from partitioned table "p"
create table n (like t);
create table n (like t including all);
create table n (like fb including all, like ck2);
create table n (like vw);
create table n (like tv including indexes, x int references fa);
create table n (like drops including statistics including generated);
create table n of ct;
create table n of ct (primary key (a));
create table n of nothing; -- error 42704: type "nothing" does not exist
create table n (a int default nextval('sq'));
create table n (a serial primary key, b bigserial);
create table n (a int generated always as identity);
create table n (d dom2, e domc, f ct);
create table n (a int) partition by range (a);
create table n (a int primary key references fa) partition by range (a);
create table n (a tt);
create table n (a int) tablespace elsewhere;
create table n (a int, exclude using btree (a with =));
create table sc.n (a int references public.fa);
create unlogged table n (a int, constraint nfk foreign key (a) references fa not valid);
create temp table n (a int);
create temp table n (like t including all);
create temp table n (a int references fa); -- error 42P16: constraints on temporary tables may reference only temporary tables
create temp table n () inherits (inh);
create foreign table n (a int) server nowhere;
create foreign table n () inherits (inh) server nowhere;
create table n (a int) with (fillfactor = 70);

-- from a query
create table n as select * from t;
create table n as select * from t with no data;
create table if not exists t as select 1;
create table n (x) as select count(*) from tv join r using (id);
create table n as execute nothing; -- error 26000: prepared statement "nothing" does not exist
create temp table n as select * from tvw2;
select * into n from t;
select * into temp n from t;
create materialized view n as select * from t;
create materialized view n as select * from tmv with no data;
create materialized view if not exists mv as select 1;
explain analyze create table n as select * from t;
explain create table n as select * from t;
explain analyze create materialized view n as select * from t;
create table n as select * from nothing; -- error 42P01: relation "nothing" does not exist

-- views
create view n as select * from t;
create view n as select * from tvw2 join r using (id);
create or replace view n as select 1 as a;
create or replace view vw as select id, v from r where id > 1;
create or replace view vw as select id, v, 1 as more from r;
create or replace view tvw as select id, a from tv where a > 1;
create or replace view tvb as select b from tv with local check option;
create view vw as select 1 as a; -- error 42P07: relation "vw" already exists
create or replace view t as select 1 as a; -- error 42809: "t" is not a view
create or replace view vw as select 1 as a; -- error 42P16: cannot drop columns from view
create temp view n as select * from t;
create recursive view n (a) as select 1 union all select a + 1 from n where a < 3;
create view n as select * from nothing; -- error 42P01: relation "nothing" does not exist

-- indexes
create index ix on t (lower(b)) where a > 0;
create unique index ix on tinval (a); -- error 23505: could not create unique index "ix"
create index t_a on t (a); -- error 42P07: relation "t_a" already exists
create unique index on t using hash (a); -- error 0A000: access method "hash" does not support unique indexes
create index on t using hash (a, e); -- error 0A000: access method "hash" does not support multicolumn indexes
create index on t using hash (a) include (e); -- error 0A000: access method "hash" does not support included columns
create unique index if not exists t_a on t (a);
create index ix on t (nothing); -- error 42703: column "nothing" does not exist
create index ix on nothing (a); -- error 42P01: relation "nothing" does not exist
create index ix on vw (id); -- error 42809: cannot create index on relation "vw"
create index ix on mv (v);
create index ix on inh (a);
create index ix on emptyt (a);
create index ix on t using brin (id) tablespace elsewhere;
create index ix on gin using gin (a);
create index ix on t (immf(a));
create index on "Odd Name" ("select", "Odd Column");
create index ix on r using hash (v);
create index ix on ft (id); -- error 42809: cannot create index on relation "ft"
create table fresh (a int) \; create index on fresh (a);
create temp table tmp (a int) \; create index on tmp (a);

-- triggers
create trigger n before update on t for each row execute function trg();
create trigger n after insert on t for each statement execute function trg();
create trigger n after insert on t referencing new table as nt for each statement execute function trg();
create or replace trigger tg before insert on r for each row execute function trg();
create trigger tg before insert on r for each row execute function trg(); -- error 42710: trigger "tg" for relation "r" already exists
create trigger n instead of update on insteadv for each row execute function trg();
create trigger n before insert on vw for each row execute function trg(); -- error 42809: "vw" is a view
create trigger n after update on p for each row execute function trg();
create trigger n after update on inh for each row execute function trg();
create trigger n after insert on ft for each row execute function trg();
create constraint trigger n after insert on t from r deferrable for each row execute function trg();
create constraint trigger n after insert on t for each row execute function trg();
create trigger n before insert on t for each row execute function nothing(); -- error 42883: function nothing() does not exist
create event trigger n on ddl_command_end execute function evt();

-- rules, policies, statistics
create rule n as on update to t do also nothing;
create rule n as on insert to t do instead insert into plain (id) values (new.id);
create or replace rule ru as on update to r do instead nothing;
create rule n as on update to p do also nothing;
create rule "_RETURN" as on select to tview do instead select 1 as a, 'x'::text as b; -- before 16
create rule n as on delete to vw do instead delete from r where id = old.id;
create rule n as on insert to nothing do nothing; -- error 42P01: relation "nothing" does not exist
create policy n on t using (true);
create policy n on t using (a in (select id from r));
create policy n on p for select to alice using (id > 0);
create policy n on vw using (true); -- error 42809: "vw" is not a table
create statistics n on a, b from t;
create statistics n (ndistinct) on a, b from p;
create statistics n on (a + 1) from t;
create statistics if not exists tv_st on a, b from tv;
create statistics tv_st on a, b from tv; -- error 42710: statistics object "tv_st" already exists
create statistics n on a, b from mv; -- error 42703: column "a" does not exist
create statistics n on id, v from mv;
create statistics n on a from t; -- error 42P17: extended statistics require at least 2 columns

-- publications and subscriptions
create publication n for table t;
create publication n for table t, only inh;
create publication n for table p, inh;
create publication n for all tables;
create publication n for tables in schema sd, table t;
create publication n for table t where (id > 3);
create publication n for table vw; -- error 22023: cannot add relation "vw" to publication
create publication n;
create subscription n connection 'host=/nonexistent dbname=x' publication pub with (connect = false);

-- the rest makes nothing that is locked
create sequence n;
create sequence n owned by t.a;
create sequence if not exists sq;
create sequence sq; -- error 42P07: relation "sq" already exists
create temp sequence n;
create schema n;
create schema n authorization alice;
create schema n create table a (id int references public.r (id)) create view v as select * from a;
create schema n create table a (id int primary key) create table b (id int references a) create index on b (id) create sequence s;
create schema if not exists sc;
create schema sc; -- error 42P06: schema "sc" already exists
create domain n as dom check (value > 5);
create type n as (a int, b dom);
create type n as enum ('a');
create type n as range (subtype = int8);
create function n() returns int language sql as 'select 1';
create function n() returns setof t language sql as 'select * from t';
create function n(t) returns int language sql immutable as 'select 1';
create function n() returns bigint language sql begin atomic select count(*) from t; end;
create or replace function volf() returns int language sql as 'select 2';
create procedure n() language sql as 'select 1';
create aggregate n (int) (sfunc = int4pl, stype = int);
create operator === (leftarg = int, rightarg = int, function = int4eq);
create cast (text as int) with inout;
create collation n from "C";
create role n;
create access method n type table handler heap_tableam_handler;
create foreign data wrapper n;
create server n foreign data wrapper nothing;
create user mapping for alice server nowhere;
create text search dictionary n (template = simple);
create extension if not exists plpgsql;
create extension nothing_at_all; -- error 0A000: extension "nothing_at_all" is not available
create database n; -- error 25001: CREATE DATABASE cannot run inside a transaction block
import foreign schema public limit to (zz) from server nowhere into public; -- error 55000: foreign-data wrapper "nothing" has no handler
