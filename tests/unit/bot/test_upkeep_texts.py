"""What people type and read about refreshes."""

import pytest

from bot.markdown import TEXT_LIMIT
from bot.reply import render_text
from bot.upkeep_texts import Wish, news, not_allowed, read_wish, report
from knowledge.refresh_outcome import RefreshOutcome
from knowledge.values import Oddity


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("refresh", Wish()),
        ("Refresh now", Wish()),
        ("refresh --full", Wish(full=True)),
        ("refresh full", Wish(full=True)),
        ("refresh accept shrink", Wish(accept_shrink=True)),
        ("refresh --accept-shrink --full", Wish(full=True, accept_shrink=True)),
        ("refresh —accept-shrink", Wish(accept_shrink=True)),
    ],
)
def test_a_refresh_is_asked_for_with_or_without_dashes(text: str, wish: Wish) -> None:
    assert read_wish(text) == wish


@pytest.mark.parametrize("text", ["", "refresh orders", "when is the next refresh?", "refresh accept", "refreshing"])
def test_a_question_about_refreshes_is_none(text: str) -> None:
    assert read_wish(text) is None


def test_what_has_changed_is_told_in_numbers() -> None:
    outcome = RefreshOutcome(status="changed", added=5, changed=2, removed=1, results=1200, duration_s=3.21)
    assert report(outcome) == "Done in 3.2 s: 5 nodes added, 2 changed, 1 removed; 1,200 newer results of runs."


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (RefreshOutcome(status="changed", added=1), "Done in 0.0 s: 1 node added."),
        (RefreshOutcome(status="changed", changed=1200, removed=1), "Done in 0.0 s: 1,200 nodes changed, 1 removed."),
        (RefreshOutcome(status="changed", results=1), "no definition has changed; 1 newer result of a run."),
        (RefreshOutcome(status="changed"), "Nothing new"),
        (RefreshOutcome(status="failed", reason="Away.", removed=2), "What could be read is done: 2 nodes removed."),
    ],
)
def test_only_what_differs_is_told(outcome: RefreshOutcome, said: str) -> None:
    assert said in report(outcome)


def test_nothing_new_is_said_as_such() -> None:
    assert report(RefreshOutcome(status="unchanged")).startswith("Nothing new")
    assert "3 newer results" in report(RefreshOutcome(status="unchanged", results=3))


def test_what_could_not_be_read_is_told_in_a_few_lines() -> None:
    oddities = tuple(Oddity(where=f"node {number}", reason="no name") for number in range(1_000))
    said = report(RefreshOutcome(status="changed", added=1, oddities=oddities))
    assert said.count("\n") == 7
    assert "node 4 no name" in said
    assert "995 more" in said


def test_a_refused_loss_comes_with_the_command_that_accepts_it() -> None:
    reason = "The manifest lacks 9 of the 10 nodes. If it is right, run `marty refresh --accept-shrink`."
    for said in (report(RefreshOutcome(status="refused", reason=reason)), news("refused", reason)):
        assert reason in said
        assert "`/ask refresh accept shrink`" in said
    assert "accept shrink" not in news("refused", "The manifest was made at noon, the catalog serves a newer one.")


def test_a_failure_comes_with_its_reason_and_a_remedy() -> None:
    said = news("failed", "The dbt platform did not answer.")
    assert "The dbt platform did not answer." in said
    assert "`marty doctor`" in said
    assert "failed" in news("failed", None)


def test_admins_are_told_that_it_is_over() -> None:
    assert news("unchanged", None) == news("changed", None)
    assert "work again" in news("changed", None)


def test_whoever_may_not_is_told_who_may_and_nobody_is_mentioned() -> None:
    said = not_allowed(["U1", "U2"], "T1")
    assert "|(U1)>" in said
    assert "|(U2)>" in said
    assert "<@" not in said
    assert "MARTY_ADMINS" in not_allowed([], "T1")


def test_no_report_pings_or_is_too_long() -> None:
    outcome = RefreshOutcome(status="failed", reason="<!channel> @here " + "x" * 20_000)
    reply = render_text(report(outcome))
    assert "<!channel>" not in reply.text
    assert len(reply.text) <= TEXT_LIMIT
    assert all("<!channel>" not in block["text"] and len(block["text"]) < 12_000 for block in reply.blocks)
