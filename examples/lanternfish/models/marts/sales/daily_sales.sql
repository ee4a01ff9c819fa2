{{ config(materialized='view') }}

select
    cast(ordered_at as date) as day,
    count(*) as orders,
    sum(paid_amount) as sales
from {{ ref('stg_orders') }}
group by 1
