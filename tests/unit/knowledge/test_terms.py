"""What lexical search stores of a text, and what it asks for."""

import pytest

from knowledge.language import LANGUAGES
from knowledge.terms import Lexicon, asked_terms, asked_words, idle_words


def _stored(language: str, text: str, *, is_prose: bool = False) -> set[str]:
    return set(Lexicon(language).count(text, is_prose=is_prose)[0])


def _asked(language: str, question: str) -> list[set[str]]:
    """The terms of each word that a catalog in this language is asked for."""
    asked = asked_terms(asked_words(question, idle_words(question)))
    fit = [each for each in asked if {language, "english"} & set(each.languages)]
    return [{each.term for each in fit if each.word == word} for word in dict.fromkeys(each.word for each in fit)]


@pytest.mark.parametrize(
    ("language", "stored", "asked"),
    [
        ("english", "customers", "customer"),
        ("english", "companies", "company"),
        ("english", "orders", "order"),
        ("german", "customers", "customer"),
        ("french", "companies", "company"),
        ("simple", "orders", "order"),
        ("french", "données", "donnees"),
        ("french", "donnees", "donnée"),
        ("french", "régions", "region"),
        ("french", "répétées", "repetees"),
        ("french", "cœurs", "coeur"),
        ("german", "Umsätze", "Umsatze"),
        ("german", "Umsätze", "umsaetze"),
        ("german", "umsaetze", "Umsatz"),
        ("german", "Größe", "groesse"),
        ("german", "Straße", "strasse"),
        ("portuguese", "médicas", "medica"),
        ("portuguese", "informacoes", "informações"),
        ("spanish", "facturacion", "facturación"),
        ("spanish", "niños", "nino"),
        ("danish", "køb", "kob"),
        ("polish", "łódź", "lodz"),
        ("russian", "заказы", "заказ"),
        ("english", "café", "cafe"),
    ],
)
def test_forms_and_spellings_of_a_word_meet(language: str, stored: str, asked: str) -> None:
    [terms] = _asked(language, asked)
    assert terms & _stored(language, stored)


@pytest.mark.parametrize("language", [*LANGUAGES, "simple"])
@pytest.mark.parametrize(
    "word", ["who", "other", "it", "all", "us", "from", "is", "new", "2023", "q1", "s3", "id", "s"]
)
def test_names_keep_every_word(language: str, word: str) -> None:
    assert _stored(language, word)
    [terms] = _asked(language, word)
    assert terms & _stored(language, word)


def test_function_words_of_prose_are_not_stored_and_count_as_words() -> None:
    assert Lexicon("english").count("one row of the orders", is_prose=True)[1] == 5
    assert _stored("english", "one row of the orders", is_prose=True) == {"row", "order"}
    assert _stored("french", "une ligne de la table des commandes", is_prose=True) >= {"lign", "command"}
    assert not _stored("french", "une de la des", is_prose=True)


def test_a_term_counts_as_often_as_its_word_stands_there() -> None:
    assert Lexicon("english").count("order orders id") == ({"order": 2, "id": 1}, 3)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("注文", {"注文"}),
        ("注文金額", {"注文", "文金", "金額"}),
        ("客", {"客"}),
        ("고객은", {"고객", "객은"}),
    ],
)
def test_a_script_without_spaces_falls_into_pairs_of_letters(text: str, terms: set[str]) -> None:
    assert _stored("simple", text) == terms
    assert Lexicon("simple").count(text)[1] == len(terms)


def test_of_a_japanese_question_endings_are_not_asked_for_unless_there_is_nothing_else() -> None:
    assert _asked("simple", "注文はどこですか") == [{"注文"}, {"文は"}]
    assert _asked("simple", "りんご") == [{"りん"}, {"んご"}]


@pytest.mark.parametrize(
    ("question", "idle"),
    [
        ("which table has all the users?", {"which", "has", "all", "the"}),
        ("who", set[str]()),
        ("what is in `who`?", {"what", "is", "in"}),
        ("numbers of the WHO", {"of", "the"}),
        ("US states in us_states", {"in"}),
        ("tables with is_new or shop.from", {"with", "or"}),
        ("SELECT id FROM orders WHERE id IN (1)", {"from", "where", "in"}),
        ("WHO OWNS ALL THE ORDERS", {"who", "all", "the"}),
        ("wer hat die Daten von Mai", {"wer", "hat", "die", "von"}),
    ],
)
def test_words_that_only_make_a_sentence_are_idle_unless_written_as_names(question: str, idle: set[str]) -> None:
    assert idle_words(question) == idle


@pytest.mark.parametrize("text", ["_" * 2_000, "a_" * 1_000, "a." * 1_000, "`" * 2_000, "\ud800", "", "'" * 2_000])
def test_any_text_may_be_asked(text: str) -> None:
    asked_terms(asked_words(text, idle_words(text)))
