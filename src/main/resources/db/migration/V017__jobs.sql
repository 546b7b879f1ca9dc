-- What staff order once and the server does by and by, room by room (docs/adr/0078): deletions of many messages, announcements.
create table job (
  id         varchar(64) primary key,                 -- made by who orders it: ordered twice it is one job
  kind       varchar(20) not null,                    -- deletion, announcement
  request    varchar(64) not null,                    -- a hash of all that was asked, to tell a repeat from another request
  user_id    varchar(40),                             -- deletion: whose messages; null: everybody's
  room_id    varchar(40),                             -- deletion: where; null: in all rooms of this person
  back_ms    bigint not null,                         -- deletion: sent in so long before it was ordered
  mute_ms    bigint not null,                         -- deletion: the person is muted for so long first; 0: nobody is
  text       varchar(8000) not null,                  -- announcement: 4000 code points; H2 counts UTF-16 units
  all_rooms  boolean not null,                        -- announcement: not only the rooms that job_room was given
  by_id      varchar(40) not null,
  why        varchar(1000) not null,                  -- for staff
  told       varchar(1000) not null,                  -- for the rooms; empty: nothing
  ordered_at bigint not null,
  expected   bigint not null,                         -- how many messages, or rooms, were counted when it was ordered
  done_at    bigint
);
-- what is to be done, the oldest first
create index job_open on job (done_at, ordered_at);
-- newest first
create index job_ordered on job (ordered_at, id);

-- How far a job is in a room. Moved by compare-and-set of "passed", so that two nodes that do the same work count it once.
create table job_room (
  job_id  varchar(64) not null,
  room_id varchar(40) not null,
  state   varchar(10) not null,                       -- waiting, done, failed
  passed  bigint not null,                            -- number of the last event it has looked at; -1: not begun
  done    int not null,
  failed  int not null,
  note    varchar(500) not null,                      -- why something failed
  primary key (job_id, room_id)
);
-- the next one
create index job_room_state on job_room (job_id, state, room_id);
