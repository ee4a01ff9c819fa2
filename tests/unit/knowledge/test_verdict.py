"""What is said of a search: that nothing answers, and what nothing mentions."""

from typing import Any

import pytest

from knowledge.facets import Facets
from knowledge.found import Filters
from knowledge.plan import Plan, make_plan
from knowledge.verdict import Verdict, judge
from knowledge.vocabulary import Vocabulary

FACETS = Facets(
    kinds=["model", "exposure", "seed"],
    layers=["mart"],
    tags=["core"],
    owners=["ana@shop.example"],
    projects=["lanternfish"],
    packages=["lanternfish"],
)
KNOWN = Vocabulary(keys=["customers", "orders", "birth_date", "raw_shop", "orders_daily"])


def _plan(text: str, only: Filters = Filters()) -> Plan:  # noqa: B008
    return make_plan(text, FACETS, KNOWN, only, Filters())


def _judged(text: str, only: Filters = Filters(), **found: Any) -> Verdict:  # noqa: B008
    """Of a search in a catalog of 50 nodes, ten of which have each word that the vocabulary has."""
    plan = _plan(text, only)
    words = plan.asked.looked_for
    bearers = {str(number): 10 for number in plan.asked.subject if words[number] in KNOWN}
    evidence = {"nodes": 50, "bearers": bearers, "matched": [{"rarity": 1.6 * len(bearers), "score": 1.8}]}
    given = {"named": set[str](), "asked": set[str](), "evidence": evidence, "knows_cosine": True, **found}
    return judge(plan, given.pop("evidence"), given.pop("named"), given.pop("asked"), **given)


@pytest.mark.parametrize(
    ("text", "unheard"),
    [
        ("blood type of customers", ("blood type",)),
        ("which customers have unicorn horn lengths and a Shoe size", ("unicorn horn lengths",)),
        ("orders by zodiac-sign of customers", ("zodiac-sign",)),
        ("zodiac of customers, zodiac of orders", ("zodiac",)),
        ("orders of customers", ()),
        ("customers who paid with 'wampum' in Utopia", ()),
        ("how many orders were placed yesterday?", ()),
    ],
)
def test_what_nothing_mentions_is_told_as_it_is_written_but_no_values_and_no_plain_words(
    text: str, unheard: tuple[str, ...]
) -> None:
    assert _judged(text).unheard == unheard


@pytest.mark.parametrize("text", ["core models", "ana@shop.example", "list all seeds", "dashboards", "the core tables"])
def test_what_has_something_is_never_nothing(text: str) -> None:
    assert _judged(text) == Verdict()


@pytest.mark.parametrize("text", ["hello", "the of and", "Hi Marty!", "ok thanks"])
def test_small_talk_is_nothing_unless_something_is_called_so(text: str) -> None:
    assert _judged(text).is_nothing
    assert not _judged(text, named={"hello", "the_of_and", "hi_marty", "ok_thanks"}).is_nothing


@pytest.mark.parametrize("text", ["hey do you know if we track NPS anywhere", "do we have “NPS”?"])
def test_where_nothing_answers_even_what_may_be_a_value_is_told(text: str) -> None:
    assert _judged(text).is_nothing
    assert _judged(text).unheard == ("NPS",)


def test_words_that_were_understood_do_not_make_it_less_sure() -> None:
    assert _judged("core models about orders of customers").assurance == _judged("orders of customers").assurance
    plain, named = _judged("orders of customers"), _judged("lanternfish orders of customers")
    assert (named.assurance, named.unheard) == (plain.assurance, ())


def test_parts_of_a_name_that_is_there_need_stand_nowhere_else() -> None:
    plan = _plan("is warehouse9_zed.orders fresh")
    evidence = {"nodes": 50, "bearers": {}, "matched": []}
    found = judge(plan, evidence, {"zed.orders"}, {"warehouse9.zed.orders"}, knows_cosine=True)
    assert found.unheard == ()
    assert judge(plan, evidence, set(), set(), knows_cosine=True).unheard != ()


def test_a_text_that_is_nothing_but_a_name_is_never_nothing() -> None:
    assert not _judged("zed.zap", named={"zed.zap"}, asked={"zed.zap"}).is_nothing
    assert _judged("zed.zap").is_nothing


def test_an_abbreviation_counts_as_what_it_stands_for() -> None:
    plan = _plan("dob of customers")
    words = [plan.asked.looked_for[number] for number, role in plan.asked.subject.items() if role == "telling"]
    assert words == ["customers", "birth"]
    assert _judged("dob of customers").unheard == ()


def test_of_what_a_search_was_kept_to_it_is_not_known_whether_it_answers() -> None:
    kept = Filters(tags=("core",))
    assert _judged("zodiac of customers", kept) == Verdict(unheard=("zodiac",))
    assert _judged("zodiac of customers", kept, evidence=None) == Verdict()
    assert _judged("orders", Filters(tags=("nowhere",))) == Verdict()


def test_without_any_evidence_all_that_tells_is_unheard() -> None:
    assert _judged("zodiac signs", evidence=None).unheard == ("zodiac signs",)
