select
    changes.id as change_id,
    changes.subscription_id,
    customers.customer_id,
    changes.changed_at,
    {{ to_local_date('changes.changed_at') }} as change_date,
    changes.change,
    changes.plan_code,
    changes.reason
from {{ source('refill', 'subscription_changes') }} as changes
inner join {{ ref('stg_customers') }} as customers
    on changes.customer_id = customers.account_id
