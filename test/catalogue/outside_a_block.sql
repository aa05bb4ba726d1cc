-- held up by a session with a lock, seen while they wait
create index concurrently ix on t (e); -- alone, while: lock table t in row exclusive mode
create unique index concurrently ix_uq on multi (a); -- alone, while: lock table multi in row exclusive mode
create index concurrently if not exists t_a on t (a); -- alone
drop index concurrently ix; -- alone, while: lock table t in access share mode -- grows
drop index concurrently if exists nothing; -- alone
reindex index concurrently t_a; -- alone, while: lock table t in row exclusive mode
reindex table concurrently multi; -- alone, while: lock table multi in row exclusive mode
reindex table concurrently px; -- alone
reindex table px; -- alone, while: lock table px1 in row exclusive mode
reindex index px_a; -- alone
reindex schema sd; -- alone
vacuum t; -- alone, while: lock table t in share update exclusive mode
vacuum full t; -- alone, while: lock table t in access share mode
vacuum full multi; -- alone
vacuum full px; -- alone
vacuum full analyze clu; -- alone
vacuum (full, analyze, parallel 0, disable_page_skipping off, index_cleanup auto) clu (a); -- alone
vacuum (analyze) r; -- alone
cluster px using px_a; -- alone
cluster; -- alone, while: lock table clu in access share mode
alter table p detach partition p1 concurrently; -- alone, while: lock table p in access share mode -- grows
alter table px detach partition px1 concurrently; -- alone, while: lock table px in row exclusive mode -- grows
vacuum (freeze) multi; -- alone, while: lock table multi in share mode
analyze multi; -- alone
reindex (concurrently) index multi_d; -- alone, while: lock table multi in row exclusive mode
reindex table concurrently clu; -- alone, while: lock table clu in access share mode
alter type en add value 'd'; -- alone
create database n; -- alone
alter database n set tablespace elsewhere; -- alone
drop database n; -- alone
create tablespace another location ''; -- alone
drop tablespace another; -- alone
alter system set work_mem = '5MB'; -- alone
discard all; -- alone
drop subscription if exists nothing; -- alone

vacuum; -- alone
