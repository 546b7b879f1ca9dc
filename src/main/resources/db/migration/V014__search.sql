-- Who does a job of which one node at a time is enough (docs/adr/0073).
create table lease (
  name     varchar(40) primary key,
  holder   varchar(64) not null,                    -- a node and one run of it
  until_at bigint not null                          -- by the database's clock; from then on anybody may take it
);

-- The words of the messages as they stand, filled from the log behind the sends. ${postgres} and ${h2} begin what is for one
-- database alone: they are empty there and start a comment on the other.
create table message_text (
  room_id   varchar(40) not null,
  ts        bigint not null,                        -- of the msg.new
  seq       bigint not null,
  by_id     varchar(40) not null,
  is_public boolean not null,                       -- a room never changes its kind
  ${postgres} words tsvector not null,              -- words and pairs of characters, made in Java; '@' person, '#' room, '!public'
  primary key (room_id, ts, seq)
);
-- newest first: of all rooms, of one person
create index message_text_ts on message_text (ts);
create index message_text_by on message_text (by_id, ts);
${postgres} create index message_text_words on message_text using gin (words);
${h2} create table message_word (word varchar(130) not null, room_id varchar(40) not null, ts bigint not null, seq bigint not null, primary key (word, room_id, ts, seq));
${h2} create index message_word_message on message_word (room_id, ts, seq);

-- up to which number of a room its words are there; moved by compare-and-set
create table message_cursor (
  room_id varchar(40) primary key,
  seq     bigint not null
);
