"""What a reply costs, in US dollars; what is not known is None, never zero (pure)."""

from collections.abc import Iterable

from genai_prices import Usage, calc_price
from langchain_core.messages.ai import UsageMetadata

from agent.model.price_list import Price

MILLION = 1_000_000
_WRITTEN = ("cache_creation", "ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")
"""How input that was put into a cache is counted; none of them counts what another one does."""


def cost_usd(
    usage: UsageMetadata | None, *, price: Price | None, names: Iterable[str], address: str | None
) -> float | None:
    """What the counted tokens cost: at ``price``, else at the list price of who serves ``address``.

    Args:    names: what the model may be called there, the likeliest first.
    """
    if usage is None or not usage["total_tokens"]:
        return None
    details = usage.get("input_token_details") or {}
    cached = details.get("cache_read") or 0
    if price is not None:
        at_cached = price.input if price.cached is None else price.cached
        fresh = max(0, usage["input_tokens"] - cached)
        return (fresh * price.input + cached * at_cached + usage["output_tokens"] * price.output) / MILLION
    if address is None:
        return None
    written = sum(int(details.get(key) or 0) for key in _WRITTEN)
    counted = Usage(
        input_tokens=usage["input_tokens"],
        output_tokens=usage["output_tokens"],
        cache_read_tokens=cached,
        cache_write_tokens=written,
    )
    for name in filter(None, names):
        try:
            return float(calc_price(counted, name, provider_api_url=address).total_price)
        except (
            LookupError,
            ValueError,
        ):  # nobody's address, a model without a price, counts that contradict each other
            continue
    return None
