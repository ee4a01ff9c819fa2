-- Vectors of passages, kept by model and text hash.

-- name: missing_texts
-- Texts without a vector of this model, most useful first: the project's own before packages', then by layer and kind;
-- those of columns after all of nodes.
select distinct on (rank, text_hash, of_column) text_hash, of_column, text
from (
    select passage.text_hash, passage.column_name is not null as of_column, passage.text, min(
        case when passage.column_name is null then 0 else 20 end
        + case when node.package in (project.name, '') then 0 else 10 end
        + case
            when node.layer = 'mart' then 0
            when node.kind in ('exposure', 'metric', 'semantic_model', 'saved_query') then 1
            when node.layer = 'other' then 2
            when node.layer = 'intermediate' then 3
            when node.layer = 'staging' then 4
            else 5
        end
    ) over (partition by passage.text_hash, passage.column_name is not null) as rank
    from passage
    join node using (node_id)
    join project using (project_id)
    where not exists (
        select from embedding
        where embedding.model = %(model)s and embedding.text_hash = passage.text_hash
            and embedding.of_column = (passage.column_name is not null)
    )
) as missing
order by rank, text_hash, of_column
limit %(limit)s

-- name: count_missing
-- How many texts have no vector of this model.
select count(distinct (text_hash, column_name is not null)) as texts
from passage
where not exists (
    select from embedding
    where embedding.model = %(model)s and embedding.text_hash = passage.text_hash
        and embedding.of_column = (passage.column_name is not null)
)

-- name: store_vectors
-- Keep vectors of texts; what is there stays.
insert into embedding (model, text_hash, of_column, vector)
select %(model)s, text_hash, of_column, vector::halfvec
from unnest(%(text_hashes)s::bytea[], %(of_columns)s::bool[], %(vectors)s::text[]) as made (text_hash, of_column, vector)
on conflict do nothing

-- name: without_timeout
-- Let the statements of this transaction take their time, whatever this user's others may.
select set_config('statement_timeout', '0', true)

-- name: index_vectors
-- Make the indexes by which this model's vectors are found, where there are so many that looking at all takes long.
select index_vectors(%(model)s, %(least)s)

-- name: drop_vector_indexes
-- Drop the indexes of models that are not searched any more.
select drop_vector_indexes(%(model)s)

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
        model, text_hash, of_column,
        model = %(model)s and exists (
            select from passage
            where passage.text_hash = embedding.text_hash and (column_name is not null) = of_column
        ) as is_used
    from embedding
)
update embedding
set unused_since = case when judged.is_used then null else now() end
from judged
where judged.model = embedding.model and judged.text_hash = embedding.text_hash
    and judged.of_column = embedding.of_column
    and judged.is_used = (embedding.unused_since is not null)

-- name: sweep_unused
-- Forget vectors that have been of no use for long.
delete from embedding where unused_since < now() - make_interval(days => %(days)s)
