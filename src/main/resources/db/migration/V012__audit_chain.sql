-- A chain of hashes over the audit trail (docs/adr/0071). It is sealed after the commit, so these two, and they alone, are
-- set in a line that stands already.
alter table audit add column chain_no bigint;      -- its number in the chain; null: not yet sealed
alter table audit add column hash varchar(64);     -- SHA-256 of the hash before it and of this line
-- the chain in its order, and what waits to be sealed
create index audit_chain on audit (chain_no, id);

-- Where the chain ends: one row, which whoever seals holds.
create table audit_tail (
  id       smallint primary key,
  chain_no bigint not null,                        -- of the last line; 0: none yet
  hash     varchar(64) not null,
  utc_day  varchar(10) not null,                   -- when it was sealed
  head_no  bigint not null                         -- the last line that is a daily head
);
insert into audit_tail (id, chain_no, hash, utc_day, head_no) values (1, 0, repeat('0', 64), '', 0);
-- How each day ended; the log has the same lines.
create table audit_head (
  utc_day  varchar(10) primary key,
  chain_no bigint not null,
  hash     varchar(64) not null
);
create index audit_head_no on audit_head (chain_no);

-- What a line is about, without the message or person in a room: found by equality, whatever the database plans.
alter table audit add column subject varchar(100) generated always as
  (case when position('/' in target) > 0 then substring(target from 1 for position('/' in target) - 1) else target end) ${stored};
create index audit_subject on audit (subject, id);
-- what one person did of one kind
create index audit_actor_act on audit (actor_id, act, id);
