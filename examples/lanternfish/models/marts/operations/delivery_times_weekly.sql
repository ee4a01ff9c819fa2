select
    cast(date_trunc('week', dispatch_date) as date) as week_start,
    carrier,
    count(*) as parcel_count,
    count(delivered_at) as delivered_count,
    median(transit_hours) as median_transit_hours,
    round(count(*) filter (where is_late) / nullif(count(delivered_at), 0), 3) as late_share
from {{ ref('shipments') }}
group by 1, 2
