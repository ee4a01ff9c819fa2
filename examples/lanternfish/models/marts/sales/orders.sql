with items as (
    select
        order_id,
        sum(quantity) as item_count,
        sum(items_amount) as items_amount,
        sum(discount_amount) as discount_amount,
        sum(line_amount) as line_amount,
        sum(line_gross) as line_gross
    from {{ ref('order_items') }}
    group by order_id
),

amounts as (
    select
        orders.*,
        coalesce(items.item_count, 0) as item_count,
        coalesce(items.items_amount, 0) as items_amount,
        coalesce(items.items_amount - items.line_amount, 0) as discount_amount,
        coalesce(items.line_amount, 0) as line_amount,
        coalesce(items.line_gross, 0) as line_gross,
        -- a refund holds the order's own mix of VAT rates
        coalesce(refunds.refund_gross * items.line_amount / nullif(items.line_gross, 0), 0) as refund_amount,
        refunds.last_refunded_at
    from {{ ref('stg_orders') }} as orders
    left join items on orders.order_id = items.order_id
    left join {{ ref('int_order_refunds') }} as refunds on orders.order_id = refunds.order_id
)

select
    cast(amounts.order_id as bigint) as order_id,
    cast(customers.customer_id as bigint) as customer_id,
    cast(amounts.account_id as bigint) as account_id,
    cast(amounts.channel as varchar) as channel,
    cast(amounts.status as varchar) as status,
    cast(amounts.ordered_at as timestamp) as ordered_at,
    cast(amounts.order_date as date) as order_date,
    cast(amounts.ship_country as varchar) as ship_country,
    cast(amounts.utm_source as varchar) as utm_source,
    coalesce(firsts.first_order_id = amounts.order_id, false) as is_first_order,
    cast(amounts.item_count as integer) as item_count,
    cast(amounts.items_amount as decimal(12, 2)) as items_amount,
    cast(amounts.discount_amount as decimal(12, 2)) as discount_amount,
    cast(amounts.refund_amount as decimal(12, 2)) as refund_amount,
    cast(amounts.line_amount - amounts.refund_amount as decimal(12, 2)) as net_amount,
    cast(amounts.line_gross - amounts.line_amount as decimal(12, 2)) as vat_amount,
    cast(amounts.shipping_gross as decimal(12, 2)) as shipping_gross,
    cast(amounts.paid_amount as decimal(12, 2)) as paid_amount,
    cast(amounts.last_refunded_at as timestamp) as last_refunded_at
from amounts
inner join {{ ref('stg_customers') }} as customers
    on amounts.account_id = customers.account_id
left join {{ ref('int_customer_first_orders') }} as firsts
    on customers.customer_id = firsts.customer_id
