-- Which columns a model's columns are made of.

-- name: due_projects
-- Projects whose lineage of columns is not complete, or was read by another reader of SQL.
select project_id, source, adapter, generation, generated_at, hides from project
where column_lineage_by is distinct from %(by)s and source is not null
order by project_id

-- name: tables_of_project
-- A project's tables, each with its columns, and whether those are all.
select
    unique_id, coalesce((definition ->> 'columns_known')::boolean, false) as columns_known,
    array(
        select lower(node_column.name) from node_column
        where node_column.node_id = node.node_id
            and not coalesce((node_column.definition ->> 'missing')::boolean, false)
        order by position
    ) as columns
from node
where project_id = %(project_id)s and kind in ('model', 'seed', 'snapshot', 'source')

-- name: hidden_nodes
-- What a project's hidden nodes are called.
select unique_id from hidden_node where project_id = %(project_id)s

-- name: readings
-- What the SQL of a project's models was read from.
select unique_id, basis, columns from column_reading where project_id = %(project_id)s

-- name: claim_project
-- Until the transaction ends, no refresh changes the project.
select generation, generated_at, hides from project where project_id = %(project_id)s for update

-- name: forget_readings
-- Forget what the SQL of these models said.
with readings as (
    delete from column_reading where project_id = %(project_id)s and unique_id = any(%(unique_ids)s)
),
origins as (
    delete from column_origin where project_id = %(project_id)s and unique_id = any(%(unique_ids)s)
)
delete from column_edge where project_id = %(project_id)s and child = any(%(unique_ids)s)

-- name: store_readings
-- Keep what the SQL of some models says (knowledge.column_lineage.book), of which nothing is there.
with incoming as materialized (
    select * from jsonb_to_recordset(%(readings)s::jsonb) as reading (
        unique_id text, basis text, fault text, columns text[], origins jsonb, edges jsonb
    )
),
stored as (
    insert into column_reading (project_id, unique_id, basis, fault, columns)
    select %(project_id)s, unique_id, decode(basis, 'hex'), fault, columns from incoming
),
origins as (
    insert into column_origin (project_id, unique_id, column_name, steps, is_whole)
    select %(project_id)s, unique_id, column_name, steps, is_whole
    from incoming, jsonb_to_recordset(coalesce(origins, '[]')) as origin (
        column_name text, steps jsonb, is_whole boolean
    )
)
insert into column_edge (project_id, parent, parent_column, child, child_column)
select %(project_id)s, parent, parent_column, unique_id, child_column
from incoming, jsonb_to_recordset(coalesce(edges, '[]')) as edge (parent text, parent_column text, child_column text)

-- name: forget_other_readings
-- Forget what the SQL of all models but these said.
with readings as (
    delete from column_reading
    where project_id = %(project_id)s and not exists (
        select from unnest(%(unique_ids)s::text[]) as seen where seen = unique_id
    )
),
origins as (
    delete from column_origin
    where project_id = %(project_id)s and not exists (
        select from unnest(%(unique_ids)s::text[]) as seen where seen = unique_id
    )
)
delete from column_edge
where project_id = %(project_id)s and not exists (
    select from unnest(%(unique_ids)s::text[]) as seen where seen = child
)

-- name: complete_lineage
-- Nothing is missing of a project's lineage of columns.
update project set column_lineage_by = %(by)s where project_id = %(project_id)s

-- name: column_state
-- What is known of the columns of a node: whether its SQL was read, and whether that is still to come.
select
    project.column_lineage_by is null as is_due, column_reading.unique_id is not null as is_read, fault,
    node.kind, node.definition ->> 'language' as language
from node
join project using (project_id)
left join column_reading using (project_id, unique_id)
where node.unique_id = %(unique_id)s
order by node.project_id
limit 1

-- name: followed_columns
-- All that a column is made of, or all that is made of it and what only needs it (no column), itself included; each
-- with the columns that it was found from, among others that do not lead to the column.
with recursive reached as (
    (
        select project_id, unique_id, %(column)s::text as column_name
        from node where unique_id = %(unique_id)s order by project_id limit 1
    )
    union
    select reached.project_id, farther.unique_id, farther.column_name
    from reached
    cross join lateral (
        select parent as unique_id, parent_column as column_name from column_edge
        where %(upstream)s and column_edge.project_id = reached.project_id and child = reached.unique_id
            and child_column = reached.column_name
        union all
        select child, child_column from column_edge
        where not %(upstream)s and column_edge.project_id = reached.project_id and parent = reached.unique_id
            and parent_column = reached.column_name
    ) as farther
)
select
    reached.unique_id, coalesce(node_column.name, reached.column_name) as column_name, reached.column_name as key,
    node.node_id is null as hidden, node.name, coalesce(node.kind, hidden_node.kind) as kind, layer,
    brief as description, package, version, is_latest, deprecated_on, coalesce(steps, '[]') as steps,
    coalesce(is_whole, true) as is_whole,
    (
        select coalesce(jsonb_agg(distinct jsonb_build_array(unique_id, column_name)), '[]')
        from (
            select child as unique_id, child_column as column_name from column_edge
            where %(upstream)s and column_edge.project_id = reached.project_id and parent = reached.unique_id
                and parent_column is not distinct from reached.column_name
            union all
            select parent, parent_column from column_edge
            where not %(upstream)s and column_edge.project_id = reached.project_id and child = reached.unique_id
                and child_column is not distinct from reached.column_name
        ) as nearer
        where column_name is not null
    ) as nearer
from reached
left join node on node.project_id = reached.project_id and node.unique_id = reached.unique_id
left join node_column on node_column.node_id = node.node_id and lower(node_column.name) = reached.column_name
left join hidden_node on hidden_node.project_id = reached.project_id and hidden_node.unique_id = reached.unique_id
left join column_origin as origin on origin.project_id = reached.project_id
    and origin.unique_id = reached.unique_id and origin.column_name = reached.column_name
where coalesce(node.unique_id, hidden_node.unique_id) is not null

-- name: resting_on
-- What rests on any of these nodes at any depth without being a table itself: exposures, metrics and the like, each
-- with whether it rests on one of them directly.
with recursive start as (
    select distinct on (unique_id) project_id, unique_id
    from node where unique_id = any(%(unique_ids)s) order by unique_id, project_id
),
reached as (
    select project_id, unique_id from start
    union
    select edge.project_id, edge.child
    from reached join edge on edge.project_id = reached.project_id and edge.parent = reached.unique_id
)
select
    reached.unique_id, node.node_id is null as hidden, name, coalesce(node.kind, hidden_node.kind) as kind, layer,
    brief as description, package, version, is_latest, deprecated_on
from reached
left join node using (project_id, unique_id)
left join hidden_node using (project_id, unique_id)
where coalesce(node.kind, hidden_node.kind) = any(%(describers)s)
order by kind, name, unique_id

-- name: unread_children
-- Models that are made of a node and of which it is not known whether they use a column of it, and how it stands with
-- them. One that names a column without telling whose has an edge from no parent at all, of that column or of any.
with start as (
    select project_id, unique_id from node where unique_id = %(unique_id)s order by project_id limit 1
)
select
    node.unique_id, node.name, node.kind, layer, brief as description, package, version, is_latest, deprecated_on,
    project.column_lineage_by is null as is_due, column_reading.unique_id is not null as is_read, fault,
    node.definition ->> 'language' as language, unplaced.is_any
from start
join edge on edge.project_id = start.project_id and edge.parent = start.unique_id
join project on project.project_id = start.project_id
join node on node.project_id = edge.project_id and node.unique_id = edge.child
left join column_reading on column_reading.project_id = node.project_id and column_reading.unique_id = node.unique_id
left join lateral (
    select bool_or(column_edge.parent_column is null) as is_any from column_edge
    where column_edge.project_id = node.project_id and column_edge.child = node.unique_id and column_edge.parent = ''
        and coalesce(column_edge.parent_column, %(column)s) = %(column)s
) as unplaced on true
where node.kind in ('model', 'snapshot')
    and (column_reading.unique_id is null or fault is not null or unplaced.is_any is not null)
order by node.name, node.unique_id
