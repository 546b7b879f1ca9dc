-- What is pinned in a room (docs/adr/0083): a projection of pin.added and pin.removed, kept in the transaction that moves the
-- room's head. A node of an older version that takes a message away leaves its row: readers ask whether the message stands.
create table room_pin (
  room_id    varchar(40) not null,
  seq        bigint not null,                       -- number of the msg.new
  pinned_seq bigint not null,                       -- number of the pin.added: who and when
  primary key (room_id, seq)
);
