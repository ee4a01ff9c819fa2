"""A digest counts first, names the most important nodes, and leaves the rest to its thread."""

from datetime import UTC, datetime

import pytest

from bot.digest_text import News, change_id_of, digest_metadata, render_detail, render_digest
from bot.markdown import MARKDOWN_LIMIT
from knowledge.values import Change, What

SINCE = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def _change(name: str, what: What, item: str | None = None) -> Change:
    field = "test" if item else None
    return Change(unique_id=f"model.shop.{name}", name=name, kind="model", what=what, field=field, item=item)


def _news(*changes: Change, **nodes: int) -> News:
    numbers: dict[What, int] = {}
    for change in changes:
        numbers[change.what] = len({each.unique_id for each in changes if each.what == change.what})
    return News(since=SINCE, changes=changes, nodes=numbers | nodes)  # pyright: ignore[reportArgumentType]


def test_the_message_counts_and_names() -> None:
    news = _news(_change("a", "removed"), _change("b", "broke", "x"), _change("b", "broke", "y"))
    assert render_digest(news).markdown.splitlines() == [
        "Since 2026-11-20 07:00 UTC, 1 node was removed and 1 broke.",
        "- **Removed:** `a`",
        "- **Broke:** `b`",
    ]


def test_names_beyond_five_are_counted() -> None:
    news = _news(*(_change(f"m{n}", "recovered") for n in range(7)), recovered=1207)
    assert render_digest(news).markdown.splitlines() == [
        "Since 2026-11-20 07:00 UTC, 1,207 nodes recovered.",
        "- **Recovered:** `m0`, `m1`, `m2`, `m3`, `m4` and 1,202 more",
    ]


def test_the_detail_has_a_line_a_node() -> None:
    [detail] = render_detail(_news(_change("b", "broke", "x"), _change("b", "broke", "y"), _change("c", "broke", "z")))
    assert detail.markdown.splitlines() == [
        "**Broke**",
        "- `b` (model) broke: test `x` fails and test `y` fails",
        "- `c` (model) broke: test `z` fails",
    ]


def test_long_detail_is_split_between_lines() -> None:
    details = render_detail(_news(*(_change("m" * 90 + str(n), "broke", "t" * 90) for n in range(100))))
    assert len(details) > 1
    assert all(len(each.markdown) <= MARKDOWN_LIMIT for each in details)
    assert sum(each.markdown.count("\n- ") + each.markdown.startswith("- ") for each in details) == 100


def test_names_cannot_ping_anybody() -> None:
    news = _news(_change("<!channel> @here", "removed"))
    shown = render_digest(news).text + render_detail(news)[0].text
    assert "<!" not in shown
    assert "@here" not in shown


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"metadata": None},
        {"metadata": {"event_type": "other", "event_payload": {"change_id": 3}}},
        {"metadata": {"event_type": "marty_digest"}},
        {"metadata": {"event_type": "marty_digest", "event_payload": {"change_id": "3"}}},
    ],
)
def test_other_messages_are_no_digests(message: dict[str, object]) -> None:
    assert change_id_of(message) is None


def test_a_digest_is_found_again_by_its_metadata() -> None:
    assert change_id_of({"metadata": digest_metadata(7)}) == 7
