select
    parcels.tracking_no,
    parcels.order_id,
    orders.channel,
    orders.ship_country,
    parcels.carrier,
    parcels.dispatched_at,
    parcels.delivered_at,
    {{ to_local_date('parcels.dispatched_at') }} as dispatch_date,
    parcels.promised_on,
    round(date_diff('minute', parcels.dispatched_at, parcels.delivered_at) / 60, 1) as transit_hours,
    {{ to_local_date('parcels.delivered_at') }} > parcels.promised_on as is_late,
    parcels.weight_g
from {{ ref('stg_shipments') }} as parcels
inner join {{ ref('orders') }} as orders
    on parcels.order_id = orders.order_id
