"""What people type and read about refreshes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.markdown import TEXT_LIMIT, cut_text, mrkdwn_link
from knowledge.refresh_outcome import RefreshOutcome
from knowledge.values import Oddity

BEGUN = "Refreshing the catalog…"
DONE = "Refreshed the catalog."
NOT_DONE = "The refresh did not succeed."
NOT_BEGUN = "A refresh is waiting already; this one was not needed."
WAITS = "Another refresh is running; mine begins when it has ended."
ASKED_ALREADY = "A refresh that was asked for is waiting already: it reports in its own thread."
GIVEN_UP = "I was interrupted too often during this refresh and gave it up. Ask again with `/ask refresh`."
NO_ADMINS = "Nobody may do that yet: put the Slack ids of those who may into the setting `MARTY_ADMINS`."
RECOVERED = "Refreshes work again: the catalog is current."

_ACCEPT = "--accept-shrink"
_NO_CHANGE = "no definition has changed"
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
    links = ", ".join(mrkdwn_link(address.format(team, admin), f"({admin})") for admin in admins)
    return f"Only Marty's admins may do that. Each link opens a conversation with one of them: {links}."


def report(outcome: RefreshOutcome) -> str:
    """How a refresh went, in Markdown, for whoever asked for it."""
    return cut_text("\n".join([_result(outcome), *_left_out(outcome.oddities)]), TEXT_LIMIT)


def news(outcome: str, reason: str | None) -> str:
    """What an admin hears of a refresh that nobody asked for."""
    if outcome in {"changed", "unchanged"}:
        return RECOVERED
    return cut_text(_kept_old(outcome, reason), TEXT_LIMIT)


def changes(outcome: RefreshOutcome) -> str:
    """What differs from before, as ``1 node added, 2 changed``; empty when no node does."""
    counted = (("added", outcome.added), ("changed", outcome.changed), ("removed", outcome.removed))
    there = [(word, count) for word, count in counted if count]
    return ", ".join(
        f"{count:,} {word}" if place else f"{_counted(count, 'node')} {word}"
        for place, (word, count) in enumerate(there)
    )


def newer_results(outcome: RefreshOutcome) -> str:
    """As ``1 newer result of a run``."""
    return "1 newer result of a run" if outcome.results == 1 else f"{outcome.results:,} newer results of runs"


def _counted(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def _result(outcome: RefreshOutcome) -> str:
    took = f"{outcome.duration_s:.1f} s"
    results = f"; {newer_results(outcome)}" if outcome.results else ""
    differs = changes(outcome)
    if not outcome.is_current:
        done = f"\nWhat could be read is done: {differs or _NO_CHANGE}{results}." if differs or results else ""
        return _kept_old(outcome.status, outcome.reason) + done
    if differs or results:
        return f"Done in {took}: {differs or _NO_CHANGE}{results}."
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
