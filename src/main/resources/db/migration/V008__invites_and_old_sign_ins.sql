-- Sign-ins that ran out long ago are deleted in batches, as those that ended are (by sign_in_ended).
create index sign_in_expires on sign_in (expires_at);

-- The console lists invites, newest first, and takes them back.
alter table invite add column revoked_at bigint;
create index invite_created on invite (created_at);
