"""One seeded run of the whole company, written as the rows its systems would hold on a given evening."""

import random
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from generator.contact import as_it_stood, daily_spend, tickets
from generator.people import Account, Change, build_accounts, build_changes
from generator.sales import Order, Refund, build_refunds, subscription_orders, web_orders, wholesale_orders
from generator.shelf import FIRST_DAY, PRODUCTS, Product, load_plans
from generator.supply import Shipment, build_shipments, roast_batches

Rows = dict[str, list[dict[str, Any]]]
"""Table ("raw_shop.orders") → its rows; every value prints as its CSV cell."""

SEED = 20251201


def _dice(part: str) -> random.Random:
    return random.Random(f"{SEED} {part}")


class World:
    """Everything that happened, from the first day to the last; each part from dice of its own."""

    def __init__(self) -> None:
        self.plans = load_plans()
        self.accounts = build_accounts(_dice("people"))
        self.changes = build_changes(_dice("subscriptions"), self.accounts, self.plans)
        self.orders = self._number(self._all_orders())
        self.refunds = build_refunds(_dice("refunds"), self.orders)
        self.shipments = build_shipments(_dice("parcels"), self.orders)
        self.roasts = roast_batches(_dice("roasts"))
        self.tickets = tickets(_dice("tickets"), self.orders)
        self.spend = daily_spend(_dice("ads"))

    def _all_orders(self) -> list[Order]:
        web = list(web_orders(_dice("web"), self.accounts))
        renewals = subscription_orders(_dice("renewals"), self.accounts, self.changes, self.plans)
        return [*web, *renewals, *wholesale_orders(_dice("wholesale"), self.accounts)]

    @staticmethod
    def _number(orders: list[Order]) -> list[Order]:
        orders.sort(key=lambda order: (order.placed_at, order.account.account_id))
        return [replace(order, order_id=number) for number, order in enumerate(orders, start=100_001)]

    def known_on(self, day: date) -> Rows:
        """What the source systems hold in the night after ``day``, without the loader's own column."""
        evening = datetime.combine(day, time.max)
        sold = [order for order in self.orders if order.placed_at <= evening]
        given_back = [refund for refund in self.refunds if refund.refunded_at <= evening]
        parcels = {parcel.order.order_id: parcel for parcel in self.shipments if parcel.dispatched_at <= evening}
        return {
            "raw_shop.customers": [_account(account) for account in self.accounts if account.created_at <= evening],
            "raw_shop.products": [_product(product, day) for product in PRODUCTS],
            "raw_shop.orders": [_order(order, parcels.get(order.order_id), evening) for order in sold],
            "raw_shop.order_items": _items(sold),
            "raw_shop.refunds": [_refund(refund, number) for number, refund in enumerate(given_back, start=3001)],
            "raw_refill.subscription_changes": [_change(c) for c in self.changes if c.changed_at <= evening],
            "raw_parcels.shipments": [_shipment(parcel, evening) for parcel in parcels.values()],
            "raw_roastery.roast_batches": [row for row in self.roasts if row["roasted_at"] <= evening],
            "raw_helpdesk.tickets": [as_it_stood(row, evening) for row in self.tickets if row["opened_at"] <= evening],
            "raw_ads.daily_spend": [row for row in self.spend if row["day"] <= day],
        }


def _account(account: Account) -> dict[str, Any]:
    return {
        "id": account.account_id,
        "email": account.email,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "country_code": account.country,
        "account_type": account.kind,
        "accepts_marketing": account.account_id % 3 != 0,
        "created_at": account.created_at,
    }


def _product(product: Product, day: date) -> dict[str, Any]:
    raised = product.raised_on if product.raised_on and product.raised_on <= day else None
    return {
        "id": product.product_id,
        "sku": product.sku,
        "name": product.name,
        "category": product.category,
        "origin": product.origin,
        "weight_g": product.weight_g,
        "price_cents": product.price_on(day),
        "cost_cents": product.cost_cents,
        "updated_at": datetime.combine(raised or FIRST_DAY, time(7)),
    }


def _order(order: Order, parcel: Shipment | None, evening: datetime) -> dict[str, Any]:
    shipped = parcel and ("delivered" if parcel.delivered_at and parcel.delivered_at <= evening else "shipped")
    return {
        "id": order.order_id,
        "customer_id": order.account.account_id,
        "channel": order.channel,
        "status": "cancelled" if order.is_cancelled else shipped or "paid",
        "placed_at": order.placed_at,
        "ship_country": order.account.country,
        "shipping_cents": order.shipping_cents,
        "total_cents": order.total_cents,
        "voucher_code": order.voucher,
        "utm_source": order.source,
    }


def _items(orders: list[Order]) -> list[dict[str, Any]]:
    pairs = [(order, item) for order in orders for item in order.items]
    return [
        {
            "id": number,
            "order_id": order.order_id,
            "product_id": item.product_id,
            "quantity": item.quantity,
            "unit_price_cents": item.unit_price_cents,
            "discount_cents": item.discount_cents,
        }
        for number, (order, item) in enumerate(pairs, start=400_001)
    ]


def _refund(refund: Refund, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "order_id": refund.order.order_id,
        "refunded_at": refund.refunded_at,
        "amount_cents": refund.amount_cents,
        "reason": refund.reason,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "id": change.change_id,
        "subscription_id": change.subscription_id,
        "customer_id": change.account_id,
        "changed_at": change.changed_at,
        "change": change.change,
        "plan_code": change.plan_code,
        "reason": change.reason,
    }


def _shipment(parcel: Shipment, evening: datetime) -> dict[str, Any]:
    arrived = parcel.delivered_at if parcel.delivered_at and parcel.delivered_at <= evening else ""
    return {
        "tracking_no": parcel.tracking_no,
        "order_id": parcel.order.order_id,
        "carrier": parcel.carrier,
        "dispatched_at": parcel.dispatched_at,
        "delivered_at": arrived,
        "promised_on": parcel.promised_on,
        "weight_g": parcel.weight_g,
    }
