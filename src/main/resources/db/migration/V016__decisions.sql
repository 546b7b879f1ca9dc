-- What decisions left to be done, and what people are told of them (docs/adr/0076, 0077).

-- How a message stood before an act on it: shown, hidden, deleted. Taking the act back restores that.
alter table mod_act add column stood varchar(10);

-- When anything of a case changed last: what open lists ask for, on every node.
alter table mod_case add column touched_at bigint default 0 not null;
create index mod_case_touched on mod_case (touched_at);

-- What the reported text says, hashed: other cases with the same text.
alter table mod_case add column text_hash varchar(64);
create index mod_case_text on mod_case (text_hash, state);

-- What the server has to tell a person, kept until they have seen it.
create table notice (
  id      varchar(40) primary key,                    -- of a warning: its decision and number
  user_id varchar(40) not null,
  kind    varchar(20) not null,                       -- warning
  text    varchar(1000) not null,                     -- 500 code points: H2 counts UTF-16 units
  at      bigint not null,
  seen_at bigint,                                     -- or when it was taken back; null: not yet
  changed_at bigint not null                          -- either of the two
);
create index notice_unseen on notice (user_id, seen_at, at);
create index notice_changed on notice (changed_at);

-- Ready reasons: what the person concerned is told, and a note for staff.
create table reason_template (
  id    varchar(40) primary key,
  title varchar(200) not null,
  text  varchar(1000) not null,
  note  varchar(4000) not null,
  type  varchar(20),                                  -- of the reports it is offered for first; null: of none
  place int not null                                  -- in the list
);
insert into reason_template (id, title, text, note, type, place) values
  ('t_spam', 'Spam', 'Advertising and repeated messages are not wanted here.', '', 'spam', 1),
  ('t_harassment', 'Harassment', 'Insults and attacks on people are not allowed here.', '', 'harassment', 2),
  ('t_hate', 'Hate', 'Hate against groups of people is not allowed here.', '', 'hate', 3),
  ('t_sexual', 'Sexual content', 'Sexual content is not allowed here.', '', 'sexual', 4),
  ('t_violence', 'Threats', 'Threats and calls for violence are not allowed here.', '', 'violence', 5),
  ('t_illegal', 'Against the law', 'This is against the law.', '', 'illegal', 6),
  ('t_other', 'House rules', 'This is against the rules of this server.', '', 'other', 7);
