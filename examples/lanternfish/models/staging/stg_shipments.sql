select
    tracking_no,
    order_id,
    carrier,
    dispatched_at,
    delivered_at,
    promised_on,
    weight_g
from {{ source('parcels', 'shipments') }}
