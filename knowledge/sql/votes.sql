-- name: cast
-- A thumb given by one person on the answer of a turn, or on the answer that stands in a message; tells whether there is one.
with answered as (
    select turn_id
      from turn
     where turn_id = %(turn_id)s::uuid or (channel = %(channel)s and answer_ts = %(answer_ts)s)
), given as (
    insert into vote (turn_id, voter, verdict, event_ts, voted_at)
    select turn_id, %(voter)s, %(verdict)s, %(event_ts)s, to_timestamp(%(event_ts)s::float8)
      from answered
    on conflict (turn_id, voter) do update
       set verdict = excluded.verdict, event_ts = excluded.event_ts, voted_at = excluded.voted_at, reason = null
     where excluded.event_ts > vote.event_ts
)
select exists (select from answered) as found;

-- name: withdraw
-- A thumb taken back; a row without a thumb is kept when the thumb itself has yet to arrive.
with answered as (
    select turn_id
      from turn
     where channel = %(channel)s and answer_ts = %(answer_ts)s
), withdrawn as (
    insert into vote (turn_id, voter, verdict, event_ts, up_withdrawn_ts, down_withdrawn_ts)
    select turn_id, %(voter)s, %(verdict)s, 0,
           case when %(verdict)s = 'up' then %(event_ts)s else 0 end,
           case when %(verdict)s = 'down' then %(event_ts)s else 0 end
      from answered
    on conflict (turn_id, voter) do update
       set up_withdrawn_ts = greatest(vote.up_withdrawn_ts, excluded.up_withdrawn_ts),
           down_withdrawn_ts = greatest(vote.down_withdrawn_ts, excluded.down_withdrawn_ts)
)
select exists (select from answered) as found;
