"""What a reply costs is known from a list or from the admin, or it is unknown, which is not nothing."""

import pytest
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata

from agent.model.price_list import Price, parse_prices
from agent.model.prices import cost_usd

OPENAI = "https://api.openai.com/v1"


def usage(fresh: int = 0, output: int = 0, *, cached: int = 0) -> UsageMetadata:
    return UsageMetadata(
        input_tokens=fresh + cached,
        output_tokens=output,
        total_tokens=fresh + cached + output,
        input_token_details=InputTokenDetails(cache_read=cached),
    )


def listed(counted: UsageMetadata | None, name: str, address: str | None) -> float | None:
    return cost_usd(counted, price=None, names=(name,), address=address)


def test_a_maker_at_its_own_address_has_its_list_price() -> None:
    assert listed(usage(1_000_000), "gpt-5-mini", OPENAI) == pytest.approx(0.25)
    assert listed(usage(output=1_000_000), "gpt-5-mini", OPENAI) == pytest.approx(2)


def test_what_a_cache_held_is_cheaper() -> None:
    assert listed(usage(cached=1_000_000), "gpt-5-mini", OPENAI) == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("gpt-5-mini", "http://127.0.0.1:8000/v1"),
        ("gpt-5-mini", "https://llm.example.com/openai/v1"),
        ("gpt-5-mini", None),
        ("our-own-model", OPENAI),
    ],
)
def test_a_price_that_nobody_lists_is_unknown(name: str, address: str | None) -> None:
    assert listed(usage(1_000), name, address) is None


def test_tokens_that_nobody_counted_have_no_cost() -> None:
    assert listed(None, "gpt-5-mini", OPENAI) is None
    assert listed(usage(), "gpt-5-mini", OPENAI) is None


def test_counts_that_contradict_each_other_have_no_cost() -> None:
    odd = UsageMetadata(
        input_tokens=1, output_tokens=1, total_tokens=2, input_token_details=InputTokenDetails(cache_read=9)
    )
    assert listed(odd, "gpt-5-mini", OPENAI) is None


def test_the_name_that_the_endpoint_gives_counts_before_the_deployments() -> None:
    address = "https://acme.openai.azure.com/"
    assert cost_usd(usage(1_000), price=None, names=("gpt-4o-2024-08-06", "our-gpt"), address=address) is not None
    assert cost_usd(usage(1_000), price=None, names=("", "our-gpt"), address=address) is None


def test_what_an_admin_pays_counts_before_any_list() -> None:
    price = Price(input=1, cached=0.5, output=4)
    counted = usage(1_000, 1_000, cached=1_000)
    assert cost_usd(counted, price=price, names=("gpt-5-mini",), address=OPENAI) == pytest.approx(0.0055)
    assert cost_usd(counted, price=Price(input=0, output=0), names=(), address=None) == 0


def test_prices_are_read_by_model() -> None:
    assert parse_prices("qwen2.5:7b=0/0, anthropic:claude-sonnet-5 = $3/0.30/15,meta-llama/Llama-3=0.2/0.2,") == {
        "qwen2.5:7b": Price(input=0, output=0),
        "anthropic:claude-sonnet-5": Price(input=3, cached=0.3, output=15),
        "meta-llama/Llama-3": Price(input=0.2, output=0.2),
    }


@pytest.mark.parametrize("written", ["gpt-5-mini", "gpt-5-mini=1", "=1/2", "m=1/2/3/4", "m=a/b", "m=-1/2", "m=nan/1"])
def test_what_is_no_price_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="`"):
        parse_prices(written)
