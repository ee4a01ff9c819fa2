-- Events of dbt's webhook, each with its job: both are stored, or neither.

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
