"""Which artifacts are due, by their stamps."""

import io
from pathlib import Path

import pytest

from knowledge.errors import NotFound
from knowledge.sources.copying import copy_limited, due, known_stamps

ALL = {"manifest": "1", "catalog": "1", "run_results": "1", "sources": "1"}


@pytest.mark.parametrize(
    ("stamps", "names"),
    [
        (ALL, []),
        (ALL | {"run_results": "2"}, ["run_results"]),
        (ALL | {"run_results": "2", "sources": "2"}, ["run_results", "sources"]),
        (ALL | {"manifest": "2"}, ["manifest", "catalog", "run_results", "sources"]),
        (ALL | {"catalog": "2"}, ["manifest", "catalog"]),
        (ALL | {"catalog": "2", "sources": "2"}, ["manifest", "catalog", "sources"]),
        ({"manifest": "2", "run_results": "1"}, ["manifest", "run_results"]),
        ({"manifest": "1"}, []),
    ],
)
def test_what_is_new_is_due_and_the_manifest_and_the_catalog_only_together(
    stamps: dict[str, str], names: list[str]
) -> None:
    assert due(stamps, ALL) == names
    assert due(stamps, ALL, anew=True) == list(stamps)
    assert due(stamps, {}) == list(stamps)


@pytest.mark.parametrize("cursor", [None, {}, {"stamps": None}, {"stamps": "manifest"}, {"other": {}}])
def test_a_cursor_of_another_making_knows_nothing(cursor: dict[str, object] | None) -> None:
    assert known_stamps(cursor) == {}


def test_a_stream_is_copied_up_to_a_size(tmp_path: Path) -> None:
    copy_limited(io.BytesIO(b"x" * 10), tmp_path / "a", name="a", max_size_bytes=10)
    assert (tmp_path / "a").read_bytes() == b"x" * 10
    with pytest.raises(NotFound, match="a is too large for an artifact: more than 9 bytes"):
        copy_limited(io.BytesIO(b"x" * 10), tmp_path / "a", name="a", max_size_bytes=9)
