with totals as (
    select
        month_start,
        sum(mrr) as mrr,
        count(*) filter (where status = 'active') as active_subscriptions
    from {{ ref('int_subscription_months') }}
    group by month_start
),

movements as (
    select
        month_start,
        sum(movement_amount) filter (where movement = 'new') as new_mrr,
        sum(movement_amount) filter (where movement = 'reactivated') as reactivated_mrr,
        sum(movement_amount) filter (where movement = 'expansion') as expansion_mrr,
        sum(movement_amount) filter (where movement = 'contraction') as contraction_mrr,
        sum(movement_amount) filter (where movement = 'paused') as paused_mrr,
        sum(movement_amount) filter (where movement = 'churned') as churned_mrr,
        count(*) filter (where movement = 'churned') as churned_subscriptions
    from {{ ref('mrr_movements') }}
    group by month_start
)

select
    totals.month_start,
    lag(totals.mrr, 1, 0) over by_month as mrr_at_start,
    coalesce(movements.new_mrr, 0) as new_mrr,
    coalesce(movements.reactivated_mrr, 0) as reactivated_mrr,
    coalesce(movements.expansion_mrr, 0) as expansion_mrr,
    coalesce(movements.contraction_mrr, 0) as contraction_mrr,
    coalesce(movements.paused_mrr, 0) as paused_mrr,
    coalesce(movements.churned_mrr, 0) as churned_mrr,
    totals.mrr,
    lag(totals.active_subscriptions, 1, 0) over by_month as subscriptions_at_start,
    totals.active_subscriptions,
    coalesce(movements.churned_subscriptions, 0) as churned_subscriptions
from totals
left join movements on totals.month_start = movements.month_start
window by_month as (order by totals.month_start)
