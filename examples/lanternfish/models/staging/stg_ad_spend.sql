select
    day as spend_date,
    platform,
    campaign,
    spend_eur as spend_amount,
    impressions,
    clicks
from {{ source('ads', 'daily_spend') }}
