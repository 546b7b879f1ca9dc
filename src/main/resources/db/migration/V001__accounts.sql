-- Accounts. Volatile columns (last seen) live elsewhere: a row lock here decides between a send and a suspension.
-- Times in all tables are milliseconds since 1970-01-01T00:00Z (docs/adr/0012).
create table account (
  id              varchar(40) primary key,
  username        varchar(32) not null unique,      -- lower case
  display_name    varchar(128) not null,            -- 64 code points, which H2 counts as up to 128 characters
  password_hash   varchar(255) not null,
  role            varchar(16) not null,             -- user, auditor, moderator, admin
  suspended_until bigint,                           -- null: not suspended; 253402300799000: until lifted
  suspended_why   varchar(1000),                    -- 500 code points
  rev             bigint not null,                  -- raised by every change of sign-ins, suspension, role or room list
  changed_at      bigint not null,                  -- by the database's clock, with each rev
  created_at      bigint not null
);
-- read every second by each node: accounts changed in the last seconds
create index account_changed on account (changed_at);
