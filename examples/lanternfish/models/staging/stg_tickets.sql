with customers as (
    select distinct email, customer_id from {{ ref('stg_customers') }}
)

select
    tickets.id as ticket_id,
    customers.customer_id,
    cast(nullif(regexp_extract(tickets.order_ref, '[0-9]+'), '') as bigint) as order_id,
    tickets.topic,
    tickets.opened_at,
    tickets.first_reply_at,
    tickets.closed_at,
    tickets.satisfaction
from {{ source('helpdesk', 'tickets') }} as tickets
left join customers
    on lower(trim(tickets.customer_email)) = customers.email
