-- The source systems' tables as the loaders write them; times are UTC without time zone.
create or replace table raw_shop.customers (
    id bigint, email varchar, first_name varchar, last_name varchar, country_code varchar, account_type varchar,
    accepts_marketing boolean, created_at timestamp, _loaded_at timestamp
);
create or replace table raw_shop.products (
    id bigint, sku varchar, name varchar, category varchar, origin varchar, weight_g integer, price_cents integer,
    cost_cents integer, updated_at timestamp, _loaded_at timestamp
);
create or replace table raw_shop.orders (
    id bigint, customer_id bigint, channel varchar, status varchar, placed_at timestamp, ship_country varchar,
    shipping_cents integer, total_cents integer, voucher_code varchar, utm_source varchar, _loaded_at timestamp
);
create or replace table raw_shop.order_items (
    id bigint, order_id bigint, product_id bigint, quantity integer, unit_price_cents integer, discount_cents integer,
    _loaded_at timestamp
);
create or replace table raw_shop.refunds (
    id bigint, order_id bigint, refunded_at timestamp, amount_cents integer, reason varchar, _loaded_at timestamp
);
create or replace table raw_refill.subscription_changes (
    id bigint, subscription_id bigint, customer_id bigint, changed_at timestamp, change varchar, plan_code varchar,
    reason varchar, _loaded_at timestamp
);
create or replace table raw_parcels.shipments (
    tracking_no varchar, order_id bigint, carrier varchar, dispatched_at timestamp, delivered_at timestamp,
    promised_on date, weight_g integer, _loaded_at timestamp
);
create or replace table raw_roastery.roast_batches (
    batch_no varchar, roasted_at timestamp, bean varchar, green_kg decimal(8, 2), roasted_kg decimal(8, 2),
    roaster varchar, cup_score decimal(5, 2), notes varchar, _loaded_at timestamp
);
create or replace table raw_helpdesk.tickets (
    id bigint, customer_email varchar, order_ref varchar, topic varchar, opened_at timestamp,
    first_reply_at timestamp, closed_at timestamp, satisfaction integer, _loaded_at timestamp
);
create or replace table raw_ads.daily_spend (
    day date, platform varchar, campaign varchar, spend_eur decimal(10, 2), impressions integer, clicks integer,
    _loaded_at timestamp
);
