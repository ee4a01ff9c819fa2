"""Every error of ours has a sentence for whoever asked, and the sentence gives nothing away."""

import importlib
import inspect
from collections.abc import Iterator

import pytest

from agent.errors import ModelUnavailable
from bot.errors import SENTENCES, SlackRefused, failure_text, new_reference, sentence_for, sentence_for_admin
from knowledge.errors import NotFound, Unavailable


def _errors() -> Iterator[type[BaseException]]:
    for package in ("knowledge", "agent", "bot"):
        module = importlib.import_module(f"{package}.errors")
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, BaseException) and found.__module__ == module.__name__:
                yield found


@pytest.mark.parametrize("error", list(_errors()))
def test_every_error_has_a_sentence_of_its_own(error: type[BaseException]) -> None:
    assert SENTENCES[error].endswith(".")


@pytest.mark.parametrize("sentence", SENTENCES.values())
def test_a_sentence_is_for_people(sentence: str) -> None:
    assert not any(word in sentence for word in ("Error", "Exception", "None", "%", "{", "psycopg"))


def test_an_error_that_nobody_foresaw_gets_a_sentence_without_its_text() -> None:
    class SurpriseError(LookupError):
        pass

    assert "secret" not in sentence_for(SurpriseError("secret"))
    assert "secret" not in failure_text(ValueError("secret"), "ab12cd34")


def test_the_nearest_sentence_is_chosen() -> None:
    assert sentence_for(Unavailable("x")) == SENTENCES[Unavailable]
    assert sentence_for(TimeoutError()) == SENTENCES[TimeoutError]
    assert sentence_for(ModelUnavailable("busy")) == SENTENCES[ModelUnavailable]


def test_a_reference_can_be_quoted_and_found_again() -> None:
    assert new_reference("0e3d1a62-7c1b-4d58-9d65-2f9f3c1a9b11") == "0e3d1a62"
    assert len(new_reference()) == 8
    assert new_reference() != new_reference()
    assert "`0e3d1a62`" in failure_text(ValueError(), "0e3d1a62")


@pytest.mark.parametrize("reason", ["refused", "rejected_key", "busy", "unreachable", "timeout", "nonsense"])
def test_an_admin_is_told_what_to_do_about_the_model(reason: str) -> None:
    sentence = sentence_for_admin(ModelUnavailable(reason, status=401))  # pyright: ignore[reportArgumentType]
    assert sentence is not None
    assert "(HTTP 401)" in sentence


def test_an_admin_reads_our_errors_and_no_others() -> None:
    assert sentence_for_admin(NotFound("No manifest.json in /x.")) == "No manifest.json in /x."
    assert sentence_for_admin(SlackRefused("chat.postMessage", "is_archived")) is not None
    assert sentence_for_admin(ValueError("x")) is None
