"""What people write to Lanternfish, and what Lanternfish pays to be seen."""

import random
from datetime import date, datetime, timedelta
from typing import Any

from generator.sales import Order
from generator.shelf import FIRST_DAY, LAST_DAY

TOPICS = ("late_parcel", "damaged", "grind", "change_subscription", "cancel_subscription", "question", "praise")
ADS_UNTIL = date(2026, 11, 11)
"""The advertising connector's token ran out the day after."""


def tickets(dice: random.Random, orders: list[Order]) -> list[dict[str, Any]]:
    """About one ticket for twelve orders; the agent types the order number, sometimes wrongly."""
    rows = []
    for order in orders:
        if order.channel == "wholesale" or order.account.is_staff or dice.random() >= 0.08:
            continue
        opened_at = order.placed_at + timedelta(hours=dice.randint(5, 240), minutes=dice.randint(0, 59))
        replied_at = opened_at + timedelta(minutes=dice.randint(12, 1900))
        closed_at = replied_at + timedelta(minutes=dice.randint(5, 4000)) if dice.random() < 0.94 else None
        rows.append(
            {
                "customer_email": order.account.email,
                "order_ref": _typed(dice, order.order_id),
                "topic": dice.choices(TOPICS, weights=(24, 12, 8, 18, 12, 18, 8))[0],
                "opened_at": opened_at,
                "first_reply_at": replied_at,
                "closed_at": closed_at,
                "satisfaction": dice.choices((1, 2, 3, 4, 5), weights=(5, 6, 12, 33, 44))[0]
                if closed_at and dice.random() < 0.5
                else "",
            }
        )
    rows.sort(key=lambda row: row["opened_at"])
    return [{"id": number, **row} for number, row in enumerate(rows, start=9001)]


def _typed(dice: random.Random, order_id: int) -> str:
    chance = dice.random()
    if chance < 0.12:
        return ""
    if chance < 0.16:
        return str(order_id + 500_000)
    return f"#{order_id}" if chance < 0.4 else str(order_id)


def daily_spend(dice: random.Random) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    day = FIRST_DAY
    while day <= min(LAST_DAY, ADS_UNTIL):
        season = 1.6 if day.month in (11, 12) else 1.0
        for platform, campaign, base in (("instagram", "harbour_stories", 4.2), ("search", "fresh_beans", 3.1)):
            spend = max(0.0, dice.gauss(base * season, 0.9))
            shown = round(spend * dice.randint(70, 130))
            clicks = round(shown * dice.uniform(0.008, 0.022))
            rows.append(
                {
                    "day": day,
                    "platform": platform,
                    "campaign": campaign,
                    "spend_eur": f"{spend:.2f}",
                    "impressions": shown,
                    "clicks": clicks,
                }
            )
        day += timedelta(days=1)
    return rows


def as_it_stood(row: dict[str, Any], evening: datetime) -> dict[str, Any]:
    """A ticket as the helpdesk showed it that evening."""
    later = {key: "" for key in ("first_reply_at", "closed_at") if row[key] and row[key] > evening}
    return row | later | ({"satisfaction": ""} if "closed_at" in later else {})
