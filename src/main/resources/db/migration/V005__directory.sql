-- the public rooms, by id
create index room_kind on room (kind, id);
