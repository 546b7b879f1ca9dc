-- What the console searches and sorts by. ${stored} is "stored" on PostgreSQL, nothing on H2 (whose generated columns always
-- are); ${prefix} is the operator class by which PostgreSQL answers "like 'x%'" from an index under any collation.
alter table account add column name_key varchar(256) generated always as (lower(display_name)) ${stored};
create index account_name on account (name_key ${prefix});
create index account_username on account (username ${prefix});
create index account_created on account (created_at, id);
-- who is staff
create index account_role on account (role, username);
-- who is suspended
create index account_suspended on account (suspended_until);

alter table room add column name_key varchar(400) generated always as (lower(name)) ${stored};
create index room_name on room (name_key ${prefix}, id);
create index room_created on room (created_at, id);

-- all acts of one kind, newest first
create index audit_act on audit (act, id);
