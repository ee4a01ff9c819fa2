"""What an admin pays for models' tokens, as a setting says it (pure)."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars per million tokens."""

    input: float
    output: float
    cached: float | None = None
    """Of input that the endpoint's cache held; None: like other input."""


def parse_prices(written: str) -> dict[str, Price]:
    """Model → price, from ``model=input/output`` or ``model=input/cached/output``, with commas between models.

    Raises: ValueError, quoting what cannot be read.
    """
    prices: dict[str, Price] = {}
    for entry in filter(None, (each.strip() for each in written.split(","))):
        model, equals, amounts = entry.rpartition("=")  # names may hold colons and slashes, and even an equals sign
        numbers = [_amount(each, entry) for each in amounts.split("/")]
        if not equals or not model.strip() or len(numbers) not in {2, 3}:
            raise ValueError(f"`{entry}` is not `model=input/output` or `model=input/cached/output`")
        cached = numbers[1] if len(numbers) == 3 else None
        prices[model.strip()] = Price(input=numbers[0], output=numbers[-1], cached=cached)
    return prices


def _amount(written: str, entry: str) -> float:
    try:
        amount = float(written.strip().removeprefix("$"))
    except ValueError:
        amount = math.nan
    if not (math.isfinite(amount) and amount >= 0):
        raise ValueError(f"`{entry}`: a price is a number of US dollars per million tokens")
    return amount
