-- Texts that moderation took out of a room's log (docs/adr/0064): kept apart for a while, where no reader of the log can meet
-- them, so that they can be brought back. One row for each event that carried one; gone with the author's own deletion, with
-- the return and after confab.moderation.keep.
create table withheld (
  room_id    varchar(40) not null,
  target_seq bigint not null,                       -- number of the msg.new
  seq        bigint not null,                       -- number of the event that carried the text
  body       ${json} not null,
  detail     ${json} not null,
  at         bigint not null,                       -- when it was taken
  primary key (room_id, target_seq, seq)
);
-- what has been kept long enough
create index withheld_at on withheld (at);

-- The server as an actor (docs/adr/0065). Nobody signs in as it: no password has this hash, and nobody can register a name
-- with a capital letter.
insert into account (id, username, display_name, password_hash, role, rev, changed_at, created_at)
  values ('u_confab', 'Confab', 'Confab', '!', 'user', 1, 0, 0);
