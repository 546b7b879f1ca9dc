-- Hits of public rooms are shown, the others only counted (docs/adr/0074).
alter table rule_hit add column shown boolean default false not null;
update rule_hit set shown = true where room_id in (select id from room where kind = 'public');
drop index rule_hit_rule;
-- newest first, of one rule: those that are shown, and how many there were lately; what is old enough to go
create index rule_hit_rule on rule_hit (rule_id, shown, at, id);

-- A job can be called off; it is over when done_at is set (docs/adr/0078).
alter table job add column stopped_at bigint;
alter table job add column stopped_by varchar(40);
-- What came of it, written when it is over: until then it is summed up from job_room.
alter table job add column rooms bigint default 0 not null;
alter table job add column waiting bigint default 0 not null;
alter table job add column failed_in bigint default 0 not null;
alter table job add column done bigint default 0 not null;
alter table job add column failed bigint default 0 not null;
-- number of the last event it is to look at, of everybody's messages; else 0
alter table job_room add column until_seq bigint default 0 not null;
-- how often the next thing to do has failed, one time after the other
alter table job_room add column tries int default 0 not null;
-- when something could not be done last; 0: never
alter table job_room add column tried_at bigint default 0 not null;
drop index job_room_state;
-- the next one: what could not be done waits behind the others
create index job_room_state on job_room (job_id, state, tried_at, room_id);

-- lines of a time: of one actor, of one kind of act, however few of those among the others
create index audit_actor_at on audit (actor_id, at, id);
create index audit_act_at on audit (act, at, id);
