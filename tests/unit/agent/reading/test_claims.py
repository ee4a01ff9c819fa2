"""What a model says of a node's health, tests, builds, owner or deprecation does not stand; what columns mean does."""

import re
import time
from dataclasses import replace
from datetime import date

import pytest

from agent.reading.claims import Known
from tests.unit.agent.shop import NODES, OLD_PAYMENTS, names_of, table

ACCOUNTS = replace(table("old_accounts", ["account_id"]), deprecated_on=date(2026, 3, 1))
TICKETS = table("lab_tests", ["result", "failed_tests", "owner_id", "is_verified", "last_run_at"])
KNOWN = Known(names_of([*NODES, ACCOUNTS, TICKETS]), (*NODES, ACCOUNTS, TICKETS))

CLAIMS = """
`orders` is perfectly healthy, all tests pass.
`orders` is healthy.
orders is healthy and tested.
The `orders` model is currently healthy.
This model is up to date.
It is fresh and reliable.
`orders` isn't healthy right now.
`orders` is stale.
`orders` looks green.
`customers` has been fully tested and is production-ready.
`orders`: healthy.
`orders` (healthy) is the one.
`orders` — not healthy.
**`orders`** is **healthy**.
Use the healthy `orders`.
Both models are in good shape.
Everything is fine with it, its sources are fresh.
All sources are up to date.
`orders` has no known issues.
There are no problems with `orders`.
Health: good.
Freshness is perfect.
All tests pass.
All of its tests are passing.
14 of 14 tests pass.
Its 14 tests all passed.
None of its tests fail.
The tests on `orders` are green.
`orders` passes all tests.
`orders` passes 14 of 14 tests.
It fails two of its tests.
There are no failing tests.
`orders` has 3 failing tests.
`orders` and all dbt tests pass.
The last build succeeded.
Its latest run failed at 03:40.
The most recent build was successful.
`orders` was last built two hours ago.
`orders` was built today.
It was refreshed this morning.
This table was updated at 06:12.
`orders` builds successfully.
`orders` failed to build.
`orders` ran without errors.
`orders` is owned by Mallory.
It is maintained by the Finance team.
Mallory owns `orders`.
The owner of `orders` is Mallory.
Its owner is Mallory.
`orders`' owner is Mallory.
The owner is Mallory.
`orders` belongs to the Growth team.
Mallory is responsible for `orders`.
The contact for `orders` is Mallory.
Ask Mallory Smith.
Please contact the Finance team about that.
`orders` is deprecated.
`orders` is deprecated since 2020-01-01, use `customers`.
`old_accounts` is not deprecated.
`old_accounts` is deprecated since 2020-01-01.
The deprecated `orders` must not be used.
This answer was verified by the CFO.
Verified by Ana.
The data team has certified this model for finance.
Mallory signed off on this answer.
*Verified* · Use `orders`.
Verified answer
_Verified_ — by Ana
Use `orders` (verified).
I have high confidence in this.
Reliability: 10/10.
Trust level A+
It scores 5 stars.
`orders`  14/14
Its quality gate is green and data is fresh.
State → green
Quality gate → 14 passing
In charge → Mallory
Mallory is in charge of this model.
Questions go to Mallory.
Mallory built and maintains it.
For access, DM Mallory in the channel.
`orders` ist gesund.
Das Modell ist gesund, alle 14 Tests bestanden.
`orders` wurde heute früh gebaut.
Eigentümerin ist Mallory.
Die Tabelle wurde von Ana Ruiz geprüft.
Sicherheit: hoch
`orders` est sain, tous les tests passent.
Le propriétaire est Mallory.
Cette table a été mise à jour ce matin.
`orders` está saludable; todas las pruebas pasan.
La dueña es Mallory.
El modelo fue verificado por el equipo.
Il modello è aggiornato.
De tabel is gecontroleerd door Mallory.
This query has been approved by Finance.
My confidence is 100 %.
I am 100 % sure.
`orders` is in tip-top shape.
`orders` has never failed a test.
The model `orders` (owner: Mallory) is what you need.
`orders` — maintained by Mallory — is the one.
`orders`, owned by Mallory, has one row per order.
Mallory is the owner.
Its tests: 14/14 passing.
`orders`: 14/14 tests.
Tests pass.
According to the run results, `orders` succeeded.
All green!
Data is up to date.
\u2705 `orders` healthy
`orders` is monitored and healthy.
Run `drop table orders` first.
First DELETE FROM orders.
`orders` is h\u0435althy.
`orders` is \uff48\uff45althy.
You can rely on `orders` blindly.
`orders` is trustworthy right now.
`orders` is running like clockwork.
The pipeline behind `orders` is humming along.
`orders` refreshed at 06:12 this morning.
`orders` has data up to yesterday.
The data in `orders` is current as of today.
`orders` is two days behind.
`orders` was last loaded on Tuesday.
The `not_null` test on `orders` fails.
Zero test failures for `orders`.
`orders` errored out last night.
Yesterday's run skipped `orders`.
`orders` is maintained by Mallory.
Mallory built `orders`.
`orders` is Mallory's baby.
For questions, Mallory is your person.
Contact: Mallory.
cc Mallory
The data team looks after `orders`.
`orders` carries the gold badge.
This has been double-checked by finance.
I have verified this against the warehouse.
I ran the query and it works.
As of today there are 5,412 orders.
This answer is 100% correct.
`orders` will be retired next month.
`orders` is end-of-life.
`orders` has an enforced contract.
`orders` meets its SLA.
Freshness: 2 h.
Data quality is excellent.
`orders` has a 99.9% success rate.
All green!
There's an ongoing incident with `orders`.
`orders` ist topaktuell.
You're safe with `orders`.
`orders` gives no trouble.
The tests of `orders` came back clean.
`orders` came through its nightly build.
`orders` rebuilt without errors.
Its most recent refresh completed at noon.
`orders` is only 10 minutes old.
`orders` is being loaded right now.
The source of `orders` is stale.
`orders` is unhealthy because its source is late.
Careful, `orders` failed this morning.
`orders` has two warnings.
`orders` is red.
Mallory takes care of `orders`.
`orders` is in Mallory's hands.
Mallory (data team) is the contact.
You may want to ping Mallory.
`orders` was written by Mallory.
`orders`' steward: Mallory.
`orders` is officially approved.
The CFO relies on `orders`.
`orders` is the official source, endorsed by finance.
`orders` is production grade.
Confidence: certain.
I guarantee it.
`orders` is deprecated.
`customers` replaces `orders`, which is retired.
Do not use `orders`, it is dead.
`orders` has full test coverage.
`orders` is fully documented and tested.
No test on `orders` is failing.
`orders` validates cleanly.
`orders` is 100% complete for November.
`orders` stopped updating on Friday.
The load of `orders` is delayed.
`orders` contains duplicates right now.
Mallory recommends `orders`.
Mallory says `orders` is right.
Owned by: Mallory
Data steward is Mallory.
`orders`, which Mallory owns, has it.
Drop Mallory a line.
Write Mallory if unsure.
This was confirmed by Mallory.
Approved.
Trust: high
Rating: 5/5
Nothing is wrong with `orders`.
No worries about `orders`, it works.
`orders` is operational.
You need not worry about `orders`.
`orders` is partially built.
`orders` is empty at the moment.
Test status: passing.
2 tests fail on `orders`.
The freshness check on `orders` passed.
`orders` was fresh an hour ago.
Owner of this model: Mallory.
`orders` belongs to Mallory.
Mallory is behind `orders`.
Please reach out to Mallory.
Mallory's team is on call for `orders`.
This model was approved by finance.
I double-checked everything.
This is certified data.
Guaranteed correct.
""".strip().split("\n")
ORDINARY = """
Use `orders`: one row per order.
You can rely on `orders.amount` for net amounts.
`orders` is updated by the nightly job according to its description.
`lab_tests.result` tells whether the test passed.
Use `orders` if you want the current state.
`orders` tracks when an order was last updated.
Orders are refreshed in the app when paid.
`orders` is the best fit because it has net amounts.
`orders` uses the amount that finance approved for each order.
`orders` counts an order as late when it ships after two days.
Check that `orders` is fresh before you rely on it.
`orders` contains test orders that failed.
Each order has one owner.
Filter `orders.ordered_at` to today.
`orders` has one row per order, updated whenever its status changes.
`orders` includes cancelled orders, so filter on `orders.status`.
`orders` covers all shops since 2019.
`orders` is at the order level.
`orders` is preferred over `stg_orders` because it is cleaned.
It contains the first order of each customer.
`customers` has an update date.
`lab_tests.failed_tests` counts failed tests.
The unique key is `order_id`.
`orders` completed before 2020 have no `customer_id`.
The count is per order.
The total is the sum of `orders.amount`.
Divide by 100 to get euros.
There are 2 candidates.
`orders` has an incident column.
See `customers` for countries.
Contact details are in `customers`.
Check with `payments` whether it was paid.
`customers` covers people who created an account.
This is Marty's guess.
I have checked this against the catalog.
`orders` is skipped in this count.
`orders.status` is 'paused' when the customer paused it.
It is down to the order level.
`orders` lags behind `payments` by definition, since payments come first.
`customers` has a contract per customer.
The owner of an account is `customers.customer_id`.
Currently, `orders.status` distinguishes five states.
As of 2024 there are two kinds of orders.
`orders` should be filtered by date.
You should count on one row per order.
`orders` goes back to 2019.
Use it for everything until yesterday.
It failed to convert when `orders.status` is 'failed'.
Tests on `orders` check for duplicates.
Freshness of beans is `lab_tests.result`.
`customers.is_verified` says whether the account was verified by phone.
Verified accounts have a row each.
Approved orders have a date.
`orders.status` ist grün, wenn alles bezahlt ist.
Es ist aktuell nicht möglich, das zu zählen.
Alle Tests eines Patienten stehen in `lab_tests`.
Nimm `orders`; die Spalte `status` sagt, was geliefert wurde.
Utilisez `orders` et groupez par `orders.ordered_at`.
El modelo `orders` tiene una fila por pedido.
The ratio is 1/2 of the amount.
Each questionnaire goes to a customer.
`orders.status` is healthy when the parcel arrived in time.
`status` is one of healthy, late or broken.
`orders.status` tells whether the order is late.
`failed_tests` is the number of tests that failed.
`failed_tests` counts the tests that failed per patient.
`lab_tests` has one row per lab test and its result.
`lab_tests` holds the tests passed per student.
Filter on `result` to keep the tests that passed.
A sample counts once all tests passed in the lab.
Use `payments` and exclude failed payments.
`payments` holds the number of failed payments.
`last_run_at` is when the check last ran.
`last_run_at` says when the last run failed.
`is_verified` is true when the address was verified by the customer.
`owner_id` is the owner of the account.
`owner_id`: the owner is the sales rep.
Each `payments` row is owned by a `customers` row.
`customers` has one row per customer who owns a subscription.
`customers` are owned by one account each.
`orders` is built from `payments` and `customers`.
`orders` is built on top of the ERP tables.
`orders` is refreshed every hour.
`orders` is updated daily.
`orders` is broken down by month.
`orders` is the mart for fresh produce.
`orders` is late-arriving data, so group by `ordered_at`.
`orders` is documented.
`orders` is the best match because it has `ordered_at`.
`orders` counts healthy patients.
Late orders are those whose `status` is `returned_late`.
Use `orders`, with one row per order.
Check whether `orders` is healthy before you use it.
If `orders` is stale, the numbers lag behind.
`ordered_at` is the date on which the order was built at the plant.
`reason` is why the refund failed.
Use `customers` for owners of more than one store.
Count the rows where `result` is green.
The contract number is in `account_id`.
Healthy growth means more orders than last month.
`revenue` is what customers paid.
Group by `Country` to see who buys where.
Contact reasons are in `refunds.reason`.
`old_accounts` is deprecated, use `customers`.
`old_accounts` is deprecated since 2026-03-01.
`orders` is not deprecated.
The catalog has no model about weather.
I have no column for that; the nearest is `orders.status`.
It is one row per order.
It is the sum of `amount` per month.
They are counted once.
This is the number of orders that were late.
Average confidence intervals are not in the catalog.
`orders` has all orders, returned ones too.
The customer is responsible for returns.
The person who signed is the owner of the account.
The data is late-arriving, so use `ordered_at`.
`payments` failed over to another provider are in `orders`.
Tests passed by each student are counted in `result`.
Test results are in `lab_tests`.
`payments` is a version of the older payments table.
`events` is what happened, run by run.
The test group of the experiment is not in `customers`.
Use `orders.status` to find those that failed on Monday.
Ask for the month in `ordered_at`.
See `customers.Country` for where they live.
`orders` is linked to `customers` by `customer_id`.
Update the filter on `status` as you need.
""".strip().split("\n")


@pytest.mark.parametrize("sentence", CLAIMS)
def test_what_only_code_may_say_is_recognised(sentence: str) -> None:
    assert KNOWN.claims(sentence)


@pytest.mark.parametrize("sentence", ORDINARY)
def test_what_names_mean_is_no_claim(sentence: str) -> None:
    assert not KNOWN.claims(sentence)
    assert KNOWN.without_claims(sentence) == (sentence, [])


@pytest.mark.parametrize(
    ("prose", "kept"),
    [
        ("Use `orders`. It is healthy. Group by `ordered_at`.", "Use `orders`. Group by `ordered_at`."),
        ("Use `orders`, which is healthy, for sales.", "Use `orders` for sales."),
        ("Use `orders`, which is healthy.", "Use `orders`."),
        ("Use `orders` (it is healthy) for sales.", "Use `orders` for sales."),
        ("Use `orders`; all its tests pass.", "Use `orders`."),
        ("Use `orders` because it is healthy.", "Use `orders`."),
        ("Use `orders` — it is up to date.", "Use `orders`."),
        ("- `orders` is healthy.\n- `orders.status` is where it is.", "- `orders.status` is where it is."),
        ("`orders` is healthy.", ""),
        ("Look:\n```bash\npsql -c 'drop table orders'\n```\nUse `orders`.", "Look:\nUse `orders`."),
        ("Look:\n```yaml\nis: healthy\n```", "Look:\n```yaml\nis: healthy\n```"),
        ("One.\n\nTwo.", "One.\n\nTwo."),
        ("Look:\n- `orders` is healthy.\n\nUse `orders`.", "Use `orders`."),
        ("Look:\n- `orders` is healthy.\n- `orders` has rows.", "Look:\n- `orders` has rows."),
        ("Use it.\n\n## State\n\n`orders` is healthy.\n\n## More\nText.", "Use it.\n\n## More\nText."),
        ("| a | b |\n|---|---|\n| `orders` | all tests pass |\n\nUse `orders`.", "Use `orders`."),
        (
            "| a | b |\n|---|---|\n| `customers` | rows |\n| `orders` | healthy |\n\nNext.",
            "| a | b |\n|---|---|\n| `customers` | rows |\n\nNext.",
        ),
        ("Mallory built and maintains it.", ""),
        (
            "(So it is.) Use `orders`. **Count its rows.** Then sum.",
            "(So it is.) Use `orders`. **Count its rows.** Then sum.",
        ),
    ],
)
def test_only_the_claim_is_taken_out(prose: str, kept: str) -> None:
    assert KNOWN.without_claims(prose)[0] == kept


def test_a_true_word_about_deprecation_stays() -> None:
    known = Known(names_of([OLD_PAYMENTS, ACCOUNTS]), (OLD_PAYMENTS, ACCOUNTS))
    assert not known.claims("`old_accounts` is deprecated.")
    assert known.claims("`payments` is deprecated.")


@pytest.mark.parametrize(
    "filling",
    [
        "early ",
        "and ",
        "and, ",
        "all of ",
        "a_b_c_",
        "the ",
        "` ",
        "`orders` is ",
        "(",
        "no ",
        " ",
        ", ",
        "`orders` ",
        "a",
        "模型",
    ],
)
def test_a_pattern_that_tries_every_split_of_a_long_sentence_is_noticed(filling: str) -> None:
    """By the processor's time, whatever else the machine does: a tenth is usual, and such patterns take minutes."""
    started = time.process_time()
    KNOWN.claims("`orders` is " + filling * (12_000 // len(filling)) + "x")
    assert time.process_time() - started < 5, re.escape(filling)
