"""A column that does not exist is taken as another only where a slip explains it."""

import pytest

from agent.direct.likeness import is_slip, slips_of

SLIPS = [
    ("net_amout", "net_amount"),
    ("net_amuont", "net_amount"),
    ("amount_net", "net_amount"),
    ("netamount", "net_amount"),
    ("net_amt", "net_amount"),
    ("cust_id", "customer_id"),
    ("order_qty", "order_quantity"),
    ("statuses", "status_es"),
    ("subscritpoin_id", "subscription_id"),
    ("Net Amount", "net_amount"),
]
OTHERS = [
    ("vat_amount", "net_amount"),
    ("gross_amount", "net_amount"),
    ("tax_date", "tax_rate"),
    ("q1_sales", "q2_sales"),
    ("address_line1", "address_line2"),
    ("min_price", "max_price"),
    ("amount", "net_amount"),
    ("first_name", "last_name"),
    ("created_at", "updated_at"),
    ("valid_from", "valid_to"),
    ("vat_total", "variant_total"),
    ("net_total", "next_total"),
    ("mrr_at_start", "mrr_at_end"),
]


@pytest.mark.parametrize(("said", "known"), SLIPS)
def test_a_slip_is_seen_through(said: str, known: str) -> None:
    assert is_slip(said, known)


@pytest.mark.parametrize(("said", "known"), OTHERS)
def test_a_name_that_only_shares_a_part_is_another(said: str, known: str) -> None:
    assert not is_slip(said, known)
    assert not is_slip(known, said)


def test_the_likest_comes_first() -> None:
    assert slips_of("statuss", ["states", "status", "vat"]) == ["status"]
