-- What refreshes have changed, and the digests that told of it.

-- name: record
-- Store what a refresh changed, and let go of what is too old to be asked about.
with old as (
    delete from change where changed_at < now() - interval '400 days'
), outdated as (
    delete from digest where posted_at < now() - interval '400 days'
)
insert into change (refresh_id, project_id, unique_id, name, kind, layer, what, field, item, before, after)
select %(refresh_id)s, %(project_id)s, unique_id, name, kind, layer, what, field, item, before, after
from jsonb_to_recordset(%(changes)s::jsonb) as recorded (
    unique_id text, name text, kind text, layer text, what text, field text, item text, before text, after text
)

-- name: net
-- What is different at the end of a stretch of time from what it was at its beginning: the most important of each sort,
-- and how many nodes of that sort there are. What came and went, was renamed there and back, or broke and recovered, is
-- not; neither is what became of a node before it went, nor how one that came was altered. A node is the same whatever
-- it was called meanwhile. One that fails from the moment it came has not broken.
with recursive seen as (
    select *, case what when 'added' then 'end' when 'removed' then 'end' when 'broke' then 'state'
        when 'recovered' then 'state' else what end as sort
    from change
    where change_id > %(after)s and (%(up_to)s::bigint is null or change_id <= %(up_to)s)
        and changed_at >= %(since)s and (%(until)s::timestamptz is null or changed_at < %(until)s)
),
move as materialized (
    select
        project_id, change_id, item as old, unique_id as new,
        lag(change_id, 1, 0::bigint) over (partition by project_id, item order by change_id) as previous
    from seen where what = 'renamed'
),
moved as (  -- what each new name became later
    select project_id, change_id, new, change_id as at from move
    union all
    select moved.project_id, moved.change_id, next.new, next.change_id
    from moved
    join move as next
        on next.project_id = moved.project_id and next.old = moved.new
        and moved.at < next.change_id and moved.at >= next.previous
),
destiny as materialized (
    select distinct on (change_id) change_id, new as node from moved order by change_id, at desc
),
arrival as materialized (
    select distinct refresh_id, project_id, unique_id from seen where what = 'added'
),
followed as (  -- every change with the last unique_id of its node
    select seen.*, coalesce(destiny.node, seen.unique_id) as node
    from seen
    left join move
        on move.project_id = seen.project_id and move.old = seen.unique_id and seen.what <> 'renamed'
        and seen.change_id < move.change_id and seen.change_id >= move.previous
    left join destiny
        on destiny.change_id = case when seen.what = 'renamed' then seen.change_id else move.change_id end
    left join arrival
        on arrival.refresh_id = seen.refresh_id and arrival.project_id = seen.project_id
        and arrival.unique_id = seen.unique_id and seen.sort = 'state'
    where arrival.unique_id is null
),
netted as (
    select distinct on (project_id, node, sort, field, part)
        change_id, changed_at, project_id, node, kind, layer, what, field, part, sort,
        first_value(item) over stretch as item, first_value(what) over stretch as first_what,
        first_value(before) over stretch as before, after,
        first_value(name) over (partition by project_id, node order by change_id desc) as name
    from (select *, case when what <> 'renamed' then item end as part from followed) as parted
    window stretch as (
        partition by project_id, node, sort, field, part order by change_id
        rows between unbounded preceding and unbounded following
    )
    order by project_id, node, sort, field, part, change_id desc
),
gone as (
    select distinct project_id, node from netted
    where what = 'removed' and not exists (
        select from netted as later
        where later.project_id = netted.project_id and later.node = netted.node and later.what = 'renamed'
            and later.change_id > netted.change_id
    )
),
come as (
    select distinct project_id, node from netted where sort = 'end' and first_what = 'added'
),
dropped as (  -- tests
    select distinct project_id, node, item from netted where sort = 'changed' and field = 'test' and after is null
),
told as (
    select distinct on (node, what, field, item) netted.*
    from netted
    left join gone using (project_id, node)
    left join come using (project_id, node)
    left join dropped using (project_id, node, item)
    where case sort
        when 'end' then first_what = what
        when 'state' then first_what = what and gone.node is null and dropped.node is null
        when 'renamed' then item <> node and gone.node is null and come.node is null
        else before is distinct from after and gone.node is null and come.node is null
        end
    -- where two environments of a project are served, a unique_id means the first one
    order by node, what, field, item, project_id
),
exposed as (
    select project_id, unique_id from node where kind = 'exposure'
    union
    select exposed.project_id, edge.parent
    from exposed join edge on edge.project_id = exposed.project_id and edge.child = exposed.unique_id
),
named_alike as (
    select kind, name, array_agg(distinct package) as packages from node group by kind, name
),
weighed as (
    select
        told.node as unique_id, told.name, told.kind, coalesce(node.layer, told.layer) as layer, what, field, item,
        before, after, changed_at, change_id,
        case when array_remove(packages, own.package) <> '{}' then own.package end as package,
        -- the project's own over a package's, then marts and what an exposure rests on
        2 * (own.package in (select project.name from project))::int
            + (coalesce(node.layer, told.layer, '') = 'mart' or exposed.unique_id is not null)::int as importance
    from told
    cross join lateral (select split_part(told.node, '.', 2) as package) as own
    left join node on node.project_id = told.project_id and node.unique_id = told.node
    left join exposed on exposed.project_id = told.project_id and exposed.unique_id = told.node
    left join named_alike on named_alike.kind = told.kind and named_alike.name = coalesce(node.name, told.name)
),
ranked as (
    select *, row_number() over (
        partition by what order by importance desc, kind <> 'model', changed_at desc, name, change_id desc
    ) as place
    from weighed
    where (%(kinds)s::text[] = '{}' or kind = any(%(kinds)s))
        and (%(layers)s::text[] = '{}' or layer = any(%(layers)s))
)
select
    unique_id, name, kind, layer, package, what, field, item, before, after, changed_at, counted.nodes
from ranked
join (select what, count(distinct unique_id) as nodes from ranked group by what) as counted using (what)
where place <= %(limit)s
order by importance desc, kind <> 'model', changed_at desc, name, change_id desc

-- name: of_node
-- All that became of nodes, under the names they had before too, newest first.
with recursive known_as as (
    select unnest(%(unique_ids)s::text[]) as unique_id
    union
    select change.item from change join known_as using (unique_id) where what = 'renamed'
)
select unique_id, name, kind, layer, what, field, item, before, after, changed_at
from change
where unique_id in (select unique_id from known_as)
    -- where two environments of a project are served, the first one counts
    and project_id = (select min(project_id) from change where unique_id in (select unique_id from known_as))
    -- what fails from the moment it came has not broken
    and (what not in ('broke', 'recovered') or not exists (
        select from change as arrival
        where arrival.what = 'added' and arrival.refresh_id = change.refresh_id
            and arrival.project_id = change.project_id and arrival.unique_id = change.unique_id
    ))
    and changed_at >= %(since)s and (%(until)s::timestamptz is null or changed_at < %(until)s)
order by change_id desc
limit %(limit)s

-- name: of_column
-- When columns of a name were dropped or renamed, in these nodes, under the names they had before too, or in any.
with recursive known_as as (
    select unnest(%(unique_ids)s::text[]) as unique_id
    union
    select change.item from change join known_as using (unique_id) where what = 'renamed'
)
select unique_id, name, kind, layer, what, field, item, before, after, changed_at
from change
where what = 'changed' and field = 'column' and lower(before) = lower(%(name)s)
    and (%(unique_ids)s::text[] is null or unique_id in (select unique_id from known_as))
order by change_id desc
limit 20

-- name: named
-- The last unique_id of the node that was last known by a name, be it gone or called otherwise now.
with recursive known_as as (
    (
        select project_id, unique_id, change_id
        from change
        where lower(name) = lower(%(name)s) or (what = 'renamed' and lower(before) = lower(%(name)s))
        order by change_id desc
        limit 1
    )
    union all
    select known_as.project_id, later.unique_id, later.change_id
    from known_as
    cross join lateral (
        select unique_id, change_id from change
        where change.project_id = known_as.project_id and change.what = 'renamed'
            and change.item = known_as.unique_id and change.change_id > known_as.change_id
        order by change_id
        limit 1
    ) as later
)
select unique_id from known_as order by change_id desc limit 1

-- name: newest
-- The last change there is.
select coalesce(max(change_id), 0) as change_id from change

-- name: watched_since
-- When the first refresh that could tell of changes had ended.
select min(finished_at) as at
from refresh
where outcome in ('changed', 'unchanged')
    and finished_at >= (select applied_at from marty_migration where name like '0003%%')

-- name: last_digest
-- How far a channel has been told.
select change_id, posted_at from digest where channel = %(channel)s order by digest_id desc limit 1

-- name: note_digest
-- A channel has been told up to this change.
insert into digest (channel, change_id) values (%(channel)s, %(change_id)s)

-- name: forget_digest
-- A channel has not been told up to this change after all.
delete from digest where channel = %(channel)s and change_id = %(change_id)s
