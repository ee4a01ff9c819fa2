"""How sure it is that the catalog answers a question at all."""

import pytest

from knowledge.assurance import Borne, Signals, Word, assurance, is_nothing, rarity, role_of, signals_of, values_in

_NODES = 100


def _signals(words: list[Word], *nearest: Borne, nearness: float | None = 0.75, by_meaning: bool = True) -> Signals:
    return signals_of(words, nodes=_NODES, nearest=nearest, nearness=nearness, by_meaning=by_meaning)


def _having(*bearers: int, of_the_highest: float = 0.6) -> Borne:
    total = sum(rarity(each, _NODES) for each in bearers)
    return Borne(rarity=total, score=2.2 * total * of_the_highest)


_KINDS = pytest.mark.parametrize(("nearness", "by_meaning"), [(0.75, True), (None, True), (None, False)])


@_KINDS
def test_a_question_all_of_whose_words_one_near_node_has_is_answered(nearness: float | None, by_meaning: bool) -> None:
    signals = _signals([Word(bearers=4), Word(bearers=2)], _having(4, 2), nearness=nearness, by_meaning=by_meaning)
    assert assurance(signals) > 0.9
    assert not is_nothing(signals)


@_KINDS
def test_a_question_none_of_whose_words_any_node_has_is_not(nearness: float | None, by_meaning: bool) -> None:
    far = None if nearness is None else 0.58
    signals = _signals([Word(bearers=0), Word(bearers=0)], nearness=far, by_meaning=by_meaning)
    assert assurance(signals) < 0.1
    assert is_nothing(signals)


def test_two_unknown_words_about_a_thing_that_is_known_are_not_answered_by_the_thing() -> None:
    signals = _signals([Word(bearers=14), Word(bearers=0), Word(bearers=0)], _having(14, of_the_highest=0.8))
    assert is_nothing(signals)


@_KINDS
def test_a_name_that_is_all_that_was_asked_is_answered_however_far_its_text_is(
    nearness: float | None, by_meaning: bool
) -> None:
    far = None if nearness is None else 0.55
    name = _having(1, of_the_highest=0.9)
    assert not is_nothing(_signals([Word(bearers=1)], name, nearness=far, by_meaning=by_meaning))


def test_nearer_is_surer_and_every_unknown_word_makes_it_less_sure() -> None:
    said = {"borne_out": 0.5, "said": 0.3, "by_meaning": True}
    assert assurance(Signals(nearness=0.8, unknown=1, **said)) > assurance(Signals(nearness=0.6, unknown=1, **said))
    assert assurance(Signals(nearness=0.7, unknown=1, **said)) > assurance(Signals(nearness=0.7, unknown=2, **said))


def test_a_value_that_no_node_has_tells_nothing() -> None:
    with_value = [Word(bearers=4), Word(bearers=0, is_optional=True)]
    assert _signals(with_value, _having(4)) == _signals([Word(bearers=4)], _having(4))


def test_a_question_of_nothing_but_unknown_values_is_still_about_something() -> None:
    assert _signals([Word(bearers=0, is_optional=True)], nearness=0.5).unknown == 1


def test_of_a_question_that_is_all_asking_only_nearness_tells() -> None:
    assert is_nothing(_signals([], nearness=0.5))
    assert not is_nothing(_signals([], nearness=0.8))
    assert not is_nothing(_signals([], nearness=None, by_meaning=False))


def test_the_best_of_the_nearest_counts_not_the_first() -> None:
    words = [Word(bearers=3), Word(bearers=5)]
    assert _signals(words, _having(5), _having(3, 5)).borne_out == pytest.approx(1)


def test_words_of_every_question_and_figures_ask_plain_words_and_values_may_be_unknown_others_tell() -> None:
    values = values_in("How many orders did Ana Ruiz pay in 2012 with 'gift card'?")
    roles = {word: role_of(word, values) for word in ("many", "2012", "pay", "ana", "ruiz", "gift", "orders")}
    assert roles == {
        "many": "asking",
        "2012": "asking",
        "pay": "optional",
        "ana": "optional",
        "ruiz": "optional",
        "gift": "optional",
        "orders": "telling",
    }


@pytest.mark.parametrize(
    "question",
    ["Parcels by carrier. Late ones?", "Trending Visits and Total Cost", "SHOE SIZE", "Which customer_Id is it?", ""],
)
def test_the_first_word_of_a_sentence_titles_and_identifiers_are_no_values(question: str) -> None:
    assert not values_in(question)


def test_in_a_language_without_capitals_every_word_tells() -> None:
    assert values_in("顧客の靴のサイズ") == frozenset()
    assert role_of("靴", frozenset()) == "telling"
