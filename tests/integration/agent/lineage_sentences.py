"""What models write of the lineage of the sample project: what is so, what is not, and what only sounds like it.

A blank line parts them; some have several sentences or lines, and where ``~`` stands, a blank one.
"""


def _each(text: str) -> list[str]:
    return [each.strip("\n").replace("\n~\n", "\n\n") for each in text.strip("\n").split("\n\n")]


TRUE = _each("""
`orders` gets its amounts from `order_items`.

`orders` is shown on `weekly_trading_review`.

`orders_daily` rolls up `orders`.

`stg_orders` is the raw material of `orders`.

Behind `orders` stands `stg_orders`.

`weekly_trading_review` shows `orders_daily`.

If `stg_orders` fails, `orders` fails too.

`orders` has `stg_orders` among its parents.

One step above `orders` is `stg_orders`.

`orders` is built from `stg_orders` and `order_items`.

`orders` depends on the source `shop.orders`.

Use `orders`, which is fed by `stg_orders`.

`stg_orders` feeds `orders`.

`stg_orders` and `order_items` are used by `orders`.

Upstream of `orders` are `stg_orders` and `order_items`.

Downstream of `stg_orders`: `orders`.

`shop.orders` → `stg_orders` → `orders`

**orders** is derived from **stg_orders**.

The orders model reads from the stg_orders model.

`weekly_trading_review` does not depend on `stg_tickets`.

`orders.status` comes from `stg_orders.status`.

Use `orders`. It is built from `stg_orders`.

`orders` is built from `stg_orders`, `stg_customers`, `order_items` and `int_customer_first_orders`.

`orders` selects from `stg_orders` and joins `order_items` for the amounts.

`orders_daily` aggregates `orders` by day.

`orders_daily` is an aggregate of `orders`.

`revenue_monthly` is built from `orders_daily`, which in turn is built from `orders`.

`revenue_monthly` ultimately comes from `stg_orders`.

`revenue_monthly` depends on `orders` via `orders_daily`.

`weekly_trading_review` is ultimately fed by `orders`.

The dashboard `weekly_trading_review` reads from `mrr_monthly`, `orders_daily` and `revenue_monthly`.

The exposure `carrier_scorecard` depends on `delivery_times_weekly`.

`churn_watch` uses `customer_health`, `customers` and `subscriptions`.

`mrr_monthly` is derived from `int_subscription_months` and `mrr_movements`.

`mrr_movements` feeds `mrr_monthly`.

`subscription_plans` is a seed that feeds `subscriptions`.

The seed `vat_rates` is used in `order_items`.

`order_items` joins `stg_order_items` with `stg_products` and `vat_rates`.

The data in `shipments` comes from `stg_shipments` and `orders`.

`shipments` pulls its data from `stg_shipments`.

`stg_shipments` is loaded from `parcels.shipments`.

`stg_shipments` is a staging view on top of the source `parcels.shipments`.

The source `helpdesk.tickets` flows into `stg_tickets` and from there into `customer_health`.

`customer_health` builds on `stg_tickets`, `subscriptions`, `orders` and `calendar`.

`customer_health` has four parents: `stg_tickets`, `subscriptions`, `orders` and `calendar`.

`calendar` is a parent of `customer_health`.

`customer_health` is a child of `subscriptions`.

`customer_health` is downstream of `subscriptions`.

`stg_products` is upstream of `product_margins`.

`product_price_history` is a snapshot of `stg_products`.

`product_margins` is based on `order_items` and the snapshot `product_price_history`.

`orders` feeds `orders_daily`, `shipments`, `customers` and `customer_health`.

- `orders` is built from `stg_orders`.
- `orders_daily` is built from `orders`.
- `revenue_monthly` is built from `orders_daily`.

Upstream of `orders`:
- `stg_orders`
- `stg_customers`
- `order_items`

Upstream models of `orders`:
~
* `stg_orders`
* `order_items`

`orders` depends on:
- `stg_orders`
- `order_items`
- `int_order_refunds`

`orders` feeds:
1. `orders_daily`
2. `shipments`

**Downstream of `orders`:**
- `orders_daily`: one row per day
- `shipments`: one row per parcel

| model | upstream |
|---|---|
| `orders` | `stg_orders`, `order_items` |
| `orders_daily` | `orders` |

| source | feeds |
|---|---|
| `shop.orders` | `stg_orders` |
| `helpdesk.tickets` | `stg_tickets` |

`helpdesk.tickets` -> `stg_tickets` -> `customer_health` -> `churn_watch`

`orders_daily` ← `orders` ← `stg_orders`

The lineage is `shop.products` → `stg_products` → `order_items` → `orders`.

Changes in `stg_orders` flow through `orders` to `orders_daily`.

`stg_orders` does not depend on `orders`.

`stg_orders` isn't built from `orders`.

`orders` is not fed by `stg_tickets`.

`stg_tickets` does not feed `orders`.

`stg_tickets` isn't used by `orders`.

`orders` never reads from `mrr_monthly`.

`orders` has nothing to do with `stg_tickets`; it is built from `stg_orders`.

`orders_daily`, unlike `customers`, is built only from `orders`.

Both `orders_daily` and `shipments` are built from `orders`.

`orders_daily` and `shipments` depend on `orders`.

Neither `stg_orders` nor `stg_products` depends on `orders`.

Use `orders_daily`. This model is built from `orders`. It feeds `revenue_monthly`.

Take `revenue_monthly`: it reads `orders_daily` and the seed `revenue_targets`.

Take `revenue_monthly`, fed by `orders_daily` and `revenue_targets`.

`int_order_refunds` (fed by `stg_refunds`) is an input of `orders`.

`orders` (built from `stg_orders`) has one row per order.

The parents of `shipments` are `orders` and `stg_shipments`.

The children of `orders_daily` are `revenue_monthly` and `weekly_trading_review`.

`orders_daily`'s only parent is `orders`.

`orders`' downstream models include `shipments`.

The sources of `stg_ad_spend` are `ads.daily_spend`.

`acquisition_cost` combines `stg_ad_spend` with `int_customer_first_orders`.

`acquisition_cost` is computed from `stg_ad_spend` and `int_customer_first_orders`.

`roast_batches` gets its rows from `stg_roast_batches`.

`roast_batches` takes everything from `stg_roast_batches`.

`delivery_times_weekly` summarises `shipments` by week.

The metric `revenue` is defined on the semantic model `sales`, which rests on `orders`.

`average_order_value` is the ratio of `revenue` and `order_count`.

`stg_orders` is what `orders` is built from.

From `orders`, dbt builds `orders_daily`.

`orders` is the basis of `orders_daily`.

`orders_daily` is where `revenue_monthly` gets its numbers from.

`orders` wird aus `stg_orders` gebaut.

`orders` basiert auf `stg_orders` und `order_items`.

`stg_orders` speist `orders`.

`orders` se construye a partir de `stg_orders`.

`orders` depende de `stg_orders`.

`orders` est construit à partir de `stg_orders`.

`stg_orders` alimente `orders`.

`orders_daily.revenue` is computed from `orders`.

`orders.status` is taken from `stg_orders`.

The column `status` in `orders` comes from `stg_orders`.

`orders_daily` is a daily roll-up of `orders`.

The `orders` mart sits on top of `stg_orders`.

`customers` is enriched with `orders`.

`orders` gets its refunds via `int_order_refunds`.

Everything in `orders` originates in `shop.orders`.

`revenue_monthly` isn't built from `orders` directly but from `orders_daily`.

`stg_orders` is only used by `orders` and a few others.

Behind `weekly_trading_review` stand `mrr_monthly` and `revenue_monthly`.

`churn_watch` is powered by `customer_health`.

`orders` is not only built from `stg_orders` but also from `order_items`.

Its upstream is `stg_orders`, which reads the source `shop.orders`. Use `orders`.

`orders` has the upstream models `stg_orders` and `order_items`.

`vat_rates` has no upstream models.

`vat_rates` is a seed, so nothing feeds it; it feeds `order_items`.

`orders.net_amount` is calculated in `orders` from `order_items`.

Use `orders` (not `stg_orders`, which feeds it).

`stg_orders` and then `orders` feed `orders_daily`.

`orders` and `stg_tickets` both feed `customer_health`.

`customer_health` takes orders from `orders` and tickets from `stg_tickets`.

Use `orders_daily`, a daily aggregate of `orders`.
""")

FALSE = _each("""
`orders` owes its rows to `stg_tickets`.

`orders` gets its data out of `stg_tickets`.

`orders` takes its numbers from `stg_tickets`.

`stg_tickets` is where `orders` starts.

`stg_tickets` is the raw material of `orders`.

The lineage of `orders` begins with `stg_tickets`.

`orders` has its roots in `stg_tickets`.

`orders` hangs off `stg_tickets`.

`stg_tickets` flows on into `orders`.

`stg_tickets` ends up as `orders`.

`stg_tickets` becomes `orders`.

`stg_tickets` is transformed into `orders`.

`stg_tickets` is rolled up into `orders`.

We build `orders` out of `stg_tickets`.

dbt makes `orders` from `stg_tickets`.

`orders` ⟵ `stg_tickets`

`orders` (from `stg_tickets`) has it.

`orders`, a child of `stg_tickets`, has it.

`stg_tickets`, the parent of `orders`, has it.

`orders` is a descendant of `stg_tickets`.

`orders` is two hops from `stg_tickets`.

One step above `orders` is `stg_tickets`.

Behind `orders` stands `stg_tickets`.

`orders` rests upon `stg_tickets`.

`orders` would break without `stg_tickets`.

If `stg_tickets` fails, `orders` fails too.

Changes in `stg_tickets` show up in `orders`.

`stg_tickets` affects `orders`.

`orders` is affected by `stg_tickets`.

`orders` inherits from `stg_tickets`.

`orders` refs `stg_tickets`.

`orders` unions `stg_tickets` with `stg_orders`.

`carrier_scorecard` shows `mrr_monthly`.

`carrier_scorecard` visualises `mrr_monthly`.

`mrr_monthly` is displayed on `carrier_scorecard`.

`mrr_monthly` is shown in `carrier_scorecard`.

The dashboard `carrier_scorecard` sits on `mrr_monthly`.

`monthly_recurring_revenue` is computed over `orders`.

The metric `revenue` is measured on `stg_tickets`.

`orders.status` is copied from `stg_tickets.topic`.

`orders.status` is filled by `stg_tickets.topic`.

Only `weekly_trading_review` uses `stg_tickets`.

`stg_tickets` has `orders` as its only child.

`orders` has `stg_tickets` among its parents.

There are two models between `stg_tickets` and `orders`.

`orders` is built from `stg_tickets`.

`orders` is built from `stg_orders` and `stg_tickets`.

`stg_orders` is fed by `orders`.

`orders` feeds `stg_orders`.

Upstream of `orders` are `mrr_monthly` and `stg_orders`.

`orders`'s parents are `mrr_monthly`.

`stg_tickets` -> `orders`

`orders` does not depend on `stg_orders`.

Nothing depends on `orders`.

No other model uses `stg_orders`.

`orders` is used by nothing.

`stg_orders` is not used.

Dropping `orders.status` breaks nothing.

You can safely remove `orders`: it is safe to drop `orders`.

Use `stg_tickets`. It feeds `mrr_monthly`.

The data of `orders`, which is loaded from `stg_tickets`, is complete.

`orders` is built from `stg_orders`, `stg_customers`, `stg_tickets` and `int_customer_first_orders`.

`orders_daily` aggregates `shipments` by day.

`orders_daily` is an aggregate of `shipments`.

`orders` selects from `stg_tickets` and joins `order_items` for the amounts.

`revenue_monthly` is built from `orders_daily`, which in turn is built from `stg_tickets`.

`revenue_monthly` ultimately comes from `stg_tickets`.

`mrr_monthly` depends on `orders` via `orders_daily`.

`carrier_scorecard` is ultimately fed by `stg_tickets`.

The dashboard `weekly_trading_review` reads from `stg_tickets`.

The exposure `carrier_scorecard` depends on `mrr_monthly`.

`churn_watch` uses `product_margins`.

`mrr_monthly` is derived from `orders`.

`mrr_movements` feeds `revenue_monthly`.

`subscription_plans` is a seed that feeds `orders`.

The seed `vat_rates` is used in `subscriptions`.

`order_items` joins `stg_order_items` with `stg_tickets`.

The data in `shipments` comes from `stg_tickets`.

`shipments` pulls its data from `stg_tickets`.

`stg_shipments` is loaded from `shop.orders`.

`stg_shipments` is a staging view on top of the source `shop.orders`.

The source `helpdesk.tickets` flows into `stg_tickets` and from there into `orders`.

`customer_health` builds on `product_margins`.

`customer_health` has three parents: `product_margins`, `stg_products` and `orders`.

`calendar` is a parent of `orders`.

`orders` is a child of `subscriptions`.

`orders` is downstream of `subscriptions`.

`stg_products` is upstream of `mrr_monthly`.

`product_price_history` is a snapshot of `stg_orders`.

`product_margins` is based on `orders` and the snapshot `product_price_history`.

`orders` feeds `orders_daily`, `shipments`, `customers` and `product_margins`.

- `orders` is built from `stg_orders`.
- `orders_daily` is built from `stg_tickets`.

Upstream of `orders`:
- `stg_orders`
- `stg_tickets`
- `order_items`

Upstream models of `orders`:
~
* `stg_orders`
* `stg_tickets`

`orders` depends on:
- `stg_orders`
- `stg_tickets`

`orders` feeds:
1. `orders_daily`
2. `stg_tickets`

**Downstream of `orders`:**
- `orders_daily`: one row per day
- `mrr_monthly`: one row per month

| model | upstream |
|---|---|
| `orders` | `stg_orders`, `stg_tickets` |
| `orders_daily` | `orders` |

| source | feeds |
|---|---|
| `shop.orders` | `stg_tickets` |
| `helpdesk.tickets` | `stg_tickets` |

`helpdesk.tickets` -> `stg_tickets` -> `orders` -> `churn_watch`

`stg_orders` ← `orders` ← `orders_daily`

The lineage is `shop.products` → `stg_products` → `subscriptions`.

Changes in `stg_tickets` flow through `orders` to `orders_daily`.

`orders_daily` does not depend on `orders`.

`orders` isn't built from `stg_orders`.

`orders` is not fed by `order_items`.

`stg_orders` does not feed `orders`.

`stg_orders` isn't used by `orders`.

`orders_daily`, unlike `customers`, is built only from `shipments`.

Both `orders_daily` and `mrr_monthly` are built from `orders`.

`orders_daily` and `mrr_monthly` depend on `orders`.

Neither `orders_daily` nor `shipments` depends on `orders`.

Use `orders_daily`. This model is built from `shipments`.

Use `orders_daily`. It feeds `mrr_monthly`.

Take `revenue_monthly`: it reads `shipments` and the seed `revenue_targets`.

Take `revenue_monthly`, fed by `shipments`.

`int_order_refunds` (fed by `stg_tickets`) is an input of `orders`.

`orders` (built from `stg_tickets`) has one row per order.

The parents of `shipments` are `subscriptions` and `stg_shipments`.

The children of `orders_daily` are `customers` and `weekly_trading_review`.

`orders_daily`'s only parent is `shipments`.

`orders`' downstream models include `stg_tickets`.

`acquisition_cost` combines `stg_ad_spend` with `stg_tickets`.

`acquisition_cost` is computed from `stg_tickets`.

`roast_batches` gets its rows from `stg_orders`.

`roast_batches` takes everything from `stg_orders`.

`delivery_times_weekly` summarises `subscriptions` by week.

`stg_tickets` is what `orders` is built from.

From `stg_tickets`, dbt builds `orders_daily`.

`stg_tickets` is the basis of `orders_daily`.

`orders` wird aus `stg_tickets` gebaut.

`orders` basiert auf `stg_tickets`.

`stg_tickets` speist `orders`.

`orders` se construye a partir de `stg_tickets`.

`orders` depende de `stg_tickets`.

`orders` est construit à partir de `stg_tickets`.

`stg_tickets` alimente `orders`.

`orders.status` is taken from `stg_tickets`.

The column `status` in `orders` comes from `stg_tickets`.

If you drop `orders`, nothing breaks.

`orders` can be dropped without consequences.

Removing `stg_orders` has no effect on anything downstream.

Nobody uses `orders_daily`.

`orders` has no downstream models.

`orders` has no upstream models.

`orders_daily` is a daily roll-up of `shipments`.

The `orders` mart sits on top of `stg_tickets`.

`orders` gets its refunds via `stg_tickets`.

Everything in `orders` originates in `helpdesk.tickets`.

`orders` is powered by `stg_tickets`.

`revenue_monthly` is directly built from `orders`.

`orders` has the upstream models `stg_orders` and `stg_tickets`.

`orders` is a view over `stg_tickets`.

`stg_tickets` ends up in `orders`.

`orders`, built by joining `stg_tickets` and `stg_orders`, is the one.

`orders`: built from `stg_tickets`.

`orders` — fed by `stg_tickets` — is the mart.

Since `stg_tickets` feeds `orders`, use it.

As `orders` depends on `stg_tickets`, look there.

Use `orders`, a daily aggregate of `shipments`.

`orders` consumes `stg_tickets`.

The lineage runs from `stg_tickets` to `orders`.

The lineage of `orders`: `stg_tickets` → `orders`.
""")

NO_LINEAGE = _each("""
Use `orders` rather than `stg_tickets`.

`orders` can be joined with `stg_tickets` by `order_id`.

Join `stg_tickets` to `orders` on `stg_tickets.order_id`.

Compare `orders` with `stg_tickets`.

`stg_tickets.order_id` points to `orders.order_id`.

`stg_tickets` holds tickets about `orders`.

Count `stg_tickets` per order of `orders`.

Filter `orders` to those with a row in `stg_tickets`.

`orders` and `stg_tickets` share `order_id`.

Start with `orders`, then add `stg_tickets`.

Enrich `orders` with `stg_tickets` in your query.

Both `orders` and `stg_tickets` have a date.

`orders` has one row per order, `stg_tickets` one per ticket.

Take the amount from `orders` and the topic from `stg_tickets`.

In the query, `orders` is joined with `stg_tickets`.

Join `orders` to `customers` on `customer_id`.

Revenue is computed from `orders.net_amount` by summing it.

Orders come from customers who have an account.

Use `orders`; it uses euros.

It is built from the shop's export.

`orders` uses `order_id` as its key.

Take `orders` and `customers` together.

Join `orders` with `stg_tickets` on `customer_id` to see who complains.

You can join `shipments` from `orders` by `order_id`.

Compare `orders` with `subscriptions`.

Use `orders` for revenue and `subscriptions` for recurring revenue.

Use `orders` rather than `stg_tickets`.

`orders` is better than `shipments` for this, as it has one row per order.

`orders` comes with `order_id` and `customer_id`.

Which to take depends on whether you want `orders` or `subscriptions`.

It depends on what you count: `orders` or `shipments`.

Based on your question, use `orders`.

Based on `orders.ordered_at`, group by month.

`revenue_monthly` is used for the board report.

`orders` is used for revenue reporting.

`orders` feeds the dashboard team's work.

`orders` powers the finance reports.

The metric `revenue` is calculated from paid orders only.

`orders.status` is derived from the payment.

`orders` is made for analysts; `stg_tickets` is not.

For tickets use `stg_tickets`, for orders use `orders`.

Start with `orders`, then use `subscriptions` for the plans.

Start from `orders` and bring in `stg_tickets` by `customer_id`.

`orders` has one row per order, `shipments` one per parcel.

The customers in `orders` are the same as in `subscriptions`.

A customer in `orders` may have rows in `stg_tickets`.

`orders` references `customers` by `customer_id`.

`customer_id` in `orders` references `customers.customer_id`.

`stg_tickets.customer_id` refers to `customers.customer_id`.

`orders.customer_id` is a foreign key to `customers`.

Filter `orders` with the customers from `subscriptions`.

Select from `orders` where `status` is paid, and from `stg_tickets` what was said.

Revenue from `orders` is not the same as that from `subscriptions`.

Counting from `orders` gives more than counting from `shipments`.

Rows of `orders` without a match in `shipments` were never sent.

`orders` uses net amounts; `mrr_monthly` uses list prices.

The query reads from `orders` and `stg_tickets`.

The query below uses `orders` and `subscriptions`.

This uses `orders` and `stg_tickets`, joined on `customer_id`.

It uses `orders`, grouped by month.

It is computed from `orders.net_amount`.

They are counted in `orders`.

The query joins `orders` with `stg_tickets`.

The SQL selects from `subscriptions` and `orders`.

The answer is based on `orders`.

This answer is based on `orders` and `stg_tickets`.

The number comes from `orders`, not from `stg_tickets`.

The amount comes from `orders.net_amount`.

Churn comes from `subscriptions`, revenue from `orders`.

To build such a report, use `orders` with `subscriptions`.

You could build a model on `orders` and `stg_tickets`.

A new model could be built from `orders` and `stg_tickets`.

If a model were built from `orders` and `stg_tickets`, it would tell.

There is no model that joins `orders` and `stg_tickets`.

No model in the catalog combines `stg_tickets` with `orders`.

To see what `orders` depends on, ask for its lineage.

Ask me what feeds `orders`.

Do you mean `orders` or `subscriptions`?

Should the numbers come from `orders` or from `stg_tickets`?

Drop the cancelled rows of `orders`.

Remove duplicates in `orders` by `order_id`.

Remove test customers from `orders`: they affect the average.

Exclude rows without `customer_id` in `orders`, they do not matter here.

Rename `orders.status` in your query as you like.

Drop `status` from the `GROUP BY` if that is fine for you.

The date column of `orders` is `ordered_at`.

`orders` includes refunds; `shipments` does not.

`orders` counts what was ordered, `shipments` what was sent.

The difference between `orders` and `orders_daily` is the grain.

`orders` → one row per order; `subscriptions` → one row per subscription.

1. `orders`
2. `subscriptions`

- `orders`: one row per order
- `stg_tickets`: one row per ticket

| model | grain |
|---|---|
| `orders` | one row per order |
| `stg_tickets` | one row per ticket |

| question | use |
|---|---|
| revenue | `orders` |
| churn | `subscriptions` |

| model | use with |
|---|---|
| `orders` | `stg_tickets` |

`customers.v2` is the newer version of `customers.v1`.

Nimm `orders` und verbinde es mit `stg_tickets` über `customer_id`.

Das hängt davon ab, ob Sie `orders` oder `subscriptions` meinen.

Usa `orders` y únelo con `stg_tickets` por `customer_id`.

Depende de si quieres `orders` o `subscriptions`.

Utilisez `orders` avec `stg_tickets`.

`orders` needs a filter on `status`.

Use `orders`, not `stg_tickets`.

`orders` fills the gap that `shipments` leaves.

`subscriptions` tells when a plan was paused; `orders` when it produced an order.

The lineage of `orders` is shown below.

`orders` supplies the amounts and `stg_tickets` the complaints.

Take the customers from `customers` and the complaints from `stg_tickets`.

`orders` gives the revenue, which you then divide by the customers in `subscriptions`.

Sum `orders.net_amount` by `customers.country`.

`orders.customer_id` matches `stg_tickets.customer_id`.

Divide the rows of `stg_tickets` by those of `orders`.

Using `orders` with `shipments` shows how long parcels take.

`orders` is often used with `stg_tickets`.

`stg_tickets` is used together with `orders` in such a query.

To get there, combine `orders` with `stg_tickets`.

From `orders` take the amount and from `subscriptions` the plan.

`orders` is preferred over `stg_orders` since it is tested.

Compared with `orders`, `shipments` has fewer rows.

If you need tickets, read from `stg_tickets` and use `orders` for amounts.

`orders` has a column `status`, `shipments` has none.

`orders` can be joined to `subscriptions` via `customer_id`.

The join path is `orders.customer_id` → `customers.customer_id`.

`orders.customer_id` references `customers.customer_id`.

Counts of `stg_tickets` by customer are created from `customer_id`.

`order_items` and `orders` are both useful: the first is by item.

Revenue is best taken from `orders`, refunds from `stg_refunds`.

Use `mrr_monthly` for recurring and `orders` for all revenue.

`subscriptions` and `orders` use the same `customer_id`.

Both `orders` and `subscriptions` depend on your definition of churn.

`orders` reads like a list of receipts, `stg_tickets` like a diary.

The report draws on `orders` and `stg_tickets`.

`subscription_plans` is a seed; `orders` is a model.

Use `orders`: sources such as `stg_tickets` are too raw.

Downstream users of `orders` also like `subscriptions`.

No, `stg_tickets` is not what you need: use `orders`.

`orders` is used for revenue, `subscriptions` is used for churn.
""")
