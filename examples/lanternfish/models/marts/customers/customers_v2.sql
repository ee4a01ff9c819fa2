with persons as (
    select
        customer_id,
        email,
        arg_max(first_name, created_at) as first_name,
        arg_max(country_code, created_at) as country_code,
        bool_and(account_type = 'guest') as is_guest_only,
        bool_or(account_type = 'business') as is_business,
        bool_or(accepts_marketing) as accepts_marketing,
        min(created_at) as created_at
    from {{ ref('stg_customers') }}
    group by customer_id, email
),

bought as (
    select
        customer_id,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at,
        count(*) as order_count,
        sum(net_amount) as lifetime_net_amount
    from {{ ref('orders') }}
    where status <> 'cancelled'
    group by customer_id
)

select
    persons.customer_id,
    persons.email,
    persons.first_name,
    persons.country_code,
    persons.is_guest_only,
    persons.is_business,
    persons.accepts_marketing,
    persons.created_at,
    firsts.first_channel,
    firsts.first_source,
    bought.first_ordered_at,
    bought.last_ordered_at,
    coalesce(bought.order_count, 0) as order_count,
    coalesce(bought.lifetime_net_amount, 0) as lifetime_net_amount
from persons
left join bought on persons.customer_id = bought.customer_id
left join {{ ref('int_customer_first_orders') }} as firsts on persons.customer_id = firsts.customer_id
