-- Questions to the catalog. Where two environments of a project are served, a unique_id means the first one.

-- name: nodes
-- Whole nodes, columns included, and where their project's pages are.
select distinct on (node.unique_id)
    node.unique_id, node.definition, node_link, code_link,
    (
        select coalesce(jsonb_agg(node_column.definition order by position), '[]')
        from node_column where node_column.node_id = node.node_id
    ) as columns
from node
join project using (project_id)
where node.unique_id = any(%(unique_ids)s)
order by node.unique_id, node.project_id

-- name: summaries
-- Nodes in one line each.
select distinct on (unique_id)
    unique_id, name, kind, layer, brief as description, package, version, is_latest, deprecated_on
from node
where unique_id = any(%(unique_ids)s)
order by unique_id, project_id

-- name: health
-- What is known of how nodes are doing: a row for each build, test, source that feeds a node at any depth, and fault up
-- to two steps up, or further where builds were skipped, the nearest and gravest first.
with recursive asked as (
    select distinct on (unique_id) project_id, unique_id
    from node where unique_id = any(%(unique_ids)s) order by unique_id, project_id
),
feeding as (
    select project_id, unique_id as asked, unique_id from asked
    union
    select feeding.project_id, feeding.asked, edge.parent
    from feeding join edge on edge.project_id = feeding.project_id and edge.child = feeding.unique_id
),
near as (
    select project_id, unique_id as asked, unique_id, 0 as depth from asked
    union
    select near.project_id, near.asked, edge.parent, depth + 1
    from near
    join edge on edge.project_id = near.project_id and edge.child = near.unique_id
    left join run_result on run_result.project_id = near.project_id and run_result.unique_id = near.unique_id
    where depth < 2 or (depth < 8 and status = 'skipped')
),
above as materialized (
    select project_id, asked, unique_id, min(depth) as depth from near
    where unique_id <> asked
    group by project_id, asked, unique_id
),
failed_test as (
    select
        project_id, node as unique_id, max(completed_at) as completed_at,
        array_agg(data_test.name || coalesce('(' || column_name || ')', '') order by data_test.name, column_name) as tests
    from data_test join run_result using (project_id, unique_id)
    where severity = 'error' and status in ('error', 'fail', 'runtime error')
        and (project_id, node) in (select project_id, unique_id from above)
    group by project_id, node
),
fault as (
    select
        asked, above.unique_id, depth, status, coalesce(run_result.completed_at, failed_test.completed_at) as completed_at,
        message, tests,
        row_number() over (partition by asked order by depth, status is null, above.unique_id) as place
    from above
    left join run_result on run_result.project_id = above.project_id and run_result.unique_id = above.unique_id
        and status in ('error', 'fail', 'runtime error')
    left join failed_test on failed_test.project_id = above.project_id and failed_test.unique_id = above.unique_id
    where status is not null or tests is not null
)
select
    asked.unique_id as asked, 'built' as part, asked.unique_id, null as name, null as column_name, null as severity,
    status, completed_at, duration_s, failures, message, builds, null::timestamptz as max_loaded_at,
    null::timestamptz as checked_at, null::bigint as place, null::integer as depth, null::text[] as tests,
    null::jsonb as summary
from asked join run_result using (project_id, unique_id)
union all
select
    asked.unique_id, 'test', data_test.unique_id, data_test.name, column_name, severity, status, completed_at,
    duration_s, failures, message, null, null, null, null, null, null, null
from asked
join data_test on data_test.project_id = asked.project_id and data_test.node = asked.unique_id
left join run_result on run_result.project_id = asked.project_id and run_result.unique_id = data_test.unique_id
union all
select
    feeding.asked, 'source', node.unique_id, concat_ws('.', node.source_name, node.name), null, null, status, null, null,
    null, null, null, max_loaded_at, checked_at, null, null, null, null
from feeding
join node using (project_id, unique_id)
left join freshness using (project_id, unique_id)
where node.kind = 'source'
union all
select
    fault.asked, 'upstream', node.unique_id, null, null, null, status, completed_at, null, null, message, null, null,
    null, place, depth, coalesce(tests, '{}'), jsonb_build_object(
        'unique_id', node.unique_id, 'name', node.name, 'kind', kind, 'layer', layer, 'description', brief,
        'package', package, 'version', version, 'is_latest', is_latest, 'deprecated_on', deprecated_on
    )
from fault
join asked on asked.unique_id = fault.asked
join node on node.project_id = asked.project_id and node.unique_id = fault.unique_id
where place <= 5
order by asked, part, place, name, column_name, unique_id

-- name: broken
-- Nodes whose newest build or a test of severity error failed, own ones and marts first, and how many there are.
with failed as (
    select project_id, unique_id from run_result where status in ('error', 'fail', 'runtime error')
),
fault as (
    select project_id, unique_id, null as test from failed where not %(only_tests)s
    union all
    select project_id, data_test.node, data_test.name || coalesce('(' || column_name || ')', '')
    from data_test join failed using (project_id, unique_id)
    where severity = 'error'
),
broken as (
    select distinct on (unique_id)
        node.unique_id, node.name, kind, layer, brief as description, package, version, is_latest, deprecated_on,
        package in (project.name, '') as is_own, bool_or(test is null) as build,
        coalesce(array_agg(distinct test) filter (where test is not null), '{}') as tests
    from fault
    join node using (project_id, unique_id)
    join project using (project_id)
    where %(kinds)s::text[] = '{}' or kind = any(%(kinds)s)
    group by node.node_id, project.project_id
    order by unique_id, project.project_id
)
select *, count(*) over () as number
from broken
order by
    is_own desc, array_position(array['mart', 'other', 'intermediate', 'staging', 'raw'], layer), kind <> 'model', name,
    unique_id
limit %(limit)s

-- name: timings
-- When nodes were built, and how their freshness checks ended: sources and own marts first.
with timed as (
    select distinct on (unique_id)
        node.unique_id, node.name, kind, layer, brief as description, package, version, is_latest, deprecated_on,
        package in (project.name, '') as is_own, definition ->> 'materialized' as materialized, builds,
        freshness.status, max_loaded_at, checked_at
    from node
    join project using (project_id)
    left join run_result using (project_id, unique_id)
    left join freshness using (project_id, unique_id)
    where kind = any(%(kinds)s)
    order by unique_id, project.project_id
)
select *
from timed
order by
    kind <> 'source', is_own desc, array_position(array['mart', 'other', 'intermediate', 'staging', 'raw'], layer), name,
    unique_id

-- name: lineage_upstream
-- All that feeds a node, hidden nodes included, each with its children: some of them lead to the node.
with recursive start as (
    select project_id, unique_id from node where unique_id = %(unique_id)s order by project_id limit 1
),
reached as (
    select project_id, unique_id from start
    union
    select reached.project_id, edge.parent
    from reached join edge on edge.project_id = reached.project_id and edge.child = reached.unique_id
)
select
    reached.unique_id, node.node_id is null as hidden, name, coalesce(node.kind, hidden_node.kind) as kind, layer,
    brief as description, package, version, is_latest, deprecated_on, array_agg(edge.child) as nearer
from reached
left join node using (project_id, unique_id)
left join hidden_node using (project_id, unique_id)
join edge on edge.project_id = reached.project_id and edge.parent = reached.unique_id
where coalesce(node.unique_id, hidden_node.unique_id) is not null
group by reached.unique_id, node.node_id, hidden_node.kind

-- name: lineage_downstream
-- All that a node feeds, hidden nodes included, each with its parents: some of them lead to the node.
with recursive start as (
    select project_id, unique_id from node where unique_id = %(unique_id)s order by project_id limit 1
),
reached as (
    select project_id, unique_id from start
    union
    select reached.project_id, edge.child
    from reached join edge on edge.project_id = reached.project_id and edge.parent = reached.unique_id
)
select
    reached.unique_id, node.node_id is null as hidden, name, coalesce(node.kind, hidden_node.kind) as kind, layer,
    brief as description, package, version, is_latest, deprecated_on, array_agg(edge.parent) as nearer
from reached
left join node using (project_id, unique_id)
left join hidden_node using (project_id, unique_id)
join edge on edge.project_id = reached.project_id and edge.child = reached.unique_id
where coalesce(node.unique_id, hidden_node.unique_id) is not null
group by reached.unique_id, node.node_id, hidden_node.kind

-- name: columns_named
-- Every node that has a column of this name, the project's own, built for reading and latest first.
select
    unique_id, node.name, kind, layer, brief as description, package, version, is_latest, deprecated_on,
    node_column.definition as column
from node_column
join node using (node_id)
join project using (project_id)
where lower(node_column.name) = lower(%(name)s)
order by
    is_latest desc, package in (project.name, '') desc,
    array_position(array['mart', 'other', 'intermediate', 'staging', 'raw'], layer), unique_id, node_id
limit %(limit)s

-- name: generation
-- What changes when any definition does, the kind of warehouse the nodes live in, and how fresh all that is.
select
    coalesce(string_agg(project_id || ':' || generation, ' ' order by project_id), '') as generation,
    (array_agg(adapter order by project_id) filter (where adapter is not null))[1] as adapter,
    (
        select finished_at from refresh where outcome in ('changed', 'unchanged') order by refresh_id desc limit 1
    ) as refreshed_at,
    (
        select case when outcome in ('refused', 'failed') then coalesce(reason, '') end
        from refresh where outcome is not null order by refresh_id desc limit 1
    ) as failure
from project

-- name: all_names
-- Every node with all that it may be called (knowledge.names.Named), and every column name once; as JSON.
select
    (
        select coalesce(json_agg(json_build_object(
            'summary', json_build_object(
                'unique_id', unique_id, 'name', node.name, 'kind', kind, 'layer', layer, 'description', brief,
                'package', package, 'version', version, 'is_latest', is_latest, 'deprecated_on', deprecated_on
            ),
            'keys', name_keys, 'is_own', package in (project.name, ''), 'label', label, 'source_name', source_name,
            'identifier', identifier, 'relation', relation
        )), '[]')::text
        from node join project using (project_id)
    ) as nodes,
    (select coalesce(json_agg(distinct lower(name)), '[]')::text from node_column) as columns

-- name: overview
-- The catalog as a whole.
select
    (select coalesce(jsonb_object_agg(kind, nodes), '{}') from (
        select kind, count(*) as nodes from node group by kind
    ) as counted) as counts,
    (select max(finished_at) from refresh where outcome in ('changed', 'unchanged')) as refreshed_at,
    (select case when outcome in ('refused', 'failed') then reason end from refresh where outcome is not null
        order by refresh_id desc limit 1) as last_refresh_failed

-- name: projects
-- The projects of the catalog.
select
    name, environment, environment_name, adapter, dbt_version, generated_at, catalog_generated_at, node_link, code_link,
    hidden
from project order by project_id
