-- When nodes were built, newest first: the rhythm by which it is told whether they are late.
alter table run_result add column builds timestamptz[] not null default '{}';
update run_result set builds = array[completed_at]
where completed_at is not null and status in ('success', 'no-op', 'reused')
    and split_part(unique_id, '.', 1) in ('model', 'seed', 'snapshot');

-- Of all times the newest twelve, and of each day (UTC) the first and the last, so that nightly and weekly pauses are
-- seen of what is built every few minutes, too; at most forty.
create function kept_builds(known timestamptz[], told timestamptz[]) returns timestamptz[]
immutable parallel safe language sql return (
    select coalesce(array_agg(at order by at desc), '{}')
    from (
        select at
        from (
            select
                at, row_number() over (order by at desc) as place,
                row_number() over (partition by day order by at) as from_first,
                row_number() over (partition by day order by at desc) as from_last
            from (select distinct at, (at at time zone 'UTC')::date as day from unnest(known || told) as at) as builds
        ) as placed
        where place <= 12 or from_first = 1 or from_last = 1
        order by at desc
        limit 40
    ) as kept
);
