-- A deletion of many messages is taken back by a job of its own (docs/adr/0085): the deletion's id; null: it takes none back.
-- What the deletion was to do (whose messages, where, how far back) stands in its row alone: a node of the version before, which
-- takes whatever is no announcement for a deletion, can make none of this row, and begins nothing until it is gone.
alter table job add column of_job varchar(64);
-- what takes a deletion back
create index job_of on job (of_job, ordered_at);

-- A decision may delete what its person said lately: in so long before it was decided; null: no such act.
alter table mod_act add column back_ms bigint;
