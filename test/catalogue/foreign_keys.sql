-- adding
alter table plain add foreign key (a) references fa;
alter table t add foreign key (a) references fa; -- error 23503: insert or update on table "t" violates foreign key constraint "t_a_fkey"
alter table plain add foreign key (a) references fa (u) on delete cascade;
alter table plain add constraint tfk foreign key (a) references fa not valid \; alter table plain validate constraint tfk;
alter table t add foreign key (a) references r (id), add foreign key (e) references selfr (id); -- error 23503: insert or update on table "t" violates foreign key constraint "t_e_fkey"
alter table emptyt add foreign key (a) references r (id), add foreign key (id) references fa;
alter table t add foreign key (a) references pr;
alter table t add foreign key (a) references pr not valid;
alter table prf add foreign key (id) references pr;
alter table p add foreign key (a) references r;
alter table p add foreign key (a) references r not valid; -- before 18 -- error 42809: cannot add NOT VALID foreign key on partitioned table "p" referencing relation "r"
alter table p1 add foreign key (a) references r;
alter table p add foreign key (id) references pself; -- error 23503: insert or update on table "p1" violates foreign key constraint "p_id_fkey"
alter table ppf add foreign key (id) references r;
alter table only p add foreign key (a) references r; -- before 18 -- error 42809: cannot use ONLY for foreign key on partitioned table "p" referencing relation "r"
alter table selfr add foreign key (pid) references selfr (id);
alter table pself add foreign key (up) references pself;
alter table ia add foreign key (a) references r;
alter table t add foreign key (a) references t;
alter table t add foreign key (a) references vw; -- error 42809: referenced relation "vw" is not a table
alter table t add foreign key (a) references nothing; -- error 42P01: relation "nothing" does not exist
alter table t add foreign key (b) references r; -- error 42804: foreign key constraint "t_b_fkey" cannot be implemented
alter table t add foreign key (a) references plain (a); -- error 42830: there is no unique constraint matching given keys for referenced table "plain"
alter table "Ref" add foreign key ("Id") references "Quoted ""Name""";
alter table afk add foreign key (id) references fa, drop constraint afk_rid_fkey;
alter table fb validate constraint fb_fa_fkey;
alter table fb alter constraint fb_fa_fkey deferrable initially deferred;
alter table prf alter constraint prf_pid_fkey deferrable;
alter table pfk alter constraint pfk_rid_fkey deferrable;
alter table pfk validate constraint pfk_rid_fkey;
alter table pfk1 validate constraint pfk_rid_fkey;

-- dropping
alter table fb drop constraint fb_fa_fkey;
alter table fc drop constraint fc_fb_fkey, drop constraint fc_fau_fkey;
alter table prf drop constraint prf_pid_fkey;
alter table pfk drop constraint pfk_rid_fkey;
alter table ppf drop constraint ppf_pid_fkey;
alter table pfk1 drop constraint pfk_rid_fkey; -- error 42P16: cannot drop inherited constraint "pfk_rid_fkey" of relation "pfk1"
alter table selfr drop constraint selfr_pid_fkey;
alter table pself drop constraint pself_up_fkey;
alter table fa drop constraint fa_pkey; -- error 2BP01: cannot drop constraint fa_pkey on table fa because other objects depend on it
alter table fa drop constraint fa_pkey cascade;
alter table fa drop constraint fa_u_key cascade;
alter table fa drop column id cascade;
alter table fa drop column id; -- error 2BP01: cannot drop column id of table fa because other objects depend on it
alter table fa drop column w;
alter table fb drop column fa;
alter table fb drop column fa, drop column v;
alter table fb drop column id cascade;
alter table fc drop column fau;
alter table prf drop column pid;
alter table pfk drop column rid;
alter table pr drop constraint pr_pkey; -- error 2BP01: cannot drop constraint pr_pkey on table pr because other objects depend on it
alter table pr drop constraint pr_pkey cascade;
alter table pfr drop constraint pfr_pkey cascade;
alter table selfr drop constraint selfr_pkey cascade;
alter table ring1 drop constraint ring1_pkey cascade;
alter table "Ref" drop constraint "Ref_Id_fkey";

-- triggers of foreign keys
alter table fb disable trigger all;
alter table fb disable trigger user;
alter table fa enable replica trigger all; -- error 42601: syntax error at or near "all"
alter table pr disable trigger all;
alter table pfk disable trigger all;
