-- who may not is refused by the server; explain tells what it would do for one who may
set local role alice \; alter table t add column z float default random(); -- error 42501: must be owner of table t
set local role alice \; alter table t alter column a type bigint; -- error 42501: must be owner of table t
set local role alice \; drop table multi; -- error 42501: must be owner of table multi
set local role alice \; create index on t (a); -- error 42501: must be owner of table t
set local role alice \; reindex table multi; -- before 17 -- error 42501: must be owner of table multi
set local role alice \; reindex table multi; -- from 17 -- error 42501: permission denied for table multi
set local role alice \; cluster multi using multi_d; -- before 17 -- error 42501: must be owner of table multi
set local role alice \; cluster multi using multi_d; -- from 17 -- error 42501: permission denied for table multi
set local role alice \; truncate multi; -- error 42501: permission denied for table multi
set local role alice \; lock table multi; -- error 42501: permission denied for table multi
set local role alice \; refresh materialized view mv; -- before 17 -- error 42501: must be owner of materialized view mv
set local role alice \; refresh materialized view mv; -- from 17 -- error 42501: permission denied for materialized view mv
set local role alice \; alter table afk add foreign key (id) references r; -- error 42501: permission denied for table r
set local role alice \; create table n (a int references r); -- error 42501: permission denied for table r
set local role alice \; alter domain dom set not null; -- error 42501: must be owner of type dom
set local role alice \; drop owned by bob; -- error 42501: permission denied to drop objects
set local role alice \; reassign owned by bob to alice; -- error 42501: permission denied to reassign objects
set local role alice \; comment on table multi is 'x'; -- error 42501: must be owner of table multi
set local role alice \; create trigger n before insert on multi for each row execute function trg(); -- error 42501: permission denied for table multi
set local role alice \; alter table multi rename to x; -- error 42501: must be owner of table multi
set local role bob \; create table public.n (a int); -- error 42501: permission denied for schema public

-- who may, on his own
set local role alice \; alter table afk add column z float default random();
set local role alice \; alter table afk alter column b set not null;
set local role alice \; create index on afk (b);
set local role alice \; drop table asr;
set local role alice \; drop table afk;
set local role alice \; alter table asr owner to alice;
set local role alice \; drop view avw cascade;
set local role alice \; grant select on afk to bob;
set local role alice \; drop owned by alice cascade;
