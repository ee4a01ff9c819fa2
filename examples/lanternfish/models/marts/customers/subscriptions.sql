with lives as (
    select
        subscription_id,
        customer_id,
        max_by(change, changed_at) as last_change,
        max_by(plan_code, changed_at) as plan_code,
        min(changed_at) as started_at,
        max(changed_at) filter (where change = 'cancelled') as cancelled_at,
        max_by(reason, changed_at) as last_reason,
        count(*) filter (where change = 'paused') as times_paused
    from {{ ref('stg_subscription_changes') }}
    group by subscription_id, customer_id
)

select
    lives.subscription_id,
    lives.customer_id,
    case lives.last_change when 'cancelled' then 'cancelled' when 'paused' then 'paused' else 'active' end as status,
    lives.plan_code,
    plans.plan_name,
    lives.started_at,
    case when lives.last_change = 'cancelled' then lives.cancelled_at end as cancelled_at,
    case when lives.last_change = 'cancelled' then lives.last_reason end as cancel_reason,
    lives.times_paused,
    cast(
        case when lives.last_change in ('cancelled', 'paused') then 0
        else plans.price_per_delivery * 52 / 12 / plans.interval_weeks end
        as decimal(12, 2)
    ) as mrr
from lives
inner join {{ ref('subscription_plans') }} as plans on lives.plan_code = plans.plan_code
