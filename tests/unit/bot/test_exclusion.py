"""What hiding has to say of the selection, with the word that it means."""

import pytest

from bot.exclusion import with_word
from knowledge.hiding import hide, parse_selection
from knowledge.values import Artifacts, Oddity, Project
from tests.fakes.artifacts import model


def test_a_word_that_matches_nothing_is_shown_beside_its_number() -> None:
    exclude = "orders  tag:pi1"
    artifacts = Artifacts(project=Project(name="shop"), nodes=(model("orders"), model("payments")))
    [oddity] = hide(artifacts, parse_selection(exclude), b"key").oddities
    assert "pi1" not in f"{oddity.where} {oddity.reason}"
    assert with_word(oddity, exclude) == ("CATALOG_EXCLUDE has a word, number 2 (`tag:pi1`), that matches nothing here")


@pytest.mark.parametrize(
    "oddity",
    [
        Oddity(where="model.shop.a", reason="is number 1 of many"),
        Oddity(where="CATALOG_EXCLUDE", reason="has a word, number 9, that matches nothing here"),
        Oddity(where="CATALOG_EXCLUDE", reason="is odd"),
    ],
)
def test_any_other_oddity_stays_as_it_is(oddity: Oddity) -> None:
    assert with_word(oddity, "tag:pii") == f"{oddity.where} {oddity.reason}"
