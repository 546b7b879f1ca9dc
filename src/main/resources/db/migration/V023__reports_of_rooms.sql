-- Reports for those who moderate a room (docs/adr/0084).

-- The round in which a moderator of the room left the case to staff: it is in the room's list no more; 0: none.
alter table mod_case add column passed_round int default 0 not null;
-- The last round that was handed to the admins: it is theirs, also when it is closed.
alter table mod_case add column handed_round int default 0 not null;
update mod_case set handed_round = (select max(d.round) from mod_decision d where d.case_id = mod_case.id and d.verdict = 'escalate')
  where id in (select d.case_id from mod_decision d where d.verdict = 'escalate');
-- the queue of some rooms
create index mod_case_room on mod_case (room_id, state, sort_key, id);

-- Made by the right of a room's moderator: it judges no reporter, and others of the room may take it back.
alter table mod_decision add column by_room boolean default false not null;
