{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['order_date', 'channel']) }}

select
    order_date,
    channel,
    count(*) as order_count,
    count(*) filter (where is_first_order) as new_customer_count,
    sum(item_count) as item_count,
    sum(refund_amount) as refund_amount,
    sum(net_amount) as net_amount
from {{ ref('orders') }}
where status <> 'cancelled'
{% if is_incremental() %}
    -- refunds change the days behind us for 30 days; five more in case a night was missed
    and order_date >= (select max(order_date) - 35 from {{ this }})
{% endif %}
group by order_date, channel
