-- Reports for those who moderate a room (docs/adr/0084).

-- The round in which a moderator of the room left the case to staff: it is in the room's list no more; 0: none.
alter table mod_case add column passed_round int default 0 not null;
-- the queue of some rooms
create index mod_case_room on mod_case (room_id, state, sort_key, id);

-- Made by the right of a room's moderator: it judges no reporter, and others of the room may take it back.
alter table mod_decision add column by_room boolean default false not null;
