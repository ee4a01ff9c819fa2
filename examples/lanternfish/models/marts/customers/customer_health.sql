with today as (
    select max(date_day) as today from {{ ref('calendar') }}
),

subscribers as (
    select
        customer_id,
        bool_and(status = 'paused') as is_paused,
        sum(mrr) as mrr
    from {{ ref('subscriptions') }}
    where status in ('active', 'paused')
    group by customer_id
),

bought as (
    select
        customer_id,
        max(order_date) as last_order_date,
        count(*) filter (where refund_amount > 0 and order_date > today - 90) as refunds_90d
    from {{ ref('orders') }}
    cross join today
    where status <> 'cancelled'
    group by customer_id
),

asked as (
    select
        customer_id,
        count(*) filter (where topic not in ('praise', 'question')) as complaints_90d
    from {{ ref('stg_tickets') }}
    cross join today
    where opened_at > today - 90
    group by customer_id
),

signals as (
    select
        subscribers.customer_id,
        subscribers.mrr,
        subscribers.is_paused,
        today.today - bought.last_order_date as days_since_last_order,
        coalesce(asked.complaints_90d, 0) as complaints_90d,
        coalesce(bought.refunds_90d, 0) as refunds_90d
    from subscribers
    cross join today
    left join bought on subscribers.customer_id = bought.customer_id
    left join asked on subscribers.customer_id = asked.customer_id
),

scored as (
    select
        *,
        greatest(
            0,
            100
            - case when is_paused then 40 else 0 end
            - least(30, 15 * complaints_90d)
            - least(20, 10 * refunds_90d)
            - case when coalesce(days_since_last_order, 999) > 45 then 25 else 0 end
        ) as health_score
    from signals
)

select
    *,
    case when health_score >= 80 then 'good' when health_score >= 50 then 'watch' else 'at_risk' end as health_band
from scored
