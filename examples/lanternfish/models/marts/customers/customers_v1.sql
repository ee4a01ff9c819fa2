select
    customers.account_id as customer_id,
    customers.email,
    customers.first_name,
    customers.country_code,
    customers.created_at,
    count(orders.order_id) as order_count,
    coalesce(sum(orders.net_amount), 0) as lifetime_net_amount
from {{ ref('stg_customers') }} as customers
left join {{ ref('orders') }} as orders
    on customers.account_id = orders.account_id and orders.status <> 'cancelled'
group by all
