{{ config(materialized='ephemeral') }}

select
    order_id,
    sum(refund_gross) as refund_gross,
    count(*) as refund_count,
    max(refunded_at) as last_refunded_at
from {{ ref('stg_refunds') }}
group by order_id
