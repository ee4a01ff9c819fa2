select
    id as item_id,
    order_id,
    product_id,
    quantity,
    cast(unit_price_cents / 100 as decimal(12, 2)) as unit_price,
    cast(discount_cents / 100 as decimal(12, 2)) as discount_gross
from {{ source('shop', 'order_items') }}
