-- Vectors of passages, kept by model and text hash.

-- name: missing_texts
-- Texts without a vector of this model, most useful first: the project's own before packages', then by layer and kind.
select distinct on (rank, text_hash) text_hash, text
from (
    select passage.text_hash, passage.text, min(
        case when node.package in (project.name, '') then 0 else 10 end
        + case
            when node.layer = 'mart' then 0
            when node.kind in ('exposure', 'metric', 'semantic_model', 'saved_query') then 1
            when node.layer = 'other' then 2
            when node.layer = 'intermediate' then 3
            when node.layer = 'staging' then 4
            else 5
        end
    ) over (partition by passage.text_hash) as rank
    from passage
    join node using (node_id)
    join project using (project_id)
    where not exists (
        select from embedding where embedding.model = %(model)s and embedding.text_hash = passage.text_hash
    )
) as missing
order by rank, text_hash
limit %(limit)s

-- name: count_missing
-- How many texts have no vector of this model.
select count(distinct text_hash) as texts
from passage
where not exists (
    select from embedding where embedding.model = %(model)s and embedding.text_hash = passage.text_hash
)

-- name: store_vectors
-- Keep vectors of texts; what is there stays.
insert into embedding (model, text_hash, vector)
select %(model)s, text_hash, vector::halfvec
from unnest(%(text_hashes)s::bytea[], %(vectors)s::text[]) as made (text_hash, vector)
on conflict do nothing

-- name: serve_model
-- Search this model's vectors from now on, since it has every text.
insert into embedding_model (model)
select %(model)s
where %(model)s is distinct from (select model from embedding_model order by complete_since desc limit 1)
on conflict (model) do update set complete_since = now()

-- name: begin_sweep
-- Whether a day has gone since the last sweep; notes that there is one now.
update embedding_model set swept_at = now() where model = %(model)s and swept_at < now() - interval '1 day'
returning model

-- name: mark_unused
-- Note since when a vector has been of no use: no passage has its text, or another model's vectors are searched.
with judged as (
    select
        model, text_hash,
        model = %(model)s and exists (select from passage where passage.text_hash = embedding.text_hash) as is_used
    from embedding
)
update embedding
set unused_since = case when judged.is_used then null else now() end
from judged
where judged.model = embedding.model and judged.text_hash = embedding.text_hash
    and judged.is_used = (embedding.unused_since is not null)

-- name: sweep_unused
-- Forget vectors that have been of no use for long.
delete from embedding where unused_since < now() - make_interval(days => %(days)s)
