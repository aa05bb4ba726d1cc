-- ATTACH PARTITION
alter table pr attach partition prnew for values from (2000) to (3000);
alter table pfk attach partition newpfk for values from (3000) to (4000);
alter table pfk attach partition newpfkc for values from (3000) to (4000);
alter table pself attach partition newself for values from (2000) to (3000);
alter table pi2 attach partition prnew for values from (2000) to (3000); -- error 42804: child table is missing constraint "pi2_ck"
alter table pdk attach partition prnew for values from (2000) to (3000);
alter table pdk attach partition prnew for values from (7000) to (8000); -- error 23514: partition constraint of relation "prnew" is violated by some row
alter table pdk attach partition prnew for values from (500) to (2500); -- error 42P17: partition "prnew" would overlap partition "pdk1"
alter table ppf attach partition newpfk for values from (3000) to (4000); -- error 42804: table "newpfk" contains column "rid" not found in parent "ppf"
alter table pr attach partition emptyt for values from (2000) to (3000); -- before 18 -- error 42804: column "id" in child table must be marked NOT NULL
alter table pr attach partition emptyt for values from (2000) to (3000); -- from 18 -- error 42804: column "id" in child table "emptyt" must be marked NOT NULL
alter table px2 attach partition newpk for values from (2000) to (3000); -- error 23514: partition constraint of relation "newpk" is violated by some row
alter table p attach partition p1 for values from (5000) to (6000); -- error 42809: "p1" is already a partition
alter table t attach partition emptyt for values from (1) to (2); -- before 18 -- error 42P17: table "t" is not partitioned
alter table t attach partition emptyt for values from (1) to (2); -- from 18 -- error 42809: ALTER action ATTACH PARTITION cannot be performed on relation "t"
alter table p attach partition nothing for values from (5000) to (6000); -- error 42P01: relation "nothing" does not exist
alter table p attach partition newp for values from (3000) to (3500); -- error 23514: partition constraint of relation "newp" is violated by some row
alter table pub_nothing attach partition newp default; -- error 42P01: relation "pub_nothing" does not exist
create table fresh (id int not null, a int) \; alter table pdk attach partition fresh for values from (2000) to (3000);
create table fresh (id int not null, rid int) \; alter table pfk attach partition fresh for values from (2000) to (3000);

-- DETACH PARTITION
alter table pd detach partition pd0;
alter table pd detach partition pdd;
alter table pr detach partition pr1;
alter table pr detach partition pr2;
alter table pr2 detach partition pr21;
alter table pfk detach partition pfk1;
alter table pfk detach partition pfk2;
alter table pfk2 detach partition pfk21;
alter table ppf detach partition ppf1;
alter table ppf detach partition ppfd;
alter table pself detach partition pself1;
alter table pi2 detach partition pi21;
alter table px detach partition px1;
alter table p detach partition t; -- error 42P01: relation "t" is not a partition of relation "p"
alter table p detach partition nothing; -- error 42P01: relation "nothing" does not exist
alter table p detach partition p2 concurrently; -- error 25001: ALTER TABLE ... DETACH CONCURRENTLY cannot run inside a transaction block
alter table p detach partition p1 finalize; -- error 55000: cannot complete detaching partition "p1"

-- CREATE TABLE … PARTITION OF
create table p3 partition of p for values from (2000) to (3000);
create table p3 partition of p default;
create table if not exists p1 partition of p for values from (2000) to (3000);
create table pd3 partition of pd for values from (2000) to (3000);
create table pd3 partition of pd for values from (1000) to (9500); -- error 23514: updated partition constraint for default partition "pdd" would be violated by some row
create table pimp3 partition of pimp for values from (2000) to (3000);
create table pdk3 partition of pdk for values from (2000) to (3000);
create table pdk3 partition of pdk for values from (6000) to (7000);
create table pr3 partition of pr for values from (2000) to (3000);
create table pr22 partition of pr2 for values from (1500) to (1600);
create table pfk3 partition of pfk for values from (2000) to (3000);
create table pfk3 partition of pfk for values from (2000) to (3000) partition by list (id);
create table ppf3 partition of ppf for values from (5000) to (6000);
create table pself3 partition of pself for values from (2000) to (3000);
create table pi23 partition of pi2 for values from (2000) to (3000);
create table pl3 partition of pl for values in ('c', null);
create table ph3 partition of phash for values with (modulus 2, remainder 1);
create table p3 partition of p (a default 3, check (a > 0), unique (id)) for values from (2000) to (3000);
create table p3 partition of p for values from (500) to (1500); -- error 42P17: partition "p3" would overlap partition "p1"
create table p3 partition of t for values from (2000) to (3000); -- error 42P17: "t" is not partitioned
create table p3 partition of nothing for values from (2000) to (3000); -- error 42P01: relation "nothing" does not exist
create foreign table p9 partition of p for values from (9000) to (10000) server nowhere;
create foreign table p9 partition of pi2 for values from (9000) to (10000) server nowhere;
create foreign table p9 partition of pr for values from (9000) to (10000) server nowhere; -- error 42809: cannot create foreign partition of partitioned table "pr"
create temp table p3 partition of p for values from (2000) to (3000); -- error 42809: cannot create a temporary relation as partition of permanent relation "p"
create table sc.p3 partition of public.p for values from (2000) to (3000);

-- indexes and constraints of trees
create index on pi2 (id);
create index on pi2 (a);
create index on only pi2 (id);
create unique index on pr (id, a);
create index if not exists pi2_a on pi2 (a);
create index on pr2 (a);
create index on pfk (rid);
drop index pi2_a;
drop index pi21_a_idx; -- error 2BP01: cannot drop index pi21_a_idx because index pi2_a requires it
drop index only_nothing; -- error 42704: index "only_nothing" does not exist
alter index pi2_a rename to pi2_a9;
alter index pi2_a set (fillfactor = 70); -- error 42809: ALTER action SET cannot be performed on relation "pi2_a"
alter index pi2_a attach partition pi21_a_idx;
alter index pi2_a attach partition t_a; -- error 55000: cannot attach index "t_a" as a partition of index "pi2_a"
alter index pi2_a set tablespace elsewhere;
alter index pi21_a_idx set tablespace elsewhere;
alter table px set tablespace elsewhere;
alter table px1 set tablespace elsewhere;
alter table px set (fillfactor = 70); -- before 16 -- error 22023: unrecognized parameter "fillfactor"
alter table px set (fillfactor = 70); -- from 16 -- error 42809: cannot specify storage parameters for a partitioned table
alter table px1 set (fillfactor = 70);
alter table px owner to alice;
alter table px cluster on px_a; -- error 0A000: cannot mark index clustered in partitioned table
alter table pi2 set unlogged; -- before 18
alter table px enable row level security;
alter table px replica identity full;
alter table px alter column v set storage external;
alter table px alter column v set statistics 100;
alter table px alter column v set (n_distinct = 5);
alter table px alter column v set compression pglz;
alter table px alter column a set default 5;
alter table only px alter column a set default 5;
alter table px rename column a to a9;
alter table px1 rename column a to a9; -- error 42P16: cannot rename inherited column "a"
alter table px rename constraint px_ck to px_ck9;
alter table px rename to px9;
alter table px2 rename to px29;
alter table px set schema sc;
alter table px1 set schema sc;
alter table px1 drop constraint px_ck; -- error 42P16: cannot drop inherited constraint "px_ck" of relation "px1"
alter table px drop column v;
alter table px drop column id; -- error 42P16: cannot drop column "id" because it is part of the partition key of relation "px"
alter table px alter column a set not null;
alter table px2 alter column a set not null;
alter table only px disable trigger ptg;
alter table px1 disable trigger ptg;
alter trigger ptg on px rename to ptg9;
drop trigger ptg on px;
create trigger ptg2 after update on px for each row execute function trg();
create trigger ptg2 before insert on px1 for each row execute function trg();
create trigger ptg2 after update on px for each statement execute function trg();
create trigger ptg2 after update on px2 for each row execute function trg();
comment on table px is 'x';
create statistics px_st on a, v from px;
truncate px;
truncate px2;
truncate only px; -- error 42809: cannot truncate only a partitioned table
truncate pr; -- error 0A000: cannot truncate a table referenced in a foreign key constraint
truncate pr cascade;
truncate pr1 cascade;
truncate pfr cascade;
truncate pself cascade;
lock table px;
lock table only px in share mode;
lock table px1 in row exclusive mode;
drop table px1;
drop table px2;
drop table px21;
drop table pd0;
drop table pdd;
drop table pr1; -- error 2BP01: cannot drop table pr1 because other objects depend on it
drop table pr1 cascade;
drop table pr cascade;
drop table pfk1;
drop table pfk;
drop table ppf1;
drop table ppfd;
drop table ppf;
drop table pself cascade;
drop table p1, p2;
drop table pi2;
-- a partition has an equal index, over expressions, or with a predicate, or for a constraint
create index on taken (lower(v));
create index on taken (lower(taken.v));
create index on taken (upper(v));
create index on taken (lower(v) collate "C");
create index on taken (lower(v) text_pattern_ops);
create index on taken ((a + 2));
create index on taken ((a + 3));
create index on taken ((a));
create index on taken (a);
create index on taken ((v || 'x'));
create index on taken (a) where v <> 'x' and a > 2;
create index on taken (a) where v <> 'x';
create index on taken (a) where a > 2 and v <> 'x';
create unique index on taken (id);
create unique index on taken (id, lower(v)) where a > 2;
create index on taken (id, lower(v) text_pattern_ops) include (a) where a is not null;
create index on taken using hash (lower(v));
create index on taken (a) where true;
create index on taken (a) where 1 = 1;
create index on taken (id, lower(v) text_pattern_ops) include (a) where a is null;
create index on taken3 (lower(v));
create index on taken3 (a) where v <> 'x' and a > 2;
create index on taken (lower(public.taken.v));
create index on taken ((taken is null)); -- before 17 -- error XX000: cannot convert whole-row table reference
create index on taken ((taken is null)); -- from 17 -- error 0A000: cannot convert whole-row table reference
create index on only taken ((taken is null));
create index on only taken (lower(v));
create index on levels (a);
drop index taken1_lower \; create index on taken (lower(v));
alter table taken add primary key (id);
alter table taken add unique (id);
alter table taken add unique (id) include (v);
alter table taken add unique (id, a);
alter table taken add unique (id, a) deferrable;
alter table taken add unique (id) deferrable;
alter table taken add unique (id), add primary key (id); -- error 42P16: multiple primary keys for table "taken1" are not allowed
alter table taken add primary key (id, a); -- error 42P16: multiple primary keys for table "taken1" are not allowed
alter table taken add unique (id), alter column a set default 5;
alter table taken3 add unique (id) include (v);
alter table taken add unique (id) with (fillfactor = 50);
alter table only taken add primary key (id);
alter table only nullable add primary key (id);
alter table only nullable add primary key (id) deferrable;
alter table nullable add primary key (id);
alter table nullable add unique (id, a);
alter table only taken add unique (id);
alter table only taken add unique (id) deferrable;
alter table only pnull add primary key (a); -- before 18 -- error 42P16: constraint must be added to child tables too
alter table pnull1 alter column a set not null \; alter table only pnull add primary key (a);
alter table only taken alter column a set not null, add unique (id);
alter table p add unique (id, a) deferrable;
alter table p add unique (id) deferrable initially deferred;
alter table ready add unique (id) deferrable;
alter table p add primary key (id) deferrable;
alter table p add primary key (id, a);
alter table only p add primary key (id);
-- an index of ONLY the parent becomes one of all partitions when it is defined anew
alter table onlyix alter column a type bigint;
alter table onlyix alter column a type oid;
alter table onlyix alter column b type bigint;
alter table onlyix alter column b type text;
alter table levels alter column a type bigint;
-- a partitioned index that is complete completes the one above
alter index levels11_a attach partition levels111_a;
create table levels2 partition of levels for values from (1000) to (2000) \; alter index levels11_a attach partition levels111_a;
create table levels12 partition of levels1 for values from (500) to (1000) \; alter index levels11_a attach partition levels111_a;
alter index levels11_a attach partition levels111_a \; alter index levels11_a attach partition levels111_a;
-- a partition has an equal foreign key
alter table madekey add foreign key (rid) references r;
alter table madekey add foreign key (rid) references r on delete cascade;
alter table madekey add foreign key (rid) references r deferrable;
alter table madekey enable always trigger madekey_tg;
alter table madekey disable trigger all;
alter table madekey disable trigger user;
alter table pselfs detach partition pselfs2;
alter table pselfs detach partition pselfs1;
alter table pselfs1 detach partition pselfs11;
truncate pself1 cascade;
truncate pr21 cascade;
