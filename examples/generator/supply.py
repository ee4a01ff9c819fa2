"""What happens to the coffee: roasting it, and parcels on their way."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from generator.people import moment
from generator.sales import Order
from generator.shelf import FIRST_DAY, LAST_DAY, PRODUCTS

COURIER, POST = "Spaakpost", "Gullwing"
DATES_ONLY_SINCE = date(2026, 11, 18)
"""From here on the bike courier reports a delivery's day without the time: midnight, before it was handed over."""

ROASTS_UPLOADED_UNTIL = date(2026, 11, 18)
"""The roasting machine's laptop has not been plugged in since."""

ROASTERS = ("Ilse", "Mehmet", "Otis")
BEANS = tuple(sorted({product.origin for product in PRODUCTS if product.category == "coffee"}))


@dataclass(frozen=True)
class Shipment:
    tracking_no: str
    order: Order
    carrier: str
    dispatched_at: datetime
    delivered_at: datetime | None
    promised_on: date
    weight_g: int


def build_shipments(dice: random.Random, orders: list[Order]) -> list[Shipment]:
    """One parcel for each order that has something to send, out within two working days."""
    weights = {product.product_id: product.weight_g for product in PRODUCTS}
    parcels = []
    for order in orders:
        weight = sum(weights[item.product_id] * item.quantity for item in order.items)
        if weight and not order.is_cancelled:
            parcels.append(_parcel(dice, order, weight, number=len(parcels) + 1))
    return parcels


def _parcel(dice: random.Random, order: Order, weight: int, *, number: int) -> Shipment:
    by_bike = order.account.country == "NL" and dice.random() < 0.24
    day = _working_day(order.placed_at.date() + timedelta(days=dice.choice((0, 1, 1, 2) if by_bike else (1, 1, 2))))
    out_at = moment(dice, day, first_hour=8, last_hour=12)
    if out_at < order.placed_at + timedelta(minutes=40):
        out_at = datetime.combine(_working_day(day + timedelta(days=1)), out_at.time())
    if by_bike:
        delivered_at, promised_on = out_at + timedelta(minutes=dice.randint(70, 330)), out_at.date()
        if dice.random() < 0.03:
            delivered_at += timedelta(days=1)
        if delivered_at.date() >= DATES_ONLY_SINCE:
            delivered_at = datetime.combine(delivered_at.date(), time())
    else:
        promise = {"NL": 2, "BE": 3}.get(order.account.country, 5)
        promised_on = _working_day(out_at.date() + timedelta(days=promise))
        days = promise - 1 + (dice.choice((1, 2, 3, 6)) if dice.random() < 0.09 else -dice.choice((0, 0, 1)))
        delivered_at = moment(
            dice, _working_day(out_at.date() + timedelta(days=max(days, 1))), first_hour=9, last_hour=17
        )
    lost = dice.random() < 0.004
    code = f"{'SPK' if by_bike else 'GW'}{26_100_000 + number * 37:09d}"
    carrier = COURIER if by_bike else POST
    return Shipment(code, order, carrier, out_at, None if lost else delivered_at, promised_on, weight + 90)


def _working_day(day: date) -> date:
    while day.weekday() == 6:
        day += timedelta(days=1)
    return day


def roast_batches(dice: random.Random) -> list[dict[str, Any]]:
    """One or two batches on each roasting day (Tuesday, Wednesday), about 15 % of the weight lost as water."""
    batches: list[dict[str, Any]] = []
    day = FIRST_DAY
    while day <= min(LAST_DAY, ROASTS_UPLOADED_UNTIL):
        for bean in dice.sample(BEANS, dice.choice((1, 2, 2))) if day.weekday() in (1, 2) else ():
            green = dice.choice((12.0, 15.0, 15.0, 18.0))
            loss = dice.gauss(0.168 if "India" in bean else 0.149, 0.011)
            batches.append(
                {
                    "batch_no": f"R{day:%y%m%d}-{len(batches) % 2 + 1}",
                    "roasted_at": moment(dice, day, first_hour=6, last_hour=14),
                    "bean": bean,
                    "green_kg": f"{green:.1f}",
                    "roasted_kg": f"{green * (1 - loss):.2f}",
                    "roaster": dice.choice(ROASTERS),
                    "cup_score": f"{min(90.0, max(78.0, dice.gauss(84.5, 2.1))):.2f}" if dice.random() < 0.85 else "",
                    "notes": dice.choice(("", "", "", "first crack early", "drum hot from previous batch", "new lot")),
                }
            )
        day += timedelta(days=1)
    return batches
