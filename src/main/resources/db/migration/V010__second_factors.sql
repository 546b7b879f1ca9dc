-- A second factor of an account: one-time passwords by time (docs/adr/0067). In force once a code has confirmed it. Rows
-- are read and changed under the lock of the account's row, so no code counts twice, whichever nodes are asked.
create table second_factor (
  account_id   varchar(40) primary key references account (id),
  secret       varchar(200) not null,               -- sealed with confab.secret; as it is only in profile dev
  begun_by     varchar(40) not null,                -- the sign-in that is shown the secret until it is confirmed
  created_at   bigint not null,
  confirmed_at bigint,                              -- null: not in force
  last_step    bigint not null,                     -- of the last code that counted: that one and older ones do no more
  failed       int not null,                        -- wrong codes since the last right one
  failed_at    bigint not null
);

-- What opens in place of a code, once each: SHA-256 of random texts. A used one is deleted.
create table recovery_code (
  account_id varchar(40) not null references account (id),
  code_hash  varchar(44) not null,
  primary key (account_id, code_hash)
);

-- What admins decide while the server runs, by name. No row: the default.
create table policy (
  name       varchar(40) primary key,
  setting    varchar(200) not null,
  changed_at bigint not null
);
