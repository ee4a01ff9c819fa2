-- One question to the catalog: every voice's ranks in one statement. Fusion and priors are Python (knowledge/rank.py).

-- name: search
-- Up to `depth` nodes per voice, and the model whose vectors should be searched.
-- text: BM25F. The frequency of a term in a node is 5 times that in its name, 2 times that in its description, 1 times
--   that in its columns' names and 0.3 times that in their descriptions, each over 0.25 + 0.75 * words / mean words of
--   the field; the score is the sum of rarity * 2.2 frequency / (frequency + 1.2) over the terms.
--   Source: Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.6;
--   the weights are those that found most on eight sets of questions.
-- vector: cosine distance of passages, exact.
-- name, column: nodes or columns called what a run of the question's words says (knowledge.words.key_of). What many
--   share says little, so the rank is how many share it, and what very many share is left out: more than
--   `most_sharing`, or a tenth of that where it is a single word, which may mean anything.
with mean as (
    select
        sum(nodes)::float8 as nodes,
        greatest(sum(nodes * name_words) / nullif(sum(nodes), 0), 1)::float8 as name_words,
        greatest(sum(nodes * description_words) / nullif(sum(nodes), 0), 1)::float8 as description_words,
        greatest(sum(nodes * column_words) / nullif(sum(nodes), 0), 1)::float8 as column_words,
        greatest(sum(nodes * column_description_words) / nullif(sum(nodes), 0), 1)::float8 as column_description_words
    from project
),
matched as (
    select
        node_id,
        sum(
            ln(1 + (mean.nodes - bearers + 0.5::float8) / (bearers + 0.5::float8))
            * 2.2::float8 * frequency / (frequency + 1.2::float8)
        ) as score
    from unnest(tsvector_to_array(to_tsvector('english', %(words)s))) as asked
    cross join lateral (select posting.*, count(*) over () as bearers from posting where term = asked) as hit
    cross join mean
    cross join lateral (
        select
            5 * name_tf / (0.25::float8 + 0.75::float8 * hit.name_words / mean.name_words)
            + 2 * description_tf / (0.25::float8 + 0.75::float8 * hit.description_words / mean.description_words)
            + column_tf / (0.25::float8 + 0.75::float8 * hit.column_words / mean.column_words)
            + 0.3::float8 * column_description_tf
            / (0.25::float8 + 0.75::float8 * hit.column_description_words / mean.column_description_words)
            as frequency
    ) as weighed
    where %(kinds)s::text[] is null or node_id in (select node.node_id from node where kind = any(%(kinds)s))
    group by node_id
    order by score desc, node_id
    limit %(depth)s
),
near as (
    -- A vector of another length, left by an endpoint that changed its model, has no distance.
    select
        text_hash,
        case when vector_dims(vector) = vector_dims(%(vector)s::halfvec) then vector <=> %(vector)s::halfvec end
        as distance
    from embedding
    where %(vector)s::halfvec is not null and model = %(model)s
    order by distance
    -- Some vectors are of texts that no node has any more; for some kinds alone, any number may come first.
    limit case when %(kinds)s::text[] is null then 4 * %(depth)s end
),
meant as (
    select node_id, distance
    from near join passage using (text_hash)
    where distance is not null
        and (%(kinds)s::text[] is null or node_id in (select node.node_id from node where kind = any(%(kinds)s)))
    order by distance, node_id
    limit %(depth)s
),
voice as (
    select
        'text' as voice, node_id, row_number() over (order by score desc, node_id) as rank, null as key,
        null as column_name
    from matched
    union all
    select 'vector', node_id, row_number() over (order by distance, node_id), null, null
    from meant
    union all
    select 'name', node_id, count(*) over (partition by key), key, null
    from unnest(%(keys)s::text[]) as key
    cross join lateral (
        select node_id from node where name_keys @> array[key] limit %(most_sharing)s + 1
    ) as called
    union all
    select 'column', node_id, count(*) over (partition by key), key, name
    from unnest(%(keys)s::text[]) as key
    cross join lateral (
        select node_id, name from node_column where name_key = key limit %(most_sharing)s + 1
    ) as listed
)
select
    (select model from embedding_model order by complete_since desc limit 1) as serving,
    voice, rank, key, column_name, unique_id, node.name, kind, layer, version, is_latest,
    package in (project.name, '') as is_own, coalesce(deprecated_on <= current_date, false) as is_deprecated
from voice
join node using (node_id)
join project using (project_id)
where (%(kinds)s::text[] is null or kind = any(%(kinds)s))
    and (
        voice in ('text', 'vector')
        or rank <= case when strpos(key, '_') > 0 then %(most_sharing)s else %(most_sharing)s / 10 end
    )
order by voice, rank, unique_id
