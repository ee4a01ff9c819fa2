"""Which values the catalog has, however they are said, and which come near one that it does not have."""

import pytest

from knowledge.facets import Facets
from knowledge.found import Filters

FACETS = Facets(
    tags=["finance", "Core", "core", "net_revenue"],
    schemas=["prod_finance", "analytics", "warehouse.analytics"],
    owners=["Ana Ruiz (Growth)", "ana@shop.example", "growth"],
    projects=["shop"],
)


@pytest.mark.parametrize("said", ["FINANCE", " finance ", "Finance"])
def test_case_and_space_around_do_not_matter(said: str) -> None:
    assert FACETS.called("tag", said) == ("finance",)


def test_values_that_differ_by_case_alone_are_all_meant() -> None:
    assert FACETS.called("tag", "core") == ("Core", "core")


def test_words_are_as_good_as_underscores() -> None:
    assert FACETS.called("tag", "net revenue") == ("net_revenue",)


def test_a_schema_is_found_alone_and_with_its_database() -> None:
    assert FACETS.called("schema", "analytics") == ("analytics",)
    assert FACETS.called("schema", "Warehouse.Analytics") == ("warehouse.analytics",)


def test_a_person_is_found_by_a_part_of_the_name_and_an_address_only_whole() -> None:
    assert FACETS.meant("owner", "ana") == ("Ana Ruiz (Growth)",)
    assert FACETS.meant("owner", "shop example") == ()
    assert FACETS.meant("owner", "growth") == ("growth", "Ana Ruiz (Growth)")
    assert FACETS.meant("owner", "an") == FACETS.meant("owner", "") == ()


def test_a_schema_is_meant_without_what_dbt_puts_before() -> None:
    assert FACETS.meant("schema", "finance") == ("prod_finance",)
    assert FACETS.meant("tag", "revenue") == ()


def test_filters_get_the_catalogs_own_spelling_and_what_is_unknown_is_told() -> None:
    only, unknown = FACETS.resolve(Filters(kinds=("model",), tags=("FINANCE", "finanse"), owners=("Ana Ruiz",)))
    assert only == Filters(kinds=("model",), tags=("finance",), owners=("Ana Ruiz (Growth)",))
    assert [each.sentence for each in unknown] == ["No tag `finanse`; did you mean `finance`?"]


@pytest.mark.parametrize(
    ("only", "sentence"),
    [
        (Filters(tags=("cores",)), "No tag `cores`; did you mean `Core` or `core`?"),
        (Filters(schemas=("finance",)), "No schema `finance`; did you mean `prod_finance`?"),
        (Filters(schemas=("x.y",)), "No schema `x.y`. There are: `prod_finance`, `analytics`, `warehouse.analytics`."),
        (Filters(projects=("bakery",)), "No project `bakery`. There are: `shop`."),
        (Filters(packages=("dbt_utils",)), "No package `dbt_utils`."),
        (Filters(tags=("",)), "No tag ``. There are: `finance`, `Core`, `core`, `net_revenue`."),
    ],
)
def test_the_sentence_names_the_nearest_values_or_the_few_that_there_are(only: Filters, sentence: str) -> None:
    [unknown] = FACETS.resolve(only)[1]
    assert unknown.sentence == sentence


def test_the_sentence_is_one_short_line_whatever_was_asked_for() -> None:
    [unknown] = Facets().resolve(Filters(tags=("`rm -rf`\n\x1b[31m" + "x" * 300,)))[1]
    assert unknown.sentence == f"No tag `rm -rf [31m{'x' * 69}`."


def test_among_many_values_none_is_named_that_is_not_near() -> None:
    [unknown] = Facets(tags=[f"tag{n:03}" for n in range(500)]).resolve(Filters(tags=("zzzzzz",)))[1]
    assert unknown.sentence == "No tag `zzzzzz`."


def test_generic_words_are_no_part_of_a_schema_but_may_be_one() -> None:
    facets = Facets(schemas=["raw_data", "raw_shop", "data"])
    assert facets.meant("schema", "shop") == ("raw_shop",)
    assert facets.meant("schema", "data") == ("data",)
    assert Facets(schemas=["raw_data"]).meant("schema", "data") == ()
    assert facets.is_generic("Data")
    assert not facets.is_generic("shop")


def test_a_layer_has_what_ends_in_a_name_in_the_singular_or_plural() -> None:
    facets = Facets(upstream={"staging": ["stg_shop_orders", "stg_customer"], "raw": ["payments"]})
    assert facets.has_upstream("staging", "orders")
    assert facets.has_upstream("staging", "shop order")
    assert facets.has_upstream("staging", "customers")
    assert not facets.has_upstream("raw", "orders")
    assert not facets.has_upstream("staging", "reorders")
    assert not facets.has_upstream("staging", "s")
    assert not facets.has_upstream("staging", "")
