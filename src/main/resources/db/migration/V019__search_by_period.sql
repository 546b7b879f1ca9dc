-- Words are looked up in one period of time after the other, the newest first (docs/adr/0073): in the index each word, and "!public",
-- begins with the period of its message, of 2^27 ms, a day and a half; persons and rooms do not, else each message would have two entries of
-- its own. To the letter what search.PostgresQuestions asks. No word holds a quote, a space, ~, @ or #.
-- What waits to be sorted in is read for each period that is asked, so it is kept short.
${postgres} set local maintenance_work_mem = '512MB'; -- with the usual 64 MB it would take three times as long
${postgres} drop index message_text_words;
${postgres} create index message_text_words on message_text using gin ((cast(replace(replace(replace(' ' || cast(words as text), ' ''', ' ''' || cast(ts >> 27 as text) || '~'), cast(ts >> 27 as text) || '~@', '@'), cast(ts >> 27 as text) || '~#', '#') as tsvector))) with (gin_pending_list_limit = 64);
