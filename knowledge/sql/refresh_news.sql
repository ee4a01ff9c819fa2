-- News of refreshes for admins, with the jobs that tell them: both are stored, or neither.

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
