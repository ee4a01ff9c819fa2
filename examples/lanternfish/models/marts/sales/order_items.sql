select
    items.item_id,
    items.order_id,
    orders.order_date,
    orders.channel,
    items.product_id,
    products.product_name,
    products.category,
    items.quantity,
    cast(items.quantity * products.weight_g / 1000 as decimal(12, 3)) as weight_kg,
    vat.vat_rate,
    cast(items.quantity * items.unit_price / (1 + vat.vat_rate) as decimal(12, 2)) as items_amount,
    cast(items.discount_gross / (1 + vat.vat_rate) as decimal(12, 2)) as discount_amount,
    cast((items.quantity * items.unit_price - items.discount_gross) / (1 + vat.vat_rate) as decimal(12, 2)) as line_amount,
    cast(items.quantity * items.unit_price - items.discount_gross as decimal(12, 2)) as line_gross,
    cast(items.quantity * products.cost_price as decimal(12, 2)) as cost_amount
from {{ ref('stg_order_items') }} as items
inner join {{ ref('stg_orders') }} as orders
    on items.order_id = orders.order_id
inner join {{ ref('stg_products') }} as products
    on items.product_id = products.product_id
-- gift cards have no rate, which leaves them out
inner join {{ ref('vat_rates') }} as vat
    on orders.ship_country = vat.country_code and products.category = vat.tax_category
where orders.status <> 'cancelled'
