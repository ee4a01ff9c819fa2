with actual as (
    select
        cast(date_trunc('month', order_date) as date) as month_start,
        channel,
        sum(order_count) as order_count,
        sum(net_amount) as revenue_amount
    from {{ ref('orders_daily') }}
    group by 1, 2
)

select
    targets.month_start,
    targets.channel,
    coalesce(actual.order_count, 0) as order_count,
    coalesce(actual.revenue_amount, 0) as revenue_amount,
    targets.target_amount,
    coalesce(actual.revenue_amount, 0) - targets.target_amount as difference_amount,
    round(coalesce(actual.revenue_amount, 0) / targets.target_amount, 3) as target_share
from {{ ref('revenue_targets') }} as targets
left join actual
    on targets.month_start = actual.month_start and targets.channel = actual.channel
