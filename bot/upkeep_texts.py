"""What people type and read about refreshes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.markdown import TEXT_LIMIT, cut_text, mrkdwn_link
from knowledge.refresh import RefreshOutcome
from knowledge.values import Oddity

BEGUN = "Refreshing the catalog…"
WAITS = "Another refresh is running; mine begins when it has ended."
ASKED_ALREADY = "A refresh that was asked for is waiting already: it reports in its own thread."
GIVEN_UP = "I was interrupted too often during this refresh and gave it up. Ask again with `/ask refresh`."
NO_ADMINS = "Nobody may do that yet: put the Slack ids of those who may into the setting `MARTY_ADMINS`."
RECOVERED = "Refreshes work again: the catalog is current."

_ACCEPT = "--accept-shrink"
_ODDITIES = 5
_OPTIONS = {"now", "full", "accept", "shrink"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What an admin asks for with ``/ask refresh``."""

    full: bool = False
    accept_shrink: bool = False


def read_wish(text: str) -> Wish | None:
    """``refresh``, ``refresh now``, ``refresh full``, ``refresh accept shrink``, ``--`` or not; None for a question."""
    command, *options = text.lower().replace("—", "--").replace("-", " ").split() or [""]
    chosen = set(options)
    if command != "refresh" or not chosen <= _OPTIONS or ("accept" in chosen) != ("shrink" in chosen):
        return None
    return Wish(full="full" in chosen, accept_shrink="accept" in chosen)


def not_allowed(admins: Sequence[str], team: str) -> str:
    """Who may, in mrkdwn: linked, so that nobody is mentioned."""
    if not admins:
        return NO_ADMINS
    address = "https://slack.com/app_redirect?team={}&channel={}"
    names = ", ".join(mrkdwn_link(address.format(team, admin), admin) for admin in admins)
    return f"Only Marty's admins may do that: {names}."


def report(outcome: RefreshOutcome) -> str:
    """How a refresh went, in Markdown, for whoever asked for it."""
    return cut_text("\n".join([_result(outcome), *_left_out(outcome.oddities)]), TEXT_LIMIT)


def news(outcome: str, reason: str | None) -> str:
    """What an admin hears of a refresh that nobody asked for."""
    if outcome in {"changed", "unchanged"}:
        return RECOVERED
    return cut_text(_kept_old(outcome, reason), TEXT_LIMIT)


def _result(outcome: RefreshOutcome) -> str:
    took = f"{outcome.duration_s:.1f} s"
    results = f"; {outcome.results:,} newer results of runs" if outcome.results else ""
    changes = f"{outcome.added:,} nodes added, {outcome.changed:,} changed, {outcome.removed:,} removed"
    if not outcome.is_current:
        elsewhere = outcome.added or outcome.changed or outcome.removed or outcome.results
        done = f"\nWhat could be read is done: {changes}{results}." if elsewhere else ""
        return _kept_old(outcome.status, outcome.reason) + done
    if outcome.status == "changed":
        return f"Done in {took}: {changes}{results}."
    if results:
        return f"Done in {took}: no definition has changed{results}."
    return f"Nothing new: the catalog equals the newest artifacts ({took})."


def _kept_old(outcome: str, reason: str | None) -> str:
    """What happened, why, and what to do."""
    if _ACCEPT in (reason or "") or outcome == "refused":
        happened, remedy = "A guard stopped the refresh, and what it did not let pass stays as it was.", ""
        if _ACCEPT in (reason or ""):
            remedy = "In Slack that is `/ask refresh accept shrink`."
    else:
        happened = "The refresh failed, and what could not be read stays as it was."
        remedy = "I try again on schedule; `marty doctor` tells what is wrong with settings and access."
    return " ".join(part for part in (happened, reason, remedy) if part)


def _left_out(oddities: Sequence[Oddity]) -> list[str]:
    if not oddities:
        return []
    lines = [f"- {oddity.where} {oddity.reason}" for oddity in oddities[:_ODDITIES]]
    more = [f"- and {len(oddities) - _ODDITIES:,} more: the log lists them"] if len(oddities) > _ODDITIES else []
    return ["Worth knowing:", *lines, *more]
