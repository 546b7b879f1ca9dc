-- Rooms, their logs and the projections kept in the same transaction. ${json} is jsonb on PostgreSQL, varchar on H2;
-- ${where_target} makes an index partial on PostgreSQL, so that messages do not pay for it.
create table room (
  id          varchar(40) primary key,
  epoch       varchar(16) not null,
  head        bigint not null,                      -- number of the last event; moved only by compare-and-set
  kind        varchar(8) not null,
  name        varchar(200) not null,                -- 100 code points: H2 counts UTF-16 units
  topic       varchar(1000) not null,               -- 500 code points
  mode        varchar(8) not null,
  slow_ms     bigint not null,
  archived    boolean not null,
  members     int not null,                         -- rows of room_member with a role
  last_ts     bigint not null,
  direct_key  varchar(81) unique,                   -- both user ids sorted, only for direct rooms
  created_at  bigint not null
);

create table room_event (
  room_id     varchar(40) not null,
  seq         bigint not null,
  type        varchar(20) not null,
  by_id       varchar(40) not null,
  ts          bigint not null,
  cid         varchar(64),                          -- first event of a command
  request_mac varchar(44),                          -- keyed hash of the request, to tell a repeat from another request
  target_seq  bigint,                               -- msg.edited, msg.deleted: number of the msg.new
  body        ${json},                              -- msg.new, msg.edited; emptied by deletion
  detail      ${json},                              -- the event's other fields
  edited_seq  bigint,                               -- on msg.new: number of the last msg.edited
  deleted_seq bigint,                               -- on msg.new: number of the msg.deleted
  primary key (room_id, seq)
);
-- idempotency: unique per sender, in any room
create unique index room_event_cid on room_event (by_id, cid);
-- a deletion empties all edits of its message
create index room_event_target on room_event (room_id, target_seq) ${where_target};

create table room_member (
  room_id      varchar(40) not null,
  user_id      varchar(40) not null,
  role         varchar(10),                         -- null: no member (only a sanction, or left)
  joined_seq   bigint,
  muted_until  bigint,
  banned_until bigint,
  last_sent_at bigint,                              -- kept only while slow mode is on
  primary key (room_id, user_id)
);
-- my rooms
create index room_member_user on room_member (user_id);

-- from and to which number a person was in the room, so that "history since joining" can come
create table membership_interval (
  room_id  varchar(40) not null,
  user_id  varchar(40) not null,
  from_seq bigint not null,
  to_seq   bigint,
  primary key (room_id, user_id, from_seq)
);

create table room_mention (
  room_id varchar(40) not null,
  seq     bigint not null,                          -- number of the msg.new
  user_id varchar(40) not null,
  primary key (user_id, room_id, seq)
);

-- an edit or a deletion replaces the mentions of its message
create index room_mention_message on room_mention (room_id, seq);

-- The key of request_mac, made by the first node.
create table request_key (
  id     int primary key,                           -- always 1
  secret varchar(64) not null
);

-- Read markers: outside the log, monotone.
create table read_marker (
  room_id varchar(40) not null,
  user_id varchar(40) not null,
  seq     bigint not null,
  primary key (user_id, room_id)
);
