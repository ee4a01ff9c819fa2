-- Makes the catalog equal to a set of artifacts.

-- name: begin_refresh
-- Record that a refresh has begun; whoever holds the lock knows that unfinished ones before it died.
with died as (
    update refresh set outcome = 'failed', reason = 'The process ended before the refresh did.', finished_at = now()
    where outcome is null
)
insert into refresh default values returning refresh_id

-- name: finish_refresh
-- Record how a refresh ended, and forget long past ones that found nothing: not the last that went well, whose time is
-- the catalog's age, and none that the admins heard of.
with forgotten as (
    delete from refresh
    where outcome = 'unchanged' and started_at < now() - interval '7 days' and told_at is null
        and (
            %(outcome)s::text in ('changed', 'unchanged')
            or refresh_id < (select max(refresh_id) from refresh where outcome in ('changed', 'unchanged'))
        )
)
update refresh
set finished_at = now(), outcome = %(outcome)s, reason = %(reason)s, added = %(added)s, changed = %(changed)s,
    removed = %(removed)s, oddities = %(oddities)s::jsonb
where refresh_id = %(refresh_id)s

-- name: project_by_source
-- The project that a source speaks for, and how far it has been read.
select project_id, name, environment, cursor, made_with, hides from project where source = %(source)s order by project_id desc limit 1

-- name: project_by_name
-- What is known of a project in an environment.
select project_id, generated_at, dbt_version from project where name = %(name)s and environment = %(environment)s

-- name: reading_keys
-- By what a reading of a project's artifacts knows what is the same as the last time.
select keys from project where project_id = %(project_id)s

-- name: has_warehouse_columns
-- Whether the columns of any of a project's nodes are known from the warehouse.
select exists (
    select from node where project_id = %(project_id)s and (definition ->> 'columns_known')::boolean
) as has_any

-- name: secret
-- The key called this, made when it is first asked for.
with made as (insert into secret (name) values (%(name)s) on conflict do nothing returning value)
select value from made union all select value from secret where name = %(name)s limit 1

-- name: definition_hashes
-- The fingerprint of every node of a project, but for these.
select unique_id, definition_hash, kind from node
where project_id = %(project_id)s
    and not exists (
        select from json_array_elements_text(%(besides)s::json) as same (unique_id)
        where same.unique_id = node.unique_id
    )

-- name: stored_definitions
-- Whole nodes of a project, each with its columns and tests.
select
    unique_id, definition,
    (
        select coalesce(jsonb_agg(node_column.definition order by position), '[]')
        from node_column where node_column.node_id = node.node_id
    ) as columns,
    (
        select coalesce(jsonb_agg(jsonb_build_object(
            'unique_id', data_test.unique_id, 'name', data_test.name, 'node', data_test.node,
            'column', column_name, 'severity', severity
        ) order by data_test.unique_id), '[]')
        from data_test where data_test.project_id = node.project_id and data_test.node = node.unique_id
    ) as tests
from node
where project_id = %(project_id)s and unique_id = any(%(unique_ids)s)

-- name: store_project
-- What the artifacts say of themselves and where they come from; makes the project when it is new.
insert into project as known (
    name, environment, environment_name, adapter, dbt_version, generated_at, catalog_generated_at, node_link, code_link,
    hidden, hides, source, cursor, made_with, keys
)
values (
    %(name)s, %(environment)s, %(environment_name)s, %(adapter)s, %(dbt_version)s, %(generated_at)s,
    %(catalog_generated_at)s, %(node_link)s, %(code_link)s, %(hidden)s, %(hides)s, %(source)s,
    %(cursor)s::jsonb, %(made_with)s, %(keys)s
)
on conflict (name, environment) do update
set environment_name = excluded.environment_name, adapter = excluded.adapter, dbt_version = excluded.dbt_version,
    generated_at = coalesce(excluded.generated_at, known.generated_at),
    catalog_generated_at = excluded.catalog_generated_at, node_link = excluded.node_link,
    code_link = excluded.code_link, hidden = excluded.hidden, hides = excluded.hides, source = excluded.source, cursor = excluded.cursor,
    made_with = excluded.made_with, keys = excluded.keys, column_lineage_by = null
returning project_id

-- name: store_cursor
-- How far a source has been read, where nothing else of the project has changed.
update project set cursor = %(cursor)s::jsonb where project_id = %(project_id)s

-- name: store_hidden
-- Make a project's hidden nodes these, and the edges that lead to them; what is there already is left alone.
with incoming as materialized (
    select * from jsonb_to_recordset(%(hidden)s::jsonb) as record (unique_id text, kind text, depends_on text[])
),
wanted as materialized (
    select unnest(depends_on) as parent, unique_id as child from incoming
),
gone as (
    delete from hidden_node
    where project_id = %(project_id)s and unique_id not in (select unique_id from incoming)
),
cut as (
    delete from edge
    where project_id = %(project_id)s and child like 'hidden.%%' and (parent, child) not in (select parent, child from wanted)
),
stored as (
    insert into hidden_node (project_id, unique_id, kind)
    select %(project_id)s, unique_id, kind from incoming
    on conflict do nothing
)
insert into edge (project_id, parent, child)
select %(project_id)s, parent, child from wanted
on conflict do nothing

-- name: forget_lineage_of_hidden
-- If the lineage of columns names any of these columns, which must not be known, forget all that the project has of it:
-- expressions may name them, too.
with hidden as materialized (
    select unique_id, column_name
    from jsonb_each(%(columns)s::jsonb) as listed (unique_id, names), jsonb_array_elements_text(names) as column_name
),
named as materialized (
    select exists (
        select from column_origin join hidden using (unique_id, column_name) where project_id = %(project_id)s
        union all
        select from column_edge as edge
        join hidden on edge.parent in (hidden.unique_id, '') and edge.parent_column = hidden.column_name
        where project_id = %(project_id)s
    ) as are_any
),
readings as (delete from column_reading where project_id = %(project_id)s and (select are_any from named)),
origins as (delete from column_origin where project_id = %(project_id)s and (select are_any from named))
delete from column_edge where project_id = %(project_id)s and (select are_any from named)

-- name: forget_vectors
-- Forget at once the vectors of texts that no passage has.
delete from embedding
where not exists (
    select from passage where passage.text_hash = embedding.text_hash and (column_name is not null) = of_column
)

-- name: forget_threads
-- Forget what was said in threads, for it may name what has become hidden.
select forget_threads()

-- name: forget_told
-- Something has become hidden: forget what refreshes and runs told of the project in words, which may name it.
with runs as (update run_result set message = null where project_id = %(project_id)s and message is not null),
refreshes as (
    update refresh
    set oddities = '[]', reason = case when reason is not null then 'It named something that is hidden now.' end
    where reason is not null or oddities <> '[]'
),
readings as (delete from column_reading where project_id = %(project_id)s),
origins as (delete from column_origin where project_id = %(project_id)s),
column_edges as (delete from column_edge where project_id = %(project_id)s)
delete from change where project_id = %(project_id)s

-- name: clear_nodes
-- Take nodes out of a project with all that hangs on them.
with gone as (
    delete from node where project_id = %(project_id)s and unique_id = any(%(unique_ids)s)
    returning node_id, unique_id
),
postings as (delete from posting using gone where posting.node_id = gone.node_id),
columns as (delete from node_column using gone where node_column.node_id = gone.node_id),
passages as (delete from passage using gone where passage.node_id = gone.node_id),
edges as (delete from edge using gone where edge.project_id = %(project_id)s and edge.child = gone.unique_id)
delete from data_test using gone where data_test.project_id = %(project_id)s and data_test.node = gone.unique_id

-- name: store_nodes
-- Write nodes that are not there (knowledge.records) with all that hangs on them.
with incoming as materialized (
    select * from jsonb_to_recordset(%(nodes)s::jsonb) as record (
        unique_id text, definition jsonb, definition_hash text, kind text, name text, layer text, package text,
        label text, source_name text, identifier text, relation text, version text, is_latest boolean,
        deprecated_on date, brief text, name_keys text[], language text, tells_language boolean, terms text[],
        name_tfs smallint[], description_tfs smallint[], column_tfs smallint[], column_description_tfs smallint[],
        name_words smallint, description_words smallint, column_words smallint, column_description_words smallint,
        passages jsonb, columns jsonb, tests jsonb, depends_on text[]
    )
),
stored as (
    insert into node (
        project_id, unique_id, definition, definition_hash, kind, name, layer, package, label, source_name, identifier,
        relation, version, is_latest, deprecated_on, brief, name_keys, language, tells_language, name_words,
        description_words, column_words, column_description_words
    )
    select
        %(project_id)s, unique_id, definition, decode(definition_hash, 'hex'), kind, name, layer, package, label,
        source_name, identifier, relation, version, is_latest, deprecated_on, brief, name_keys, language,
        tells_language, name_words, description_words, column_words, column_description_words
    from incoming
    returning node_id, unique_id
),
arrived as materialized (select stored.node_id, incoming.* from incoming join stored using (unique_id)),
columns as (
    insert into node_column (node_id, position, name, name_key, definition)
    select node_id, position, item ->> 'name', item ->> 'name_key', item -> 'definition'
    from arrived, jsonb_array_elements(columns) with ordinality as listed (item, position)
),
edges as (
    insert into edge (project_id, parent, child)
    select %(project_id)s, parent, unique_id from arrived, unnest(depends_on) as parent
),
tests as (
    insert into data_test (project_id, unique_id, node, name, column_name, severity)
    select
        %(project_id)s, item ->> 'unique_id', unique_id, item ->> 'name', item ->> 'column', item ->> 'severity'
    from arrived, jsonb_array_elements(tests) as item
),
passages as (
    insert into passage (node_id, column_name, text, text_hash)
    select node_id, item ->> 'column_name', item ->> 'text', decode(item ->> 'hash', 'hex')
    from arrived, jsonb_array_elements(passages) as item
)
insert into posting (
    term, node_id, name_tf, description_tf, column_tf, column_description_tf, name_words, description_words,
    column_words, column_description_words
)
select
    term, node_id, name_tf, description_tf, column_tf, column_description_tf, name_words, description_words,
    column_words, column_description_words
from arrived, unnest(terms, name_tfs, description_tfs, column_tfs, column_description_tfs)
    as counted (term, name_tf, description_tf, column_tf, column_description_tf)

-- name: told_languages
-- How many nodes of a project are written in which language, of those that tell.
select language, count(*) as nodes from node where project_id = %(project_id)s and tells_language group by language

-- name: store_statistics
-- Count a project's nodes, their languages and mean words per field, and let readers know that definitions have changed.
update project
set generation = project.generation + 1, nodes = means.nodes, languages = means.languages, name_words = means.name_words,
    description_words = means.description_words, column_words = means.column_words,
    column_description_words = means.column_description_words
from (
    select
        count(*) as nodes, coalesce(array_agg(distinct language), '{}') as languages,
        coalesce(avg(name_words), 0) as name_words,
        coalesce(avg(description_words), 0) as description_words, coalesce(avg(column_words), 0) as column_words,
        coalesce(avg(column_description_words), 0) as column_description_words
    from node where project_id = %(project_id)s
) as means
where project.project_id = %(project_id)s

-- name: count_frequent_terms
-- Note of the terms that stand in more than a thousand nodes in how many they do.
with counted as materialized (
    select term, count(*) as nodes from posting
    where (select count(*) > 1000 from node)
    group by term having count(*) > 1000
),
gone as (delete from frequent_term where term not in (select term from counted))
insert into frequent_term (term, nodes)
select term, nodes from counted
on conflict (term) do update set nodes = excluded.nodes where frequent_term.nodes <> excluded.nodes

-- name: store_results
-- Keep the newest outcome of each build and test that the project has, and when it was built: how many were newer, and
-- what flipped.
with incoming as materialized (
    -- An outcome that lies ahead, by a clock that is wrong, must not outlast all that follow.
    select
        unique_id, status, case when completed_at > now() + interval '1 hour' then now() else completed_at end as completed_at,
        duration_s, failures, message, good,
        array(select built_at from unnest(builds) as built_at where built_at <= now() + interval '1 hour') as builds
    from jsonb_to_recordset(%(results)s::jsonb) as result (
        unique_id text, status text, completed_at timestamptz, duration_s real, failures bigint, message text,
        good boolean, builds timestamptz[]
    )
    where exists (
        select from node where node.project_id = %(project_id)s and node.unique_id = result.unique_id
    ) or exists (
        select from data_test where data_test.project_id = %(project_id)s and data_test.unique_id = result.unique_id
    )
),
before as materialized (
    select unique_id, status, completed_at, good, builds from run_result
    where project_id = %(project_id)s and unique_id in (select unique_id from incoming)
),
outcome as materialized (
    select
        incoming.unique_id, incoming.status, incoming.completed_at, incoming.duration_s, incoming.failures,
        incoming.message, coalesce(incoming.good, before.good) as good,
        case
            when incoming.builds <@ before.builds then before.builds
            else kept_builds(coalesce(before.builds, '{}'), incoming.builds)
        end as builds,
        before.unique_id is null or incoming.completed_at > before.completed_at
            or (before.completed_at is null and incoming.completed_at is not null) as is_newer
    from incoming left join before using (unique_id)
),
stored as (
    insert into run_result (
        project_id, unique_id, status, completed_at, duration_s, failures, message, good, builds
    )
    select %(project_id)s, unique_id, status, completed_at, duration_s, failures, message, good, builds
    from outcome where is_newer
    on conflict (project_id, unique_id) do update
    set status = excluded.status, completed_at = excluded.completed_at, duration_s = excluded.duration_s,
        failures = excluded.failures, message = excluded.message, good = excluded.good, builds = excluded.builds
    returning unique_id, status, good
),
remembered as (
    -- Builds that came to be known only after later ones.
    update run_result set builds = outcome.builds
    from outcome
    where project_id = %(project_id)s and run_result.unique_id = outcome.unique_id and not is_newer
        and run_result.builds <> outcome.builds
)
select
    count(*) as newer,
    coalesce(jsonb_agg(jsonb_build_object(
        'unique_id', node.unique_id, 'kind', node.kind,
        'name', case
            when node.kind = 'source' then concat_ws('.', node.source_name, node.name)
            when node.is_latest or node.version is null then node.name
            else node.name || '.v' || node.version
        end,
        'field', case when data_test.unique_id is null then 'build' else 'test' end,
        'item', data_test.name || coalesce('(' || data_test.column_name || ')', ''),
        'before', before.status, 'after', stored.status, 'good', stored.good
    ) order by node.unique_id, data_test.unique_id nulls first) filter (
        where stored.good is distinct from before.good and (before.good is not null or not stored.good)
    ), '[]') as flips
from stored
left join before using (unique_id)
left join data_test on data_test.project_id = %(project_id)s and data_test.unique_id = stored.unique_id
left join node on node.project_id = %(project_id)s
    and node.unique_id = coalesce(data_test.node, stored.unique_id)

-- name: store_freshness
-- Keep the newest freshness check of each source table that the project has: how many were newer, and what flipped.
with incoming as materialized (
    select
        unique_id, status, max_loaded_at,
        case when checked_at > now() + interval '1 hour' then now() else checked_at end as checked_at, good
    from jsonb_to_recordset(%(checks)s::jsonb) as checked (
        unique_id text, status text, max_loaded_at timestamptz, checked_at timestamptz, good boolean
    )
    where exists (
        select from node where node.project_id = %(project_id)s and node.unique_id = checked.unique_id
    )
),
before as materialized (
    select unique_id, status, good from freshness
    where project_id = %(project_id)s and unique_id in (select unique_id from incoming)
),
stored as (
    insert into freshness as known (project_id, unique_id, status, max_loaded_at, checked_at, good)
    select %(project_id)s, unique_id, status, max_loaded_at, checked_at, good from incoming
    on conflict (project_id, unique_id) do update
    set status = excluded.status, max_loaded_at = excluded.max_loaded_at, checked_at = excluded.checked_at,
        good = coalesce(excluded.good, known.good)
    where excluded.checked_at > known.checked_at
        or (known.checked_at is null and excluded.checked_at is not null)
    returning unique_id, status, good
)
select
    count(*) as newer,
    coalesce(jsonb_agg(jsonb_build_object(
        'unique_id', node.unique_id, 'name', concat_ws('.', node.source_name, node.name), 'kind', node.kind,
        'field', 'freshness', 'item', null, 'before', before.status, 'after', stored.status, 'good', stored.good
    ) order by node.unique_id) filter (
        where stored.good is distinct from before.good and (before.good is not null or not stored.good)
    ), '[]') as flips
from stored
left join before using (unique_id)
left join node on node.project_id = %(project_id)s and node.unique_id = stored.unique_id

-- name: forget_lost_results
-- Drop outcomes of what the project no longer has.
with checks as (
    delete from freshness
    where project_id = %(project_id)s and not exists (
        select from node where node.project_id = freshness.project_id and node.unique_id = freshness.unique_id
    )
)
delete from run_result
where project_id = %(project_id)s
    and not exists (
        select from node where node.project_id = run_result.project_id and node.unique_id = run_result.unique_id
    )
    and not exists (
        select from data_test
        where data_test.project_id = run_result.project_id and data_test.unique_id = run_result.unique_id
    )

-- name: other_projects
-- Projects of the catalog besides these.
select project_id from project where project_id <> all(%(project_ids)s)

-- name: drop_project
-- Forget a project whose nodes are cleared.
with edges as (delete from edge where project_id = %(project_id)s)
delete from project where project_id = %(project_id)s

-- name: analyze_catalog
-- Tell the planner about what has just been written.
analyze node, node_column, edge, data_test, run_result, posting, passage
