"""What was bought: orders with their items, and the money given back."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from generator.people import Account, Change, moment
from generator.shelf import (
    FIRST_DAY,
    LAST_DAY,
    PRODUCTS,
    SUBSCRIPTION_COFFEES,
    WEB_WEIGHTS,
    WHOLESALE_COFFEES,
    Plan,
    load_vat,
)

VAT = load_vat()
BY_ID = {product.product_id: product for product in PRODUCTS}
SEASON = {12: 1.5, 1: 0.9, 2: 0.9, 3: 1.0, 4: 1.0, 5: 0.95, 6: 0.85, 7: 0.7, 8: 0.75, 9: 1.0, 10: 1.1, 11: 1.35}
REFUND_REASONS = ("damaged", "late", "wrong_grind", "stale", "changed_mind", "goodwill")


@dataclass(frozen=True)
class Item:
    product_id: int
    quantity: int
    unit_price_cents: int
    discount_cents: int


@dataclass(frozen=True)
class Order:
    account: Account
    channel: str
    placed_at: datetime
    items: tuple[Item, ...]
    shipping_cents: int
    voucher: str = ""
    is_cancelled: bool = False
    source: str = ""
    order_id: int = 0

    @property
    def total_cents(self) -> int:
        return self.shipping_cents + sum(i.quantity * i.unit_price_cents - i.discount_cents for i in self.items)

    @property
    def goods_cents(self) -> int:
        """What can be refunded: gift cards cannot."""
        goods = [item for item in self.items if BY_ID[item.product_id].category != "gift_card"]
        return sum(item.quantity * item.unit_price_cents - item.discount_cents for item in goods)


def web_orders(dice: random.Random, accounts: list[Account]) -> Iterator[Order]:
    for account in accounts:
        if account.kind == "business":
            continue
        day = account.created_at.date()
        while day <= LAST_DAY:
            if dice.random() < SEASON[day.month] / 1.5:
                yield _basket(dice, account, day)
            if dice.random() < (0.55 if account.kind == "guest" else 0.33):
                break
            day += timedelta(days=dice.randint(12, 95))


def _basket(dice: random.Random, account: Account, day: date) -> Order:
    wanted = Counter(dice.choices(PRODUCTS, weights=WEB_WEIGHTS, k=dice.choice((1, 1, 2, 2, 3))))
    voucher = dice.choice(("WELCOME10", "HARBOUR15")) if dice.random() < 0.14 else ""
    rate = {"WELCOME10": 0.10, "HARBOUR15": 0.15, "": 0.0}[voucher]
    items = []
    for product, quantity in wanted.items():
        price = product.price_on(day)
        discount = 0 if product.category == "gift_card" else round(price * quantity * rate)
        items.append(Item(product.product_id, quantity, price, discount))
    worth = sum(item.quantity * item.unit_price_cents for item in items)
    shipping = 0 if worth >= 4000 else 495 if account.country in ("NL", "BE") else 895
    source = account.source if dice.random() < 0.8 else "organic"
    at = max(moment(dice, day), account.created_at)
    return Order(account, "web", at, tuple(items), shipping, voucher, dice.random() < 0.025, source)


def subscription_orders(
    dice: random.Random, accounts: list[Account], changes: list[Change], plans: dict[str, Plan]
) -> Iterator[Order]:
    """The deliveries that each subscription's log brings about, every two or four weeks."""
    by_id = {account.account_id: account for account in accounts}
    logs: dict[int, list[Change]] = {}
    for change in changes:
        logs.setdefault(change.subscription_id, []).append(change)
    for log in logs.values():
        ends = [change.changed_at for change in log[1:]] + [datetime.combine(LAST_DAY, datetime.max.time())]
        next_at = log[0].changed_at
        for change, end in zip(log, ends, strict=True):
            if change.change in ("paused", "cancelled"):
                next_at = end
                continue
            next_at = max(next_at, change.changed_at)
            while next_at < end:
                plan = plans[change.plan_code]
                yield _delivery(dice, by_id[change.account_id], plan, next_at)
                next_at += timedelta(weeks=plan.interval_weeks)


def _delivery(dice: random.Random, account: Account, plan: Plan, at: datetime) -> Order:
    price = round(plan.price_cents * (1 + VAT[account.country, "coffee"]) / plan.bags)
    bags = Counter(dice.choice(SUBSCRIPTION_COFFEES) for _ in range(min(plan.bags, 3)))
    first = next(iter(bags))
    bags[first] += plan.bags - sum(bags.values())
    items = tuple(Item(product_id, quantity, price, 0) for product_id, quantity in bags.items())
    return Order(account, "subscription", at.replace(microsecond=0), items, 0, source="subscription")


def wholesale_orders(dice: random.Random, accounts: list[Account]) -> Iterator[Order]:
    """Each café orders about every ten days, by the kilogram and at 20 % off."""
    for account in (account for account in accounts if account.kind == "business"):
        day = account.created_at.date()
        while day <= LAST_DAY:
            items = []
            for product_id in dice.sample(WHOLESALE_COFFEES, dice.choice((1, 2, 2))):
                quantity, price = dice.randint(1, 4), BY_ID[product_id].price_on(day)
                items.append(Item(product_id, quantity, price, round(quantity * price * 0.2)))
            at = moment(dice, day, first_hour=7, last_hour=15)
            yield Order(account, "wholesale", at, tuple(items), 0, source="sales")
            day += timedelta(days=dice.randint(7, 13))


@dataclass(frozen=True)
class Refund:
    order: Order
    refunded_at: datetime
    amount_cents: int
    reason: str


def build_refunds(dice: random.Random, orders: list[Order]) -> list[Refund]:
    """About one order in twenty: a third in full, the rest in part, up to 30 days later."""
    refunds = []
    for order in orders:
        chance = {"web": 0.07, "subscription": 0.04, "wholesale": 0.03}[order.channel]
        if order.is_cancelled or order.placed_at.date() < FIRST_DAY or dice.random() >= chance:
            continue
        at = order.placed_at + timedelta(days=dice.randint(2, 30), minutes=dice.randint(1, 500))
        share = 1.0 if dice.random() < 0.34 else dice.choice((0.25, 0.5, 0.5))
        amount = round(order.goods_cents * share)
        if at.date() <= LAST_DAY and amount:
            refunds.append(Refund(order, at, amount, dice.choice(REFUND_REASONS)))
    return sorted(refunds, key=lambda refund: (refund.refunded_at, refund.order.order_id))
