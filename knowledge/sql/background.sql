-- Background work that begins with something stored: both are there, or neither.

-- name: take_event
-- Store an event of a webhook unless it is known, with a job unless one of its kind waits; forgets events of past weeks.
with forgotten as (
    delete from webhook_event where received_at < now() - interval '7 days'
),
taken as (
    insert into webhook_event (event_id) values (%(event_id)s) on conflict do nothing returning event_id
),
deferred as (
    select procrastinate_defer_jobs_v1(array[
        row(%(queue)s, %(task)s, 0, null, %(queueing_lock)s, %(args)s::jsonb, null)::procrastinate_job_to_defer_v1
    ]) as jobs
    from taken
    where not exists (
        select from procrastinate_jobs where queueing_lock = %(queueing_lock)s and status = 'todo'
    )
)
select exists (select from taken) as is_new, (select count(jobs) from deferred) as jobs

-- name: one_at_a_time
-- Until the transaction ends, nobody else looks for news.
select pg_advisory_xact_lock(hashtextextended('marty/news', 0))

-- name: spread_news
-- How the newest refresh ended, with a job for each admin, if it is news to them: a reason that they have not heard
-- since the catalog was last current, nor within the last hour; or the end of what they have heard.
with newest as (
    select refresh_id, outcome, reason from refresh where outcome is not null order by refresh_id desc limit 1
),
told as (
    select outcome from refresh where told_at is not null order by refresh_id desc limit 1
),
news as (
    select refresh_id from newest
    where case
        when outcome in ('changed', 'unchanged') then exists (select from told where outcome in ('refused', 'failed'))
        else not exists (
            select from refresh as earlier
            where told_at is not null and earlier.outcome = newest.outcome
                and earlier.reason is not distinct from newest.reason
                and (
                    told_at > now() - interval '1 hour'
                    or earlier.refresh_id > (
                        select coalesce(max(refresh_id), 0) from refresh where outcome in ('changed', 'unchanged')
                    )
                )
        )
    end
),
claimed as (
    update refresh set told_at = now() from news where refresh.refresh_id = news.refresh_id
    returning outcome, reason
),
deferred as (
    select procrastinate_defer_jobs_v1(array_agg(
        row(
            %(queue)s, %(task)s, 0, null, null,
            jsonb_build_object('admin', admin, 'outcome', outcome, 'reason', reason), null
        )::procrastinate_job_to_defer_v1
    )) as jobs
    from claimed, unnest(%(admins)s::text[]) as admin
    having count(*) > 0
)
select outcome, jobs from claimed, deferred
