-- name: store
-- Store questions in their order, unless their message or command has a turn already, each with the job to answer it.
with asked as (
    select *
      from unnest(%(team)s::text[], %(channel)s::text[], %(asker)s::text[], %(surface)s::text[], %(question)s::text[],
                  %(ts)s::text[], %(thread_ts)s::text[], %(trigger_id)s::text[], %(response_url)s::text[])
           with ordinality as asked
               (team, channel, asker, surface, question, ts, thread_ts, trigger_id, response_url, place)
), stored as (
    insert into turn (team, channel, asker, surface, question, ts, thread_ts, trigger_id, response_url)
    select team, channel, asker, surface, question, ts, thread_ts, trigger_id, response_url
      from asked
     order by place
    on conflict do nothing
    returning turn_id::text, team, channel, ts, thread_ts, trigger_id
), keyed as (
    select stored.turn_id, (
               select min(asked.place)
                 from asked
                where asked.team = stored.team and asked.channel = stored.channel
                  and asked.ts is not distinct from stored.ts
                  and asked.trigger_id is not distinct from stored.trigger_id
           ) as place,
           -- a thread that a command opened is known by the command, which was there before the thread
           concat_ws(':', stored.team, stored.channel,
                     coalesce(root.trigger_id, stored.thread_ts, stored.trigger_id, stored.turn_id)) as thread_key
      from stored
      left join turn root on root.team = stored.team and root.channel = stored.channel and root.ts = stored.thread_ts
), deferred as (
    select case when %(task)s::text is not null then
               procrastinate_defer_jobs_v1(array_agg(
                   row(%(queue)s, %(task)s, 0, thread_key, null, jsonb_build_object('turn_id', turn_id), null)
                       ::procrastinate_job_to_defer_v1
                   order by place))
           end as jobs
      from keyed
    having count(*) > 0
)
select keyed.place, keyed.turn_id, keyed.thread_key, deferred.jobs
  from keyed, deferred;

-- name: load
-- One turn, and whether its thread had one before.
select turn_id::text, team, channel, asker, surface, question, asked_at, ts, thread_ts, trigger_id, response_url,
       answer_ts, finished_at,
       exists (select
                 from turn earlier
                where earlier.team = turn.team and earlier.channel = turn.channel
                  and earlier.thread_ts = turn.thread_ts and earlier.asked_at < turn.asked_at) as follows
  from turn
 where turn_id = %(turn_id)s;

-- name: by_answer
-- The turn whose answer stands in a message.
select turn_id::text
  from turn
 where channel = %(channel)s and answer_ts = %(answer_ts)s;

-- name: question_posted
-- A command's question stands in its channel now: it is the root of a thread.
update turn
   set ts = %(ts)s, thread_ts = %(ts)s
 where turn_id = %(turn_id)s and ts is null;

-- name: begin
-- Store the message in which the answer is begun, unless one is stored already; tells which one counts.
update turn
   set answer_ts = coalesce(answer_ts, %(answer_ts)s)
 where turn_id = %(turn_id)s
returning answer_ts;

-- name: move
-- The answer stands in another message now.
update turn
   set answer_ts = %(answer_ts)s
 where turn_id = %(turn_id)s;

-- name: finish
-- Close a turn unless it is closed; tells in which message its answer stands.
update turn
   set finished_at = now(), outcome = %(outcome)s, answer = %(answer)s, answer_json = %(answer_json)s,
       answer_ts = coalesce(answer_ts, %(answer_ts)s), model_calls = %(model_calls)s, tokens = %(tokens)s,
       seconds = %(seconds)s, response_url = null
 where turn_id = %(turn_id)s and finished_at is null
returning answer_ts;

-- name: answer_ts
-- The message in which a turn's answer stands.
select answer_ts
  from turn
 where turn_id = %(turn_id)s;

-- name: export
-- A page of turns with their standing votes, oldest first, those after a given one.
select turn_id::text, asked_at, team, channel, asker as "user", surface, ts, thread_ts, answer_ts, question, answer,
       outcome, coalesce(answer_json -> 'nodes', '[]') as nodes, answer_json ->> 'confidence' as confidence,
       coalesce((select jsonb_agg(
                            jsonb_build_object(
                                'user', voter, 'verdict', verdict, 'reason', reason,
                                'at', to_char(voted_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'))
                            order by event_ts)
                   from vote
                  where vote.turn_id = turn.turn_id and not withdrawn), '[]') as votes,
       model_calls, tokens, answer_json -> 'cost_usd' as cost_usd, answer_json ->> 'model' as model, seconds, finished_at
  from turn
 where %(after_at)s::timestamptz is null or (asked_at, turn_id) > (%(after_at)s, %(after_id)s)
 order by asked_at, turn_id
 limit %(limit)s;
