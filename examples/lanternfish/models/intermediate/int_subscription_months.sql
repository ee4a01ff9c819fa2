{{ config(materialized='table') }}

with months as (
    select month_start, max(date_day) as as_of_date
    from {{ ref('calendar') }}
    group by month_start
),

state as (
    select
        months.month_start,
        changes.subscription_id,
        changes.customer_id,
        max_by(changes.change, changes.changed_at) as last_change,
        max_by(changes.plan_code, changes.changed_at) as plan_code
    from months
    inner join {{ ref('stg_subscription_changes') }} as changes
        on changes.change_date <= months.as_of_date
    group by months.month_start, changes.subscription_id, changes.customer_id
)

select
    state.month_start,
    state.subscription_id,
    state.customer_id,
    state.plan_code,
    case state.last_change when 'cancelled' then 'cancelled' when 'paused' then 'paused' else 'active' end as status,
    cast(
        case when state.last_change in ('cancelled', 'paused') then 0
        else plans.price_per_delivery * 52 / 12 / plans.interval_weeks end
        as decimal(12, 2)
    ) as mrr
from state
inner join {{ ref('subscription_plans') }} as plans
    on state.plan_code = plans.plan_code
