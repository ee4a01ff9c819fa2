-- The set of questions that is asked again after refreshes, and how it went.

-- name: state
-- What changes when any definition does, and how many texts lack a vector of the model that is searched.
with serving as (select model from embedding_model order by complete_since desc limit 1)
select
    (
        select coalesce(string_agg(project_id || ':' || generation, ' ' order by project_id), '') from project
    ) as definitions,
    (
        select count(distinct text_hash) from passage
        where not exists (
            select from embedding
            where embedding.model = (select model from serving) and embedding.text_hash = passage.text_hash
        )
    ) as missing_vectors

-- name: newest
-- The last time the set was asked.
select made_at, definitions, questions, ranks from evaluation order by evaluation_id desc limit 1

-- name: reference
-- The last time that later ones are compared with.
select made_at, definitions, questions, ranks
from evaluation where is_reference order by evaluation_id desc limit 1

-- name: record
-- Store how it went, and let go of what nothing is compared with any more.
with outdated as (
    delete from evaluation
    where made_at < now() - interval '90 days'
        and evaluation_id < (select max(evaluation_id) from evaluation where is_reference)
)
insert into evaluation (definitions, questions, is_reference, ranks)
values (%(definitions)s, %(questions)s, %(is_reference)s, %(ranks)s::jsonb)

-- name: tell
-- A job for each admin, who is told so in the same transaction.
select procrastinate_defer_jobs_v1(array_agg(
    row(
        %(queue)s, %(task)s, 0, null, null, jsonb_build_object('admin', admin, 'markdown', %(markdown)s::text), null
    )::procrastinate_job_to_defer_v1
)) as jobs
from unnest(%(admins)s::text[]) as admin
having count(*) > 0
