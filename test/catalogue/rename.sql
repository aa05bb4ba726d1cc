-- RENAME
alter table t rename to t9;
alter table t rename column a to a9;
alter table inh rename column a to b9;
alter table only inh rename column a to b9; -- error 42P16: inherited column "a" must be renamed in child tables too
alter table ia rename column b to b9; -- error 42P16: cannot rename inherited column "b"
alter table ib rename column c to c9;
alter table tv rename column a to a9;
alter table ct rename column a to a9; -- error 2BP01: cannot alter type "ct" because it is the type of a typed table
alter table toft rename column a to a9; -- error 42809: cannot rename column of typed table
alter table t rename constraint t_pkey to t_pk9;
alter table fb rename constraint fb_fa_fkey to fk9;
alter table ia rename constraint ia_ck to ck9;
alter table iab rename constraint ia_ck to ck9; -- error 42P16: cannot rename inherited constraint "ia_ck"
alter table pfk rename constraint pfk_rid_fkey to fk9;
alter table checked rename constraint checked_v_check to ck9;
alter domain domc rename constraint domc_check to ck9;
alter index t_a rename to t_a9;
alter index t_pkey rename to t_pk9;
alter index if exists nothing rename to x;
alter table t_a rename to t_a9;
alter index t rename to t9;
alter view vw rename to vw9;
alter view vw rename column id to id9;
alter view tvw rename column a to a9;
alter table vw rename to vw9;
alter materialized view tmv rename to tmv9;
alter materialized view tmv rename column more to less;
alter sequence sq rename to sq9;
alter table sq rename to sq9;
alter foreign table ft rename to ft9;
alter foreign table ft rename column v to v9;
alter trigger tg on r rename to tg9;
alter trigger nothing on r rename to tg9; -- error 42704: trigger "nothing" for table "r" does not exist
alter policy pol on tpol rename to pol9;
alter rule tpol_ru on tpol rename to ru9;
alter type ct3 rename to ct9;
alter type ct3 rename attribute a to a9; -- error 2BP01: cannot alter type "ct3" because it is the type of a typed table
alter type ct3 rename attribute a to a9 cascade;
alter type ctc rename attribute x to x9;
alter type en rename to en9;
alter type en rename value 'a' to 'z';
alter type rng rename to rng9;
alter type tt rename to x; -- error 42809: tt is a table's row type
alter domain dom rename to dom9;
alter schema sd rename to sd9;
alter schema sc rename to sd; -- error 42P06: schema "sd" already exists
alter function trg() rename to trg9;
alter statistics tv_st rename to st9;
alter publication pub rename to pub9;
alter role nobody rename to somebody;
alter server nowhere rename to here;
alter tablespace elsewhere rename to here;
alter table if exists nothing rename to x;
alter table nothing rename to x; -- error 42P01: relation "nothing" does not exist
alter table t rename column nothing to x; -- error 42703: column "nothing" does not exist
alter table t rename column a to b; -- error 42701: column "b" of relation "t" already exists
alter table t rename to r; -- error 42P07: relation "r" already exists
alter table "Odd Name" rename column "Odd Column" to "Even";
create temp table tmp (a int) \; alter table tmp rename to tmp9;

-- SET SCHEMA
alter table t set schema sc;
alter table sr set schema sc;
alter table tv set schema sc;
alter table srs set schema sc;
alter table tiden set schema sc;
alter table ia set schema sc;
alter table fa set schema sc;
alter table if exists nothing set schema sc;
alter table t set schema nothing; -- error 3F000: schema "nothing" does not exist
alter table t set schema public;
alter view vw set schema sc;
alter view tvw set schema sc;
alter materialized view tmv set schema sc;
alter sequence sq set schema sc;
alter sequence sr_id_seq set schema sc; -- error 0A000: cannot move an owned sequence into another schema
alter foreign table ft set schema sc;
alter index t_a set schema sc; -- error 42601: syntax error at or near "schema"
alter domain dom set schema sc;
alter type ct3 set schema sc;
alter type en set schema sc;
alter function trg() set schema sc;
alter statistics tv_st set schema sc;

-- OWNER TO
alter table tv owner to alice;
alter table srs owner to alice;
alter table tiden owner to alice;
alter table ia owner to alice;
alter table fa owner to alice;
alter table afk owner to alice;
alter table t owner to missing; -- error 42704: role "missing" does not exist
alter view tvw owner to alice;
alter materialized view tmv owner to alice;
alter sequence tv_sq owner to alice; -- error 0A000: cannot change owner of sequence "tv_sq"
alter foreign table ft owner to alice;
alter index t_a owner to alice;
alter domain dom owner to alice;
alter type ct3 owner to alice;
alter type en owner to alice;
alter function trg() owner to alice;
alter schema sc owner to alice;
alter statistics tv_st owner to alice;
alter publication pub owner to alice;
alter event trigger nothing owner to alice; -- error 42704: event trigger "nothing" does not exist
alter server nowhere owner to alice;

-- COMMENT, SECURITY LABEL, GRANT
comment on table t is 'x';
comment on column t.a is 'x';
comment on column vw.id is 'x';
comment on column ct.a is 'x';
comment on view tvw is 'x';
comment on materialized view mv is 'x';
comment on sequence sq is 'x';
comment on foreign table ft is 'x';
comment on index t_a is 'x';
comment on index pi2_a is 'x';
comment on constraint t_pkey on t is 'x';
comment on constraint domc_check on domain domc is 'x';
comment on trigger tg on r is 'x';
comment on policy pol on tpol is 'x';
comment on rule tpol_ru on tpol is 'x';
comment on statistics tv_st is 'x';
comment on schema sc is 'x';
comment on type en is 'x';
comment on type ct is 'x';
comment on domain dom is 'x';
comment on function volf() is 'x';
comment on role alice is 'x';
comment on database postgres is 'x';
comment on tablespace elsewhere is 'x';
comment on publication pub is 'x';
comment on table nothing is 'x'; -- error 42P01: relation "nothing" does not exist
comment on table vw is 'x'; -- error 42809: "vw" is not a table
comment on column t.nothing is 'x'; -- error 42703: column "nothing" of relation "t" does not exist
comment on table ia is null;
security label on table t is 'x'; -- error 22023: no security label providers have been loaded
grant select on t to alice;
grant select (a) on t to alice;
grant all on all tables in schema sd to alice;
grant usage on sequence sq to alice;
grant usage on schema public to alice;
grant select on nothing to alice; -- error 42P01: relation "nothing" does not exist
grant select on tvw, tmv, ft to alice;
grant execute on function volf() to alice;
grant usage on type dom to alice;
grant create on tablespace elsewhere to alice;
grant alice to bob;
grant select on px to alice;
revoke select on t from bob;
revoke select on tv from alice cascade;
revoke all on all sequences in schema public from public;
alter default privileges grant select on tables to alice;
alter default privileges in schema sc revoke all on sequences from alice;
