-- What each node says of itself, every two seconds (docs/adr/0072). A row is of one process: a node that starts again has another.
create table node (
  id         varchar(40) primary key,
  name       varchar(40) not null,                  -- confab.node
  started_at bigint not null,
  seen_at    bigint not null,                       -- by the database's clock, like all times here
  stopped_at bigint,                                -- it said that it goes
  figures    varchar(8000) not null                 -- JSON; not indexed, so that writing it is cheap
);

-- What a node is to do: it asks for its own, takes each once and says what came of it.
create table node_order (
  id        varchar(64) not null,                   -- of who gave it: given twice it is one order
  node_id   varchar(40) not null,
  node_name varchar(40) not null,
  kind      varchar(20) not null,
  detail    varchar(500) not null,                  -- JSON
  by_id     varchar(40) not null,
  given_at  bigint not null,
  taken_at  bigint,
  done_at   bigint,
  good      boolean,
  outcome   varchar(8000),
  primary key (id, node_id)
);
-- asked by each node every two seconds
create index node_order_node on node_order (node_id, given_at);
-- the newest, and those that are deleted
create index node_order_given on node_order (given_at);
