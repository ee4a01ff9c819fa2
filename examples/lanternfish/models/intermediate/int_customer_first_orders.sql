select
    customers.customer_id,
    min_by(orders.order_id, orders.ordered_at) as first_order_id,
    min(orders.ordered_at) as first_ordered_at,
    min_by(orders.channel, orders.ordered_at) as first_channel,
    min_by(orders.utm_source, orders.ordered_at) as first_source
from {{ ref('stg_orders') }} as orders
inner join {{ ref('stg_customers') }} as customers
    on orders.account_id = customers.account_id
where orders.status <> 'cancelled'
group by customers.customer_id
