with prices as (
    select product_id, count(*) - 1 as price_changes
    from {{ ref('product_price_history') }}
    group by product_id
)

select
    items.product_id,
    items.product_name,
    sum(items.quantity) as pieces_sold,
    sum(items.line_amount) as revenue_amount,
    sum(items.cost_amount) as cost_amount,
    sum(items.line_amount - items.cost_amount) as margin_amount,
    round(sum(items.line_amount - items.cost_amount) / nullif(sum(items.line_amount), 0), 3) as margin_share,
    any_value(prices.price_changes) as price_changes
from {{ ref('order_items') }} as items
left join prices on items.product_id = prices.product_id
group by items.product_id, items.product_name
