"""Who buys: customers with their accounts, and the subscriptions they start, change, pause and cancel."""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from generator.shelf import CAFES, COUNTRIES, FIRST_DAY, FIRST_NAMES, LAST_DAY, LAST_NAMES, Plan

PERSONS = 460
SECOND_ACCOUNTS = 24
SUBSCRIBERS = 176
PLAN_SHARES = {"taster": 24, "regular": 38, "keen": 22, "household": 12, "office": 4}
CANCEL_REASONS = ("too_much_coffee", "price", "moving", "tried_it", "taste", "")
SOURCES = ("organic", "organic", "newsletter", "instagram", "search", "search", "friend")


@dataclass(frozen=True)
class Account:
    email: str
    first_name: str
    last_name: str
    country: str
    kind: str
    """registered, guest or business, which is a café."""
    created_at: datetime
    source: str
    account_id: int = 0

    @property
    def is_staff(self) -> bool:
        return self.email.endswith("@lanternfish.example")


@dataclass(frozen=True)
class Change:
    subscription_id: int
    account_id: int
    changed_at: datetime
    change: str
    plan_code: str
    reason: str
    change_id: int = 0


def moment(dice: random.Random, day: date, *, first_hour: int = 6, last_hour: int = 22) -> datetime:
    return datetime.combine(day, time(dice.randint(first_hour, last_hour), dice.randint(0, 59), dice.randint(0, 59)))


def build_accounts(dice: random.Random) -> list[Account]:
    """All shop accounts, oldest first; some people have a guest account and a registered one."""
    accounts = [_person(dice, FIRST_DAY + timedelta(days=int(344 * dice.random() ** 1.25))) for _ in range(PERSONS)]
    accounts += [_second_account(dice, account) for account in dice.sample(accounts, SECOND_ACCOUNTS)]
    accounts += [_cafe(dice, name, number) for number, name in enumerate(CAFES)]
    opened_at = moment(dice, FIRST_DAY)
    accounts.append(Account("roos.test@lanternfish.example", "Roos", "Test", "NL", "registered", opened_at, "organic"))
    accounts.sort(key=lambda account: (account.created_at, account.email))
    return [replace(account, account_id=number) for number, account in enumerate(accounts, start=1001)]


def _person(dice: random.Random, day: date) -> Account:
    first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
    country = dice.choices(list(COUNTRIES), weights=list(COUNTRIES.values()))[0]
    email = f"{_plain(first)}.{_plain(last)}{dice.randint(1, 999)}@mail.example"
    kind = "guest" if dice.random() < 0.3 else "registered"
    return Account(email, first, last, country, kind, moment(dice, day), dice.choice(SOURCES))


def _second_account(dice: random.Random, first: Account) -> Account:
    """The same person again: another kind of account, the address with a capital."""
    day = min(first.created_at.date() + timedelta(days=dice.randint(9, 90)), LAST_DAY)
    kind = "registered" if first.kind == "guest" else "guest"
    return replace(first, email=first.email.capitalize(), kind=kind, created_at=moment(dice, day), source="organic")


def _cafe(dice: random.Random, name: str, number: int) -> Account:
    opened_at = moment(dice, FIRST_DAY + timedelta(days=number * 24))
    country = "NL" if number % 4 else "BE"
    return Account(f"inkoop@{_plain(name)}.example", name, "", country, "business", opened_at, "organic")


def _plain(text: str) -> str:
    """A name as it stands in an e-mail address."""
    letters = unicodedata.normalize("NFKD", text.lower().replace(" ", "-"))
    return letters.encode("ascii", "ignore").decode()


def build_changes(dice: random.Random, accounts: list[Account], plans: dict[str, Plan]) -> list[Change]:
    """Every subscription's log, oldest first: started, plan_changed, paused, resumed, cancelled."""
    private = [account for account in accounts if account.kind == "registered" and not account.is_staff]
    subscribers = sorted(dice.sample(private, SUBSCRIBERS), key=lambda account: account.created_at)
    changes: list[Change] = []
    for subscription_id, account in enumerate(subscribers, start=5001):
        changes += _life(dice, subscription_id, account, plans)
    changes.sort(key=lambda change: (change.changed_at, change.subscription_id))
    return [replace(change, change_id=number) for number, change in enumerate(changes, start=70001)]


def _life(dice: random.Random, subscription_id: int, account: Account, plans: dict[str, Plan]) -> Iterator[Change]:
    """One subscription from its start to the last day: every month or two, something may happen to it."""
    state = event = "started"
    plan = dice.choices(list(PLAN_SHARES), weights=list(PLAN_SHARES.values()))[0]
    at = account.created_at + timedelta(days=dice.randint(0, 20), minutes=dice.randint(5, 600))
    while at.date() <= LAST_DAY:
        if event:
            state = event
            reason = dice.choice(CANCEL_REASONS) if state == "cancelled" else ""
            yield Change(subscription_id, account.account_id, at, state, plan, reason)
        if state == "cancelled" and dice.random() > 0.15:
            return
        at = moment(dice, at.date() + timedelta(days=dice.randint(24, 75)))
        event = _next_state(dice, state)
        if event == "plan_changed":
            plan = dice.choice([code for code in plans if code not in (plan, "office")])


def _next_state(dice: random.Random, state: str) -> str:
    """What happens next, nothing ("") included."""
    if state == "cancelled":
        return "started"
    chance = dice.random()
    if state == "paused":
        return "resumed" if chance < 0.7 else "cancelled"
    return "cancelled" if chance < 0.16 else "paused" if chance < 0.30 else "plan_changed" if chance < 0.50 else ""
