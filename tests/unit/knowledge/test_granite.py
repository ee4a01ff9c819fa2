"""The embedding model that installs with Marty."""

import numpy as np
import pytest

from knowledge.granite import Granite


@pytest.fixture(scope="module")
def granite() -> Granite:
    return Granite()


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("monthly recurring revenue", [-0.0344, 0.0684, 0.0786, 0.0197, 0.0397, -0.0238]),
        ("Ünïcode ☃ 日本語", [0.0727, 0.0387, 0.0391, -0.002, -0.022, -0.0109]),
    ],
)
def test_vectors_are_those_of_the_vendors_own_binding(granite: Granite, text: str, beginning: list[float]) -> None:
    assert granite.encode([text])[0][:6] == pytest.approx(beginning, abs=1e-3)


def test_a_text_has_one_vector_whatever_texts_are_embedded_with_it(granite: Granite) -> None:
    texts = ["orders", "one row per customer and day " * 40, "", "x"] * 20
    together = granite.encode(texts)
    alone = np.concatenate([granite.encode([text]) for text in texts[:4]])
    assert together.dtype == np.float32
    assert together[:4] == pytest.approx(alone, abs=1e-4)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(80), abs=1e-4)


def test_texts_that_mean_the_same_lie_closer_than_others(granite: Granite) -> None:
    asked, near, far = granite.encode(["how much do customers pay per month", "subscription revenue", "bus stops"])
    assert asked @ near > asked @ far


def test_any_text_can_be_embedded(granite: Granite) -> None:
    odd = ["word " * 20_000, "😀", "\x00", " ", "注文" * 5_000]
    assert np.isfinite(granite.encode(odd)).all()
    assert granite.encode([]).shape == (0, 384)
