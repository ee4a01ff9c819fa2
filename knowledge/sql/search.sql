-- One question to the catalog: every voice's ranks in one statement. Fusion and priors are Python (knowledge/rank.py).

-- name: search
-- Up to `depth` nodes per voice, and the model whose vectors should be searched.
-- text: BM25F. The frequency of a term in a node is 5 times that in its name, 2 times that in its description, 1 times
--   that in its columns' names and 0.3 times that in their descriptions, each over 0.25 + 0.75 * words / mean words of
--   the field; the score is the sum of rarity * 2.2 frequency / (frequency + 1.2) over the terms.
--   Source: Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3.6;
--   the weights are those that found most on eight sets of questions. A word has a term for each language of the
--   catalog, and names and terms of the trade are English everywhere; the terms of one word count as one.
--   Nodes are ranked by that which a rougher frequency names first: of each term, `most_read` nodes that say most of
--   it are read, and twice as many nodes are looked at exactly as are asked for.
-- vector, column_vector: cosine distance of the passage of a node, and of the nearest passage of one of its columns;
--   exact as long as there is no index for the model (knowledge.vectors).
-- name, column: nodes or columns called what a run of the question's words says (knowledge.words.key_of). What many
--   share says little, so the rank is how many share it, and what very many share is left out: more than
--   `most_sharing`, or a tenth of that where it is a single word, which may mean anything.
-- listed: where nothing is asked for but what has something ("all dashboards", "core models"), what has it; all alike.
with kept as (
    -- Where nothing is filtered, nobody reads it.
    select node_id
    from node join project using (project_id)
    where (%(kinds)s::text[] is null or kind = any(%(kinds)s))
        and (%(layers)s::text[] is null or layer = any(%(layers)s))
        and (%(tags)s::text[] is null or tags && %(tags)s)
        and (%(schemas)s::text[] is null or schemas && %(schemas)s)
        and (%(owners)s::text[] is null or owners && %(owners)s)
        and (%(projects)s::text[] is null or project.name = any(%(projects)s))
        and (%(packages)s::text[] is null or package = any(%(packages)s))
),
mean as (
    select
        sum(nodes)::float8 as nodes,
        greatest(sum(nodes * name_words) / nullif(sum(nodes), 0), 1)::float8 as name_words,
        greatest(sum(nodes * description_words) / nullif(sum(nodes), 0), 1)::float8 as description_words,
        greatest(sum(nodes * column_words) / nullif(sum(nodes), 0), 1)::float8 as column_words,
        greatest(sum(nodes * column_description_words) / nullif(sum(nodes), 0), 1)::float8 as column_description_words
    from project
),
asked as (
    select word, array_agg(term) as terms
    from jsonb_to_recordset(%(terms)s::jsonb) as asked (word integer, term text, languages text[])
    where 'english' = any(languages) or languages && (select array_agg(language) from project, unnest(project.languages) as language)
    group by word
),
rare as (
    -- A frequent term was counted when the catalog was written, and the others of its word add little to it.
    select word, terms, bearers, ln(1 + (mean.nodes - bearers + 0.5::float8) / (bearers + 0.5::float8)) as rarity
    from asked
    cross join mean
    cross join lateral (select sum(nodes)::float8 as nodes from frequent_term where term = any(terms)) as frequent
    cross join lateral (
        select case
            when frequent.nodes is not null then least(frequent.nodes, mean.nodes)
            when cardinality(terms) = 1 then (select count(*) from posting where term = terms[1])
            else (select count(distinct node_id) from posting where term = any(terms))
        end as bearers
        offset 0  -- or it is counted twice, for each place where it is used
    ) as counted
),
likely as (
    select node_id
    from rare
    cross join lateral unnest(terms) as each
    cross join lateral (
        select node_id, rough_frequency from posting
        where term = each and (not %(filtered)s or node_id in (select node_id from kept))
        order by rough_frequency desc, node_id
        limit %(most_read)s
    ) as hit
    group by node_id
    order by sum(rarity * rough_frequency / (rough_frequency + 1.2::float8)) desc, node_id
    limit 2 * %(depth)s
),
by_index as (
    select exists (
        select from vector_index where model = %(model)s and dimensions = vector_dims(%(vector)s::halfvec)
    ) as is_there
),
side as (select * from (values (false), (true)) as side (of_column)),
kept_ids as materialized (select case when %(filtered)s then array(select node_id from kept) end as node_ids),
near as (
    -- A vector of another length, left by an endpoint that changed its model, has no distance.
    select of_column, text_hash, distance
    from side cross join lateral (
        select
            text_hash,
            case when vector_dims(vector) = vector_dims(%(vector)s::halfvec) then vector <=> %(vector)s::halfvec end
            as distance
        from embedding
        where %(vector)s::halfvec is not null and model = %(model)s and embedding.of_column = side.of_column
            and not (select is_there from by_index)
        order by distance
        -- Some vectors are of texts that no node has any more; before those that are kept, any number may come.
        limit case when not %(filtered)s then 4 * %(depth)s end
    ) as nearest
),
meant as (
    -- Of a node's columns the nearest speaks.
    select distinct on (of_column, node_id) of_column, node_id, column_name, distance
    from (
        select of_column, node_id, column_name, distance
        from near join passage using (text_hash)
        where not (select is_there from by_index) and distance is not null and of_column = (column_name is not null)
            and (not %(filtered)s or node_id in (select node_id from kept))
        union all
        select of_column, node_id, column_name, distance
        from side cross join lateral near_passages(
            %(model)s, %(vector)s, of_column, (select node_ids from kept_ids),
            %(few)s / case when of_column then 5 else 1 end, %(depth)s * case when of_column then 2 else 1 end
        )
        where (select is_there from by_index)
    ) as near_passage
    order by of_column, node_id, distance, column_name
),
nearest as (
    select node_id, distance from meant where not of_column order by distance, node_id limit %(nearest)s
),
scored as materialized (
    -- Of what is asked about, words that only ask (knowledge.assurance) left out: how rare, and how much of it is said.
    select
        node_id, sum(rarity * 2.2::float8 * frequency / (frequency + 1.2::float8)) as score,
        sum(rarity) filter (where word = any(%(subject)s)) as borne_rarity,
        sum(rarity * 2.2::float8 * frequency / (frequency + 1.2::float8)) filter (where word = any(%(subject)s))
            as borne_score
    from (
        select
            likely.node_id, word, rarity, max(name_tf) as name_tf, max(description_tf) as description_tf,
            max(column_tf) as column_tf, max(column_description_tf) as column_description_tf,
            max(name_words) as name_words, max(description_words) as description_words,
            max(column_words) as column_words, max(column_description_words) as column_description_words
        from (select node_id from likely union select node_id from nearest) as likely
        -- The offset keeps the planner from reading whole terms instead: what one node has lies together.
        cross join lateral (select * from posting where posting.node_id = likely.node_id offset 0) as its
        join (select word, rarity, unnest(terms) as term from rare) as said using (term)
        group by likely.node_id, word, rarity
    ) as hit
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
    group by node_id
),
matched as (
    select * from scored order by score desc, node_id limit %(depth)s
),
listed as (
    select node_id
    from node join project using (project_id)
    where %(listing)s and case
        when %(filtered)s then node_id in (select node_id from kept)
        else kind = any(%(liked_kinds)s::text[]) or layer = any(%(liked_layers)s::text[]) or tags && %(liked_tags)s::text[]
            or schemas && %(liked_schemas)s::text[] or owners && %(liked_owners)s::text[] or project.name = any(%(liked_projects)s::text[])
            or package = any(%(liked_packages)s::text[])
        end
    order by layer <> 'mart', brief = '', node_id
    limit %(most_listed)s
),
voice as (
    select
        'text' as voice, node_id, row_number() over (order by score desc, node_id) as rank, null as key,
        null as column_name, null::float8 as distance
    from matched
    union all
    (
        select 'vector', node_id, row_number() over (order by distance, node_id) as rank, null, null, distance
        from meant where not of_column order by rank limit %(depth)s
    )
    union all
    (
        select 'column_vector', node_id, row_number() over (order by distance, node_id) as rank, null, column_name, distance
        from meant where of_column order by rank limit %(depth)s
    )
    union all
    select 'listed', node_id, 1, null, null, null from listed
    union all
    select 'name', node_id, count(*) over (partition by key), key, null, null
    from unnest(%(keys)s::text[]) as key
    cross join lateral (
        select node_id from node where name_keys @> array[key] limit %(most_sharing)s + 1
    ) as called
    union all
    select 'column', node_id, count(*) over (partition by key), key, name, null
    from unnest(%(keys)s::text[]) as key
    cross join lateral (
        select node_id, name from node_column where name_key = key limit %(most_sharing)s + 1
    ) as listed
),
heard as materialized (
    select voice.*
    from voice
    -- What these four say is kept to that already.
    where voice in ('text', 'vector', 'column_vector', 'listed') or (
        rank <= case when strpos(key, '_') > 0 then %(most_sharing)s else %(most_sharing)s / 10 end
        and (not %(filtered)s or node_id in (select node_id from kept))
    )
),
described as (
    -- What a metric, an exposure, a semantic model or a saved query rests on, through semantic models.
    select describer.node_id as by_node, node.node_id, node.kind, 1 as steps
    from (select distinct node_id from heard) as any_heard
    join node as describer using (node_id)
    join edge on edge.project_id = describer.project_id and edge.child = describer.unique_id
    join node on node.project_id = edge.project_id and node.unique_id = edge.parent
    where describer.kind = any(%(describers)s)
),
described_farther as (
    select by_node, described.node_id, steps from described
    union all
    select by_node, node.node_id, 2
    from described
    join node as describer using (node_id)
    join edge on edge.project_id = describer.project_id and edge.child = describer.unique_id
    join node on node.project_id = edge.project_id and node.unique_id = edge.parent
    where described.kind in ('metric', 'semantic_model')
),
told as (
    select voice, node_id, rank, key, column_name, distance from heard
    union all
    select 'described', described_farther.node_id, min(steps), node.unique_id, null, null
    from described_farther join node on node.node_id = by_node
    where not %(filtered)s or described_farther.node_id in (select node_id from kept)
    group by described_farther.node_id, node.unique_id
),
standing as materialized (
    select
        node_id,
        (select count(*) from (
            select from edge
            where edge.project_id = node.project_id and parent = node.unique_id
                and split_part(child, '.', 1) in ('model', 'seed', 'snapshot')
            limit %(most_users)s
        ) as some_users) as users,
        exists (
            select from edge
            where edge.project_id = node.project_id and parent = node.unique_id
                and split_part(child, '.', 1) = any(%(describers)s)
        ) as is_exposed,
        exists (
            select from run_result as result
            where result.project_id = node.project_id and result.unique_id = node.unique_id and not good
        ) or exists (
            select from data_test join run_result as result using (project_id, unique_id)
            where data_test.project_id = node.project_id and data_test.node = node.unique_id and severity = 'error'
                and not good
        ) as is_failing
    from node
    where node_id in (select node_id from told)
)
select
    (select model from embedding_model order by complete_since desc limit 1) as serving,
    (select coalesce(string_agg(project_id || ':' || generation, ' ' order by project_id), '') from project)
        as generation,
    -- By which it is judged whether anything answers (knowledge.assurance).
    case when row_number() over (order by voice, rank, unique_id) = 1 then (
        select jsonb_build_object(
            'nodes', (select nodes from mean),
            'bearers', (select jsonb_object_agg(word, bearers) from rare where word = any(%(subject)s)),
            'nearest', (
                select jsonb_agg(jsonb_build_object(
                    'distance', distance, 'rarity', coalesce(borne_rarity, 0), 'score', coalesce(borne_score, 0)
                ) order by distance)
                from nearest left join scored using (node_id)
            ),
            'matched', (
                select jsonb_agg(jsonb_build_object(
                    'rarity', coalesce(borne_rarity, 0), 'score', coalesce(borne_score, 0)
                ))
                from matched
            )
        )
    ) end as evidence,
    voice, rank, key, column_name, distance, unique_id, node.name, kind, layer, version, is_latest, source_name,
    package in (project.name, '') as is_own, coalesce(deprecated_on <= current_date, false) as is_deprecated,
    is_failing, brief <> '' as is_documented, is_exposed, users,
    package, project.name as project, case when %(liking)s then tags end as tags,
    case when %(liking)s then schemas end as schemas, case when %(liking)s then owners end as owners
from told
join node using (node_id)
join project using (project_id)
join standing using (node_id)
order by voice, rank, unique_id

-- name: serving_model
-- The model whose vectors should be searched, where a search that asked for another one's has found nothing.
select (select model from embedding_model order by complete_since desc limit 1) as serving

-- name: facets
-- By what nodes are told apart: the values of each field that a search can be kept to, the most frequent first; and
-- the names of what others are built from.
select
    (select coalesce(string_agg(project_id || ':' || generation, ' ' order by project_id), '') from project)
        as generation,
    array(select kind from node group by kind) as kinds,
    array(select layer from node group by layer) as layers,
    array(select tag from node, unnest(tags) as tag group by tag order by count(*) desc, tag) as tags,
    array(select schema from node, unnest(schemas) as schema group by schema order by count(*) desc, schema) as schemas,
    array(select owner from node, unnest(owners) as owner group by owner order by count(*) desc, owner) as owners,
    array(select name from project order by nodes desc, name) as projects,
    array(select package from node where package <> '' group by package order by count(*) desc, package) as packages,
    (
        select coalesce(jsonb_object_agg(layer, keys), '{}')
        from (
            select layer, jsonb_agg(distinct key) as keys
            from node, unnest(name_keys) as key
            where layer in ('raw', 'staging', 'intermediate') and strpos(key, '.') = 0
            group by layer
        ) as of_layer
    ) as upstream

-- name: vocabulary
-- The catalog's words (knowledge/vocabulary.py): all terms, and the names and first sentences whose words are known whole.
select
    array(select distinct term from posting) as terms,
    array(select unnest(name_keys) from node union select name_key from node_column) as keys,
    array(select distinct brief from node where brief <> '') as briefs
