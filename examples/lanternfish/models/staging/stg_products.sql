select
    id as product_id,
    sku,
    name as product_name,
    category,
    origin,
    weight_g,
    cast(price_cents / 100 as decimal(12, 2)) as list_price,
    cast(cost_cents / 100 as decimal(12, 2)) as cost_price,
    updated_at
from {{ source('shop', 'products') }}
