-- A deletion of many messages is taken back by a job of its own (docs/adr/0084): the deletion's id; null: it takes none back.
-- What the deletion was to do (whose messages, where, how far back) stands in both rows.
alter table job add column of_job varchar(64);
-- what takes a deletion back
create index job_of on job (of_job, ordered_at);

-- A decision may delete what its person said lately: in so long before it was decided; null: no such act.
alter table mod_act add column back_ms bigint;
