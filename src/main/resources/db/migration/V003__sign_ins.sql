-- One row a device that logged in. Refresh tokens are kept as SHA-256 only (docs/adr/0031).
create table sign_in (
  id             varchar(40) primary key,
  account_id     varchar(40) not null references account (id),
  client         varchar(100) not null,             -- what the client said it is
  address        varchar(64) not null,              -- where it logged in from
  created_at     bigint not null,
  used_at        bigint not null,                   -- last refresh
  expires_at     bigint not null,                   -- absolute end, however often it is used
  family_key     varchar(44) not null,              -- marks the family's refresh tokens, so that an old one is told from a made-up one
  refresh_hash   varchar(44) not null,              -- SHA-256 of the one valid refresh token
  previous_hash  varchar(44),                       -- SHA-256 of the one before it
  successor_salt varchar(44),                       -- makes the same successor again from the previous token, within the grace
  rotated_at     bigint,
  ended_at       bigint                             -- by the database's clock
);
-- own sign-ins
create index sign_in_account on sign_in (account_id);
-- read every second by each node: sign-ins ended in the last seconds
create index sign_in_ended on sign_in (ended_at);

-- Keys that sign access tokens. Generation 1 is inserted by the first node that starts; the others find it there.
create table signing_key (
  generation int primary key,
  kid        varchar(40) not null unique,
  jwk        varchar(2000) not null,                -- private JWK, sealed with confab.secret when that is set
  created_at bigint not null,
  signs_from bigint not null                        -- later than created_at, so that all nodes know it before it signs
);

-- Invitations to register: one code, one person.
create table invite (
  code_hash  varchar(44) primary key,
  created_by varchar(40) not null,
  created_at bigint not null,
  expires_at bigint not null,
  used_by    varchar(40)
);

-- One-time codes of the first start, printed in the log; gone once there is an admin.
create table setup_code (
  code_hash  varchar(44) primary key,
  expires_at bigint not null
);
