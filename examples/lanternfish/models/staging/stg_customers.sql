select
    id as account_id,
    min(id) over (partition by lower(trim(email))) as customer_id,
    lower(trim(email)) as email,
    first_name,
    last_name,
    country_code,
    account_type,
    accepts_marketing,
    created_at
from {{ source('shop', 'customers') }}
where email not like '%@lanternfish.example'
