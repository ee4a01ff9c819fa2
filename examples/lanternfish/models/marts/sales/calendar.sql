with days as (
    select cast(unnest(range(date '2025-12-01', max(order_date) + interval 1 day, interval 1 day)) as date) as date_day
    from {{ ref('stg_orders') }}
)

select
    date_day,
    cast(date_trunc('week', date_day) as date) as week_start,
    cast(date_trunc('month', date_day) as date) as month_start,
    dayname(date_day) as day_name,
    isodow(date_day) >= 6 as is_weekend,
    date_trunc('month', date_day) < date_trunc('month', max(date_day) over ()) as is_month_complete
from days
