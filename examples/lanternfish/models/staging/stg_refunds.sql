select
    id as refund_id,
    order_id,
    refunded_at,
    {{ to_local_date('refunded_at') }} as refund_date,
    cast(amount_cents / 100 as decimal(12, 2)) as refund_gross,
    reason
from {{ source('shop', 'refunds') }}
