-- A chat of 1,000,000 people and 10,000,000 messages on PostgreSQL, for the figures of the console (ConsoleFigures): a hall with a tenth of the
-- messages and 10,000 members, 10,000 rooms of 50, 200,000 cases, a million lines of the audit trail. On a database that a node has
-- migrated; needs an account `admin`, whose password everybody gets: for a throw-away database only.
-- Statements end with a semicolon at the end of a line. Ids are scattered as real ones are.
set synchronous_commit = off;
set maintenance_work_mem = '1GB';
set statement_timeout = 0;
create function pg_temp.uid(i bigint) returns text immutable language sql as $$ select 'u_' || left(md5('u' || i::text), 22) $$;
create function pg_temp.member(r bigint, j bigint) returns text immutable language sql as $$ select pg_temp.uid(1 + (r * 7919 + j * 997) % 1000000) $$;
-- few words often, many seldom
create function pg_temp.w() returns text volatile language sql as $$ select left(md5((20000 * power(random(), 3))::int::text), 7) $$;
create temp table t as select (extract(epoch from now()) * 1000)::bigint as now_ms, 90 * 86400000::bigint as span;
create temp table g as select r::bigint as r, 'r_' || left(md5('r' || r), 22) as id, case r when 0 then 10000 else 50 end as m, case r when 0 then 1000000 else 900 end as k, case when r % 10 = 9 then 'private' else 'public' end as kind from generate_series(0, 10000) r;
analyze g;
-- changed long ago, else each start of a node reads a million accounts
insert into account (id, username, display_name, password_hash, role, suspended_until, suspended_why, rev, changed_at, created_at)
  select pg_temp.uid(i), 'load' || i, (array['Ann','Ben','Émile','李','Олег','Zoë','Noor','Dara'])[1 + i % 8] || ' ' || i, a.password_hash,
    case when i <= 20 then 'moderator' else 'user' end, case when i % 5000 = 0 then 253402300799000 end, case when i % 5000 = 0 then 'load' end, 1, now_ms - span, now_ms - span - i * 60000::bigint
  from generate_series(1, 1000000) i, t, (select password_hash from account where username = 'admin') a;
insert into sign_in (id, account_id, client, address, created_at, used_at, expires_at, family_key, refresh_hash)
  select 's_' || left(md5('s' || i), 22), pg_temp.uid(i), 'load', '192.0.2.' || i % 250, now_ms - span / 9, now_ms - 86400000, now_ms + span, md5('f' || i), md5('h' || i) from generate_series(1, 200000) i, t;
insert into room (id, epoch, head, kind, name, topic, mode, slow_ms, archived, members, last_ts, created_at)
  select id, 'load', 1 + m + k, kind, 'Room ' || r, '', 'open', 0, false, m, now_ms, now_ms - span from g, t;
alter table room_event drop constraint room_event_pkey;
drop index room_event_cid;
drop index room_event_target;
insert into room_event (room_id, seq, type, by_id, ts, detail)
  select id, 1, 'room.created', pg_temp.member(r, 0), now_ms - span + span / (1 + m + k), jsonb_build_object('kind', kind, 'name', 'Room ' || r) from g, t;
insert into room_event (room_id, seq, type, by_id, ts, detail)
  select id, 2 + j, 'member.joined', pg_temp.member(r, j), now_ms - span + span * (2 + j) / (1 + m + k), jsonb_build_object('user', pg_temp.member(r, j), 'role', case j when 0 then 'owner' else 'member' end) from g, t, generate_series(0, m - 1) j;
insert into room_member (room_id, user_id, role, joined_seq) select id, pg_temp.member(r, j), case j when 0 then 'owner' else 'member' end, 2 + j from g, generate_series(0, m - 1) j;
insert into membership_interval (room_id, user_id, from_seq) select room_id, user_id, joined_seq from room_member where joined_seq is not null on conflict do nothing;
insert into room_event (room_id, seq, type, by_id, ts, cid, request_mac, body, detail)
  select id, 1 + m + i, 'msg.new', pg_temp.member(r, (i * 7 + i / 13) % m), now_ms - span + span * (1 + m + i) / (1 + m + k), 'load-' || r || '-' || i, '',
    jsonb_build_object('type', 'text', 'text', concat_ws(' ', pg_temp.w(), pg_temp.w(), pg_temp.w(), pg_temp.w(), pg_temp.w(), pg_temp.w(), pg_temp.w(), pg_temp.w())), '{"mentions":[]}'::jsonb from g, t, generate_series(1, k) i;
alter table room_event add primary key (room_id, seq);
create unique index room_event_cid on room_event (by_id, cid);
create index room_event_target on room_event (room_id, target_seq) where target_seq is not null;
-- the index of messages, as the node fills it
analyze room_event;
drop index message_text_words;
drop index message_text_ts;
drop index message_text_by;
alter table message_text drop constraint message_text_pkey;
insert into message_text (room_id, ts, seq, by_id, is_public, words) select e.room_id, e.ts, e.seq, e.by_id, g.kind = 'public',
    array_to_tsvector(string_to_array(e.body ->> 'text', ' ') || array['@' || e.by_id, '#' || e.room_id] || case when g.kind = 'public' then array['!public'] else array[]::text[] end)
  from room_event e join g on g.id = e.room_id where e.type = 'msg.new';
alter table message_text add primary key (room_id, ts, seq);
create index message_text_ts on message_text (ts);
create index message_text_by on message_text (by_id, ts);
create index message_text_words on message_text using gin ((cast(replace(replace(replace(' ' || cast(words as text), ' ''', ' ''' || cast(ts >> 27 as text) || '~'), cast(ts >> 27 as text) || '~@', '@'), cast(ts >> 27 as text) || '~#', '#') as tsvector))) with (gin_pending_list_limit = 64);
insert into message_cursor (room_id, seq) select id, head from room where epoch = 'load';
insert into audit (at, actor_id, act, target, state_after, why, address)
  select now_ms - span + i * (span / 1000000), pg_temp.uid(1 + i % 20), 'msg.deleted', g.id || '/' || (60 + i % 800), 'deleted', 'load', '192.0.2.1' from generate_series(1, 1000000) i join g on g.r = 1 + i % 10000, t;
-- a case for each of 200,000 messages, 1,000 of them open, each reported once to three times
create temp table c as select i, 'c_' || left(md5('c' || i), 22) as id, 1 + i % 10000 as r, 60 + i / 10000 as seq, case when i % 200 = 0 then 'open' else 'closed' end as state, now_ms - span + i * (span / 200000) as at from generate_series(1, 200000) i, t;
analyze c;
insert into mod_case (id, target, room_id, seq, author_id, state, round, version, reports, score, opened_at, sort_key, changed_at)
  select c.id, e.room_id || '/' || e.seq, e.room_id, e.seq, e.by_id, c.state, 1, 2, 1 + i % 3, 10, at, at, at + 60000 from c join g on g.r = c.r join room_event e on e.room_id = g.id and e.seq = c.seq;
insert into report (id, case_id, reporter_id, round, type, text, text_seq, points, at)
  select 'p_' || left(md5('p' || i || '.' || j), 22), id, pg_temp.uid(1 + (i * 31 + j * 7) % 1000000), 1, 'spam', 'load', seq, 5, at from c, generate_series(0, i % 3) j;
insert into mod_evidence (case_id, text_seq, taken_at, document)
  select c.id, c.seq, at, jsonb_build_object('by', e.by_id, 'texts', jsonb_build_array(jsonb_build_object('seq', e.seq, 'at', '2026-01-01T00:00:00Z', 'body', e.body)), 'cut', false) from c join mod_case m on m.id = c.id join room_event e on e.room_id = m.room_id and e.seq = m.seq;
insert into mod_decision (id, case_id, round, verdict, by_id, command, at, closes, reason, note)
  select 'd_' || left(md5('d' || i), 22), id, 1, 'disagree', pg_temp.uid(1 + i % 20), 'load-' || i, at + 60000, true, 'load', '' from c where state = 'closed';
vacuum (analyze);
