with months as (
    select
        *,
        lag(mrr, 1, 0) over subscription as mrr_before,
        coalesce(max(mrr) over (subscription rows between unbounded preceding and 1 preceding), 0) as highest_before
    from {{ ref('int_subscription_months') }}
    window subscription as (partition by subscription_id order by month_start)
)

select
    month_start,
    subscription_id,
    customer_id,
    plan_code,
    case
        when highest_before = 0 then 'new'
        when mrr_before = 0 then 'reactivated'
        when status = 'cancelled' then 'churned'
        when status = 'paused' then 'paused'
        when mrr > mrr_before then 'expansion'
        else 'contraction'
    end as movement,
    mrr_before,
    mrr,
    mrr - mrr_before as movement_amount
from months
where mrr <> mrr_before
