"""When an answer has to say how old the catalog is."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.age import ago, cause, caveat, caveat_by_hand, first_sentence, is_late
from bot.cron import parse_cron
from knowledge.values import Age

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
EVERY_10_MIN = parse_cron("*/10 * * * *")


@pytest.mark.parametrize(
    ("cron", "refreshed_at", "late_at"),
    [
        ("*/10 * * * *", NOON, NOON + timedelta(minutes=30)),
        ("*/10 * * * *", NOON + timedelta(minutes=9, seconds=59), NOON + timedelta(minutes=30)),
        ("0 6 * * *", NOON, datetime(2026, 11, 23, 6, tzinfo=UTC)),
        ("0 6 * * 1-5", NOON, datetime(2026, 11, 25, 6, tzinfo=UTC)),  # a weekend is no delay
    ],
)
def test_the_catalog_is_late_when_the_third_refresh_that_was_due_has_not_come(
    cron: str, refreshed_at: datetime, late_at: datetime
) -> None:
    trigger = parse_cron(cron)
    assert not is_late(trigger, refreshed_at, late_at)
    assert is_late(trigger, refreshed_at, late_at + timedelta(seconds=1))


def test_where_no_refresh_is_due_ever_none_is_late() -> None:
    assert not is_late(parse_cron("0 0 30 2 *"), NOON, NOON + timedelta(days=900))


def test_a_fresh_catalog_needs_no_word() -> None:
    assert caveat(EVERY_10_MIN, Age(refreshed_at=NOON), NOON + timedelta(minutes=25)) is None
    assert caveat(EVERY_10_MIN, Age(), NOON) is None


def test_an_old_catalog_tells_its_age() -> None:
    said = caveat(EVERY_10_MIN, Age(refreshed_at=NOON), NOON + timedelta(hours=3))
    assert said == "The catalog was last current 3 h ago (2026-11-20 12:00 UTC): refreshes are overdue."


@pytest.mark.parametrize(
    ("hours", "artifacts_at", "said"),
    [
        (1, NOON - timedelta(minutes=1), None),
        (900, NOON - timedelta(minutes=1), None),  # nothing newer is there to be read
        (
            1,
            NOON + timedelta(minutes=1),
            (
                "The catalog was last current 60 min ago (2026-11-20 12:00 UTC), and dbt's artifacts are newer: "
                "`marty refresh` reads them."
            ),
        ),
        (47, None, None),
        (49, None, "The catalog was last current 2 days ago (2026-11-20 12:00 UTC)."),
    ],
)
def test_where_refreshes_are_made_by_hand_none_is_overdue(
    hours: int, artifacts_at: datetime | None, said: str | None
) -> None:
    now = NOON + timedelta(hours=hours)
    assert caveat_by_hand(Age(refreshed_at=NOON), now, artifacts_at=artifacts_at) == said
    assert caveat_by_hand(Age(), now, artifacts_at=artifacts_at) is None


def test_a_failed_refresh_by_hand_is_told_as_any_other() -> None:
    age = Age(refreshed_at=NOON, failure="manifest.json is no JSON.")
    assert caveat_by_hand(age, NOON, artifacts_at=None) == caveat(EVERY_10_MIN, age, NOON)


def test_a_refresh_that_failed_is_told_with_its_reason_however_young_the_catalog_is() -> None:
    age = Age(refreshed_at=NOON, failure="manifest.json is no JSON. Build the project anew.")
    said = caveat(EVERY_10_MIN, age, NOON + timedelta(minutes=5))
    assert said == (
        "The catalog was last current 5 min ago (2026-11-20 12:00 UTC): the newest refresh did not succeed. "
        "manifest.json is no JSON."
    )


@pytest.mark.parametrize(
    "reason",
    [
        "There is no manifest.json in /srv/acme/target or in /srv/acme/target/target.",
        "C:\\dbt\\target does not exist.",
        "s3://acme-private/dbt cannot be read now (EndpointConnectionError): check the network.",
        "git@git.acme.example:org/repo is not there.",
        "10.2.3.4 refuses.",
        "loader:8080 refuses.",
        "docs.acme.example answers with a web page.",
    ],
)
def test_whoever_asks_reads_no_path_and_no_address(reason: str) -> None:
    said = caveat(EVERY_10_MIN, Age(failure=reason), NOON)
    assert said is not None
    assert said.endswith("the newest refresh did not succeed. The artifacts could not be read.")


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("No connection to the database at 10.0.0.5:5432: refused.", "The database could not be used."),
        ("The dbt platform at ab1.us1.dbt.com did not answer. Wait.", "The dbt platform did not answer."),
        ("manifest.json.gz of dbt 1.11.2 is cut short.", "manifest.json.gz of dbt 1.11.2 is cut short."),
        (
            "The manifest was made at 2026-11-20 12:00:00 UTC, the catalog already serves a newer one.",
            "The manifest was made at 2026-11-20 12:00:00 UTC, the catalog already serves a newer one.",
        ),
    ],
)
def test_a_cause_that_tells_no_place_stays_as_it_is(reason: str, said: str) -> None:
    assert cause(reason) == said


def test_a_catalog_that_was_never_complete_says_so() -> None:
    assert caveat(EVERY_10_MIN, Age(failure="Away."), NOON) == (
        "The catalog is not complete yet: the newest refresh did not succeed. Away."
    )


def test_a_reason_of_any_length_is_short_in_an_answer() -> None:
    assert len(first_sentence("x" * 5_000)) == 300
    assert first_sentence("dbt 1.11 wrote metrics, dbt 2.0 none any more: why? Run it.") == (
        "dbt 1.11 wrote metrics, dbt 2.0 none any more: why?"
    )


@pytest.mark.parametrize(
    ("minutes", "spoken"), [(-5, "just now"), (0, "just now"), (119, "119 min"), (121, "2 h"), (2 * 24 * 60, "2 days")]
)
def test_times_are_said_as_people_say_them(minutes: int, spoken: str) -> None:
    assert ago(NOON - timedelta(minutes=minutes), NOON).startswith(spoken)
