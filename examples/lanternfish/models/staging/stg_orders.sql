select
    orders.id as order_id,
    orders.customer_id as account_id,
    orders.channel,
    orders.status,
    orders.placed_at as ordered_at,
    {{ to_local_date('orders.placed_at') }} as order_date,
    orders.ship_country,
    cast(orders.shipping_cents / 100 as decimal(12, 2)) as shipping_gross,
    cast(orders.total_cents / 100 as decimal(12, 2)) as paid_amount,
    orders.voucher_code,
    orders.utm_source
from {{ source('shop', 'orders') }} as orders
-- orders that our own staff placed to try the shop
semi join {{ ref('stg_customers') }} as customers
    on orders.customer_id = customers.account_id
