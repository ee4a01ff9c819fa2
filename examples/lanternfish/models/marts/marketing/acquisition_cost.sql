with spend as (
    select
        cast(date_trunc('month', spend_date) as date) as month_start,
        platform,
        sum(spend_amount) as spend_amount,
        sum(clicks) as clicks
    from {{ ref('stg_ad_spend') }}
    group by 1, 2
),

won as (
    select
        cast(date_trunc('month', {{ to_local_date('first_ordered_at') }}) as date) as month_start,
        first_source as platform,
        count(*) as new_customers
    from {{ ref('int_customer_first_orders') }}
    group by 1, 2
)

select
    spend.month_start,
    spend.platform,
    spend.spend_amount,
    spend.clicks,
    coalesce(won.new_customers, 0) as new_customers,
    round(spend.spend_amount / nullif(won.new_customers, 0), 2) as cost_per_new_customer
from spend
left join won on spend.month_start = won.month_start and spend.platform = won.platform
