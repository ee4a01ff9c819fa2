-- What refreshes have changed, and the digests that told of it.

-- name: record
-- Store what a refresh changed, and let go of what is too old to be asked about.
with old as (
    delete from change where changed_at < now() - interval '400 days'
), outdated as (
    delete from digest where posted_at < now() - interval '400 days'
)
insert into change (refresh_id, project_id, unique_id, name, kind, what, field, item, before, after)
select %(refresh_id)s, %(project_id)s, unique_id, name, kind, what, field, item, before, after
from jsonb_to_recordset(%(changes)s::jsonb) as recorded (
    unique_id text, name text, kind text, what text, field text, item text, before text, after text
)

-- name: net
-- What is different at the end of a stretch of time from what it was at its beginning: the newest of each sort, and how
-- many nodes of that sort there are. What came and went, or broke and recovered, is not; neither is what became of a
-- node before it went, nor how one that came was altered.
with seen as (
    select *, case what when 'added' then 'end' when 'removed' then 'end' when 'broke' then 'state'
        when 'recovered' then 'state' else what end as sort
    from change
    where change_id > %(after)s and (%(up_to)s::bigint is null or change_id <= %(up_to)s)
        and changed_at >= %(since)s and (%(until)s::timestamptz is null or changed_at < %(until)s)
),
netted as (
    select distinct on (project_id, unique_id, sort, field, item)
        change_id, changed_at, project_id, unique_id, name, kind, what, field, item, sort,
        first_value(what) over stretch as first_what, first_value(before) over stretch as before, after
    from seen
    window stretch as (
        partition by project_id, unique_id, sort, field, item order by change_id
        rows between unbounded preceding and unbounded following
    )
    order by project_id, unique_id, sort, field, item, change_id desc
),
gone as (
    select project_id, unique_id from netted where what = 'removed'
    union all
    select project_id, item from netted where what = 'renamed'
),
come as (
    select project_id, unique_id from netted where sort = 'end' and first_what = 'added'
),
told as (
    select distinct on (unique_id, what, field, item) *
    from netted
    where case sort
        when 'end' then first_what = what
        when 'state' then first_what = what
            and not exists (
                select from gone where gone.project_id = netted.project_id and gone.unique_id = netted.unique_id
            )
            and not exists (
                select from netted as test
                where test.project_id = netted.project_id and test.unique_id = netted.unique_id
                    and test.field = 'test' and test.sort = 'changed' and test.item = netted.item and test.after is null
            )
        when 'renamed' then true
        else before is distinct from after
            and not exists (
                select from gone where gone.project_id = netted.project_id and gone.unique_id = netted.unique_id
            )
            and not exists (
                select from come where come.project_id = netted.project_id and come.unique_id = netted.unique_id
            )
        end
    -- where two environments of a project are served, a unique_id means the first one
    order by unique_id, what, field, item, project_id
),
ranked as (
    select *, row_number() over (partition by what order by change_id desc) as place
    from told
    where %(kinds)s::text[] = '{}' or kind = any(%(kinds)s)
)
select unique_id, name, kind, what, field, item, before, after, changed_at, counted.nodes
from ranked
join (select what, count(distinct unique_id) as nodes from ranked group by what) as counted using (what)
where place <= %(limit)s
order by change_id desc

-- name: of_node
-- All that became of nodes, under the names they had before too, newest first.
with recursive known_as as (
    select unnest(%(unique_ids)s::text[]) as unique_id
    union
    select change.item from change join known_as using (unique_id) where what = 'renamed'
)
select unique_id, name, kind, what, field, item, before, after, changed_at
from change
where unique_id in (select unique_id from known_as)
    -- where two environments of a project are served, the first one counts
    and project_id = (select min(project_id) from change where unique_id in (select unique_id from known_as))
    and changed_at >= %(since)s and (%(until)s::timestamptz is null or changed_at < %(until)s)
order by change_id desc
limit %(limit)s

-- name: importance
-- How much nodes matter to people: the project's own over a package's, then marts and what an exposure rests on.
with recursive exposed as (
    select project_id, unique_id from node where kind = 'exposure'
    union
    select exposed.project_id, edge.parent
    from exposed join edge on edge.project_id = exposed.project_id and edge.child = exposed.unique_id
)
select
    asked.unique_id,
    2 * (split_part(asked.unique_id, '.', 2) in (select name from project))::int + (
        exists (select from exposed where exposed.unique_id = asked.unique_id)
        or exists (select from node where node.unique_id = asked.unique_id and layer = 'mart')
    )::int as importance
from unnest(%(unique_ids)s::text[]) as asked (unique_id)

-- name: named
-- The node that was last known by a name, be it gone or called otherwise now.
select unique_id
from change
where lower(name) = lower(%(name)s) or (what = 'renamed' and lower(before) = lower(%(name)s))
order by change_id desc
limit 1

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
