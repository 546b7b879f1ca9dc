-- Reports of people, the cases they make, and what staff decide (docs/adr/0069, 0070).

-- One case per target, for ever: a closed one that is reported again opens again, in its next round.
create table mod_case (
  id            varchar(40) primary key,
  target        varchar(100) not null unique,         -- "room/seq", or a user id; as in the audit trail
  room_id       varchar(40),                          -- null: it is about a person
  seq           bigint,
  author_id     varchar(40) not null,                 -- who wrote the message, or the person
  state         varchar(10) not null,                 -- open, escalated, closed
  round         int not null,
  version       bigint not null,                      -- raised by each decision; the next one names it
  reports       int not null,                         -- of this round that count in the score
  score         int not null,                         -- of this round
  opened_at     bigint not null,                      -- of this round
  sort_key      bigint not null,                      -- opened_at, earlier by what the score is worth
  changed_at    bigint not null,                      -- of the last decision
  claimed_by    varchar(40),                          -- who looks at it
  claimed_until bigint
);
-- the queue, what comes first first; what was decided, newest first
create index mod_case_queue on mod_case (state, sort_key, id);
create index mod_case_changed on mod_case (state, changed_at, id);
-- what else this person was reported for
create index mod_case_author on mod_case (author_id, opened_at);

create table report (
  id          varchar(40) primary key,
  case_id     varchar(40) not null,
  reporter_id varchar(40) not null,
  round       int not null,                           -- of the case; the decision that closes it is this report's outcome
  type        varchar(20) not null,
  text        varchar(2000) not null,                 -- 1000 code points: H2 counts UTF-16 units
  text_seq    bigint not null,                        -- which text was reported: its row in mod_evidence
  points      int,                                    -- what it added to the score; null: only counted
  at          bigint not null
);
-- nobody reports a target twice; the reports of a case
create unique index report_once on report (case_id, reporter_id);
-- my reports, newest first; how many today
create index report_reporter on report (reporter_id, at, id);

-- What was reported, as it was: a copy for each text that was reported, since deletions empty the log.
create table mod_evidence (
  case_id  varchar(40) not null,
  text_seq bigint not null,                           -- number of the event whose text stood; 0: a person
  taken_at bigint not null,
  document ${json} not null,
  primary key (case_id, text_seq)
);

-- How often staff agreed with a person's reports; the last hundred or so weigh.
create table reporter_standing (
  reporter_id varchar(40) primary key,
  agreed      double precision not null,
  disagreed   double precision not null
);

create table mod_decision (
  id        varchar(40) primary key,
  case_id   varchar(40) not null,
  round     int not null,
  verdict   varchar(10) not null,
  by_id     varchar(40) not null,
  command   varchar(64) not null,                     -- sent twice, it is one decision
  at        bigint not null,
  closes    boolean not null,
  reason    varchar(1000) not null,                   -- what the person concerned is told
  note      varchar(4000) not null,                   -- for staff alone
  undone_by varchar(40)                               -- the decision that took it back
);
create unique index mod_decision_command on mod_decision (by_id, command);
create index mod_decision_case on mod_decision (case_id, at);

-- What a decision does, one row an act, written with the decision and marked when it was done.
create table mod_act (
  decision_id  varchar(40) not null,
  no           int not null,
  act          varchar(20) not null,
  until_at     bigint,                                -- end of a sanction; null: until lifted, or no sanction
  before_until bigint,                                -- how it stood; null: it did not
  state        varchar(10) not null,                  -- pending, done, refused
  told         varchar(1000) not null,                -- why it was refused
  primary key (decision_id, no)
);
-- what is still to be done
create index mod_act_state on mod_act (state, decision_id);
