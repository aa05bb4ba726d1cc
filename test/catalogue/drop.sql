-- tables
drop table plain; -- error 2BP01: cannot drop table plain because other objects depend on it
drop table emptyt;
drop table rulelog; -- error 2BP01: cannot drop table rulelog because other objects depend on it
drop table rulelog cascade;
drop table multi;
drop table if exists nothing;
drop table nothing; -- error 42P01: table "nothing" does not exist
drop table if exists multi, nothing, ck2;
drop table multi, nothing; -- error 42P01: table "nothing" does not exist
drop table tv; -- error 2BP01: cannot drop table tv because other objects depend on it
drop table tv cascade;
drop table tpol cascade;
drop table rulesrc;
drop table plain cascade;
drop table fb; -- error 2BP01: cannot drop table fb because other objects depend on it
drop table fb cascade;
drop table fa cascade;
drop table fc;
drop table fa, fb, fc cascade;
drop table ring1 cascade;
drop table ring1, ring2;
drop table selfr;
drop table prf;
drop table pfr cascade;
drop table sr;
drop table srs, tiden;
drop table inh; -- error 2BP01: cannot drop table inh because other objects depend on it
drop table iab cascade;
drop table ia cascade;
drop table iabc;
drop table tt cascade;
drop table tct;
drop table toft3 cascade;
drop table tdnv cascade;
drop table useq;
drop table puba;
drop table inelse;
drop table "Quoted ""Name""" cascade;
drop table sc."T";
drop table vw; -- error 42809: "vw" is not a table
drop table public.multi;
drop table elsewhere.multi; -- error 3F000: schema "elsewhere" does not exist
create table fresh (a int references fa) \; drop table fresh;
create temp table tmp (a int) \; drop table tmp;
create table fresh (id int primary key) \; create view freshv as select * from fresh \; drop table fresh cascade;

-- columns
alter table tv drop column a; -- error 2BP01: cannot drop column a of table tv because other objects depend on it
alter table tv drop column a cascade;
alter table tv drop column b cascade;
alter table tv drop column extra;
alter table tv drop column id cascade;
alter table tpol drop column a cascade;
alter table drops drop column a cascade;
alter table drops drop column b; -- error 2BP01: cannot drop column b of table drops because other objects depend on it
alter table drops drop column c;
alter table drops drop column e;
alter table gen drop column id cascade;
alter table srs drop column id;
alter table srs drop column big, drop column a;
alter table tiden drop column id;
alter table ia drop column a;
alter table ia drop column b;
alter table only ia drop column b;
alter table iab drop column a; -- error 42P16: cannot drop inherited column "a"
alter table toft drop column a; -- error 42809: cannot drop column from typed table
alter table plain drop column id cascade;
alter table tfn drop column a;
alter table multi drop column a, drop column b, drop column c;
alter table multi drop column d;
alter table tcoll drop column b;

-- views, sequences, indexes
drop view tvw; -- error 2BP01: cannot drop view tvw because other objects depend on it
drop view tvw cascade;
drop view tvw2 cascade;
drop view tvb;
drop view vw;
drop view tvb, vw;
drop view if exists nothing;
drop view insteadv;
drop view "View";
drop view tv; -- error 42809: "tv" is not a view
drop materialized view tmv cascade;
drop materialized view tmv2;
drop materialized view mv;
drop sequence sq;
drop sequence sq_un; -- error 2BP01: cannot drop sequence sq_un because other objects depend on it
drop sequence sq_un cascade;
drop sequence tv_sq;
drop sequence srs_id_seq cascade;
drop sequence tiden_id_seq; -- error 2BP01: cannot drop sequence tiden_id_seq because column id of table tiden requires it
drop index tv_a;
drop index tv_a, multi_d;
drop index if exists tv_a, nothing;
drop index fa_pkey; -- error 2BP01: cannot drop index fa_pkey because constraint fa_pkey on table fa requires it
drop index fa_pkey cascade; -- error 2BP01: cannot drop index fa_pkey because constraint fa_pkey on table fa requires it
drop index tmv_uq;
drop foreign table ft;
drop foreign table ft, fchild;
drop foreign table t; -- error 42809: "t" is not a foreign table

-- functions, types, domains and what uses them
drop function trg(); -- error 2BP01: cannot drop function trg() because other objects depend on it
drop function trg() cascade;
drop function trg2() cascade;
drop function volf() cascade;
drop function immf(int) cascade;
drop function afn();
drop function if exists nothing();
drop procedure proc();
drop routine proc();
drop domain dom; -- error 2BP01: cannot drop type dom because other objects depend on it
drop domain dom cascade;
drop domain dom2 cascade;
drop domain doma cascade;
drop domain domnv cascade;
drop domain domarr cascade;
drop domain domdef;
drop type ct cascade;
drop type ct3 cascade;
drop type ctc cascade;
drop type en; -- error 2BP01: cannot drop type en because other objects depend on it
drop type en cascade;
drop type rng cascade;
drop type nothing; -- error 42704: type "nothing" does not exist
drop collation coll cascade;
drop text search configuration tsc;
drop operator family if exists nothing using btree;

-- triggers, rules, policies, statistics, publications, event triggers
drop trigger tg on r;
drop trigger tv_tg on tv;
drop trigger insteadv_tg on insteadv;
drop trigger nothing on tv; -- error 42704: trigger "nothing" for table "tv" does not exist
drop trigger if exists nothing on tv;
drop trigger if exists tg on nothing;
drop rule ru on r;
drop rule tpol_ru on tpol;
drop rule "_RETURN" on vw; -- error 2BP01: cannot drop rule _RETURN on view vw because view vw requires it
drop policy pol on tpol;
drop policy pol_sub on tpol;
drop policy if exists nothing on tpol;
drop statistics tv_st;
drop statistics tv_st, drops_st;
drop statistics if exists nothing;
drop publication pub;
drop publication pubsc;
create event trigger evt on ddl_command_end execute function evt() \; drop event trigger evt;

-- schemas, owners, extensions, servers
drop schema sc; -- error 2BP01: cannot drop schema sc because other objects depend on it
drop schema sc cascade;
drop schema sd cascade;
drop schema sc, sd cascade;
drop schema if exists nothing cascade;
create schema hollow \; drop schema hollow;
drop owned by alice; -- error 2BP01: cannot drop desired object(s) because other objects depend on them
drop owned by carol;
drop owned by alice cascade;
drop owned by bob;
drop owned by nobody;
drop owned by alice, bob cascade;
drop owned by missing; -- error 42704: role "missing" does not exist
reassign owned by alice to bob;
reassign owned by nobody to bob;
reassign owned by alice, bob to postgres;
reassign owned by carol to carol;
reassign owned by carol, alice to carol;
drop role nobody;
drop role alice; -- error 2BP01: role "alice" cannot be dropped because some objects depend on it
drop server nowhere cascade;
drop foreign data wrapper nothing cascade;
drop foreign data wrapper nothing; -- error 2BP01: cannot drop foreign-data wrapper nothing because other objects depend on it
drop access method heap2;
drop extension plpgsql cascade;
drop tablespace elsewhere; -- error 25001: DROP TABLESPACE cannot run inside a transaction block

-- TRUNCATE
truncate fa; -- error 0A000: cannot truncate a table referenced in a foreign key constraint
truncate fa cascade;
truncate fb cascade;
truncate fa, fb, fc, afk, cfk, sd.a, sd_ref;
truncate fa, fb, fc cascade;
truncate ring1 cascade;
truncate ring1, ring2;
truncate sr;
truncate srs restart identity;
truncate srs continue identity;
truncate tiden restart identity;
truncate ia;
truncate only ia;
truncate ia, iab;
truncate tv;
truncate tv restart identity;
truncate ul, inelse;
truncate emptyt;
truncate vw; -- error 42809: "vw" is not a table
truncate mv; -- error 42809: "mv" is not a table
truncate nothing; -- error 42P01: relation "nothing" does not exist
create table fresh (id serial primary key) \; truncate fresh restart identity;
truncate plain \; truncate plain;
truncate selfr cascade;
truncate ft; -- error 55000: foreign-data wrapper "nothing" has no handler
drop table a.b.c.d; -- error 42601: improper relation name (too many dotted names): a.b.c.d
