"""``marty eval --answers`` as its users run it: whole answers, scored against the catalog that they rest on."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from commands import Environment, marty, numbers, write_lines

from tests.fakes.compiled_project import small_shop
from tests.fakes.openai import Calls, Fails, Says, fake_openai

ORDERS, MRR = "model.lanternfish.orders", "model.lanternfish.mrr_monthly"
FIGURES = "How many purchases were paid for in each channel, and what were they worth?"


@pytest.fixture
def priced(filled: Environment) -> Environment:
    """Settings with the sample project in the catalog, and a model whose price is known where there is one."""
    return {**filled, "LLM_PRICES": "demo=1/2", "LLM_MODEL": "demo"}


def question(id: str, text: str, gold: Any = ORDERS, **more: Any) -> dict[str, Any]:  # noqa: A002
    return {"id": id, "question": text, "gold_unique_ids": gold, **more}


def test_answers_of_the_catalog_alone_are_scored(priced: Environment, tmp_path: Path) -> None:
    file = write_lines(
        tmp_path / "q.jsonl",
        question("owner", "who owns orders?", kind="lookup"),
        question("other", "who owns orders?", MRR, kind="lookup"),
        question("mrr", "our monthly recurring revenue by plan", MRR, kind="figures"),
        question("missing", "what columns has no_such_model_anywhere?", [], answerable=False),
    )
    found = numbers(marty("eval", file, "--answers", "--json", environment=priced))
    assert found["measured"] == "answers"
    owner, other, mrr, missing = found["questions"]
    assert (owner["right"], owner["path"], owner["confidence"]) == (True, "direct", "checked")
    assert (other["right"], other["wrong"]) == (False, True)
    assert (mrr["path"], mrr["sql"]) == ("fallback", "none")
    assert (missing["right"], missing["refused"]) == (True, True)
    numbers_of_all = found["all"]
    assert numbers_of_all["names"]["share"] == numbers_of_all["trust"]["share"] == 1
    assert numbers_of_all["wrong"]["checked"] == {"part": 1, "whole": 2, "share": 0.5}
    assert numbers_of_all["kinds"]["lookup"]["paths"]["direct"] == 2
    assert (numbers_of_all["tokens"], numbers_of_all["cost_usd"]) == (0, 0)


async def test_what_a_model_says_is_examined_and_an_endpoint_that_fails_is_no_crash(
    priced: Environment, tmp_path: Path
) -> None:
    file = write_lines(tmp_path / "q.jsonl", *(question(str(number), f"{FIGURES} ({number})") for number in range(4)))
    good = "Count them in `orders`.\n```sql\nselect channel, sum(net_amount) from orders group by 1\n```"
    bad = "Use `made_up_orders` for that.\n```sql\nselect nothing_real from orders\n```"
    script = [Says(text=good), Says(text=bad), Says(text=bad), Says(text="NO ANSWER: nothing."), Fails(status=400)]
    async with fake_openai(*script) as model:
        environment = {**priced, "OPENAI_BASE_URL": model.base_url}
        done = await asyncio.to_thread(marty, "eval", file, "--answers", "--json", environment=environment)
    found = numbers(done)
    assert model.rejected == []
    right, withheld, refused, failed = found["questions"]
    assert (right["right"], right["sql"], right["has_all_tables"], right["sql_faults"]) == (True, "shown", True, [])
    assert (right["calls"], right["tokens"], right["model"]) == (1, 120, "demo")
    assert (withheld["sql"], withheld["wrong_names"], withheld["calls"]) == ("withheld", [], 2)
    assert (refused["refused"], refused["right"]) == (True, False)
    assert (failed["path"], failed["wrong_trust"]) == ("fallback", [])
    assert found["all"]["paths"] == {"direct": 0, "model": 3, "fallback": 1}
    assert found["all"]["sql_withheld"] == 1


async def test_several_askers_keep_the_order(priced: Environment, tmp_path: Path) -> None:
    ids = [str(number) for number in range(6)]
    file = write_lines(tmp_path / "q.jsonl", *(question(each, f"{FIGURES} ({each})") for each in ids))
    async with fake_openai(Says(text="Use `orders`."), repeat_last=True) as model:
        environment = {**priced, "OPENAI_BASE_URL": model.base_url}
        arguments = ("eval", file, "--answers", "--json", "--askers", "3", "--limit", "5")
        found = numbers(await asyncio.to_thread(marty, *arguments, environment=environment))
    assert [each["id"] for each in found["questions"]] == ids[:5]
    assert len(model.requests) == 5


async def test_a_model_that_never_answers_is_told_of(priced: Environment, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "q.jsonl", question("1", FIGURES))
    async with fake_openai(Calls(calls=[]), Fails(status=401), repeat_last=True) as model:
        environment = {**priced, "OPENAI_BASE_URL": model.base_url}
        done = await asyncio.to_thread(marty, "eval", file, "--answers", environment=environment)
    assert done.returncode == 0, done.stderr
    assert "The language model has answered none of the questions" in done.stderr


def test_a_saved_run_is_compared_with_and_too_little_fails(priced: Environment, tmp_path: Path) -> None:
    file, saved = tmp_path / "q.jsonl", str(tmp_path / "run.json")
    write_lines(file, question("owner", "who owns orders?", MRR))
    first = marty("eval", str(file), "--answers", "--save", saved, "--fail-under", "0.5", environment=priced)
    assert first.returncode == 1
    assert "q: the first node is right for 0.000 of the questions, less than 0.5." in first.stderr
    assert "wrong, though checked or verified, 1 of 1:\n- owner: who owns orders?" in first.stdout
    write_lines(file, question("owner", "who owns orders?"))
    again = marty("eval", str(file), "--answers", "--baseline", saved, "--fail-under", "0.5", environment=priced)
    assert again.returncode == 0, again.stderr
    assert "0.000 → 1.000" in again.stdout
    assert "won:\n- owner: who owns orders?" in again.stdout


def test_answers_are_scored_straight_from_artifacts_and_their_columns_lineage_is_read(
    nowhere: Environment, tmp_path: Path
) -> None:
    file = write_lines(
        tmp_path / "q.jsonl",
        question("owner", "who owns orders?", "model.shop.orders"),
        question("column", "where does customers.lifetime_value come from?", "model.shop.customers"),
    )
    artifacts = str(small_shop().write(tmp_path / "target"))
    done = marty("eval", file, "--answers", "--artifacts", artifacts, "--json", environment=nowhere)
    found = numbers(done)
    assert found["all"]["first"]["share"] == 1
    assert "`raw.orders.cents`" in found["questions"][1]["text"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--answers", "--rerank"], "--rerank is for the search alone"),
        (["--answers", "--baseline", "q.jsonl"], "is not what `marty eval --answers --save` writes"),
        (["--answers", "--baseline", "missing.json"], "cannot be read"),
        (["--answers", "--askers", "0"], "--askers"),
    ],
)
def test_what_cannot_be_done_is_said(priced: Environment, tmp_path: Path, arguments: list[str], said: str) -> None:
    file = write_lines(tmp_path / "q.jsonl", question("owner", "who owns orders?"))
    done = marty("eval", file, *arguments, environment=priced)
    assert done.returncode != 0
    assert done.stdout == ""
    assert said in done.stderr
    assert "Traceback" not in done.stderr
