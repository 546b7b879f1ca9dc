-- Rules about what people write (docs/adr/0074, 0075).
create table rule (
  id         varchar(40) primary key,
  document   ${json} not null,                       -- what it is called, meets and does: rule.RuleDocument
  mode       varchar(10) not null,                   -- off, watch, on
  edition    bigint not null,                        -- raised when it meets or does something else
  revision   bigint not null,                        -- raised by each change; the next one names it
  trouble    varchar(400),                           -- why the server itself has switched it down; null: it did not
  created_at bigint not null,
  changed_by varchar(40) not null,
  changed_at bigint not null
);

-- One row, raised by each change of a rule: what nodes ask for.
create table rule_version (
  id      smallint primary key,
  version bigint not null
);
insert into rule_version (id, version) values (1, 0);

-- What rules met, for a while.
create table rule_hit (
  id        varchar(40) primary key,
  rule_id   varchar(40) not null,
  at        bigint not null,
  author_id varchar(40) not null,
  room_id   varchar(40) not null,
  seq       bigint,                                  -- of the message; null: it was refused
  outcome   varchar(10) not null,                    -- noted, alerted, hidden, blocked, muted
  met       varchar(400) not null                    -- the folded text that it met; empty: none, or not to be shown
);
-- newest first, of one rule; what is old enough to go
create index rule_hit_rule on rule_hit (rule_id, at, id);
create index rule_hit_at on rule_hit (at);

-- The last dry run of each rule.
create table rule_dry_run (
  rule_id     varchar(40) primary key,
  run         varchar(40) not null,                  -- this one: an older one that still goes on finds that it is not it
  edition     bigint not null,                       -- of the rule
  by_id       varchar(40) not null,
  since       bigint not null,                       -- the messages from then on
  started_at  bigint not null,
  beat_at     bigint not null,                       -- of the node that does it
  state       varchar(10) not null,                  -- running, done, partial
  looked_at   bigint not null,
  hits        bigint not null,
  authors     bigint not null,
  samples     ${json} not null
);
