"""``marty eval`` as its users run it: against the catalog that is served, and straight from artifacts."""

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Environment, interrupted, marty, numbers, write_lines

from bot.sample import sample_folder
from tests.fakes.compiled_project import small_shop
from tests.fakes.openai import Body, Fails, Says, fake_openai

SAMPLE = str(sample_folder())
MRR = "model.lanternfish.mrr_monthly"
V12 = Path(__file__).parents[1] / "data" / "artifacts" / "v12"


def question(text: str = "monthly recurring revenue", gold: Any = MRR, **more: Any) -> dict[str, Any]:
    return {"id": text, "question": text, "gold_unique_ids": gold, **more}


def test_the_served_catalog_is_asked_and_what_is_odd_is_told_with_its_line(filled: Environment, tmp_path: Path) -> None:
    file = write_lines(
        tmp_path / "q.jsonl",
        question(),
        "nonsense",
        question("old", ["model.lanternfish.no_more", MRR], project="lanternfish"),
        question("elsewhere", "model.other.x", project="other"),
        question("payroll of the staff", [], answerable=False),
        question("without the model", "model.lanternfish.orders", remove_node="model.lanternfish.orders"),
    )
    done = marty("eval", file, "--json", environment=filled)
    found = numbers(done)
    assert [each["id"] for each in found["questions"]] == [
        "monthly recurring revenue",
        "old",
        "payroll of the staff",
        "without the model",
    ]
    first, old, _, without = found["questions"]
    assert first["searched"]["ranks"][MRR] <= 3
    assert old["gone"] == ["model.lanternfish.no_more"]
    assert "model.lanternfish.orders" not in without["searched"]["found"]
    assert found["sets"]["q"]["unanswerable"] == 1
    assert found["sets"]["q"]["gold_gone"] == 1
    assert [(each["where"], each["reason"]) for each in found["faults"]] == [
        (f"{file}:2", "is no JSON"),
        (f"{file}:4", "is about the project other, which is not in the catalog"),
    ]
    assert f"{file}:2 is no JSON" in done.stderr


def test_a_saved_run_is_compared_with(filled: Environment, tmp_path: Path) -> None:
    file, saved = tmp_path / "q.jsonl", str(tmp_path / "run.json")
    write_lines(file, question(gold="model.lanternfish.calendar"))
    first = marty("eval", str(file), "--save", saved, environment=filled)
    assert first.returncode == 0, first.stderr
    write_lines(file, question())
    again = marty("eval", str(file), "--baseline", saved, "--save", saved, environment=filled)
    assert "0.000 → 1.000 (+1.000)" in again.stdout
    assert "won:\n- monthly recurring revenue" in again.stdout
    assert json.loads(Path(saved).read_bytes())["compared"]["q"]["won"] == ["monthly recurring revenue"]


def test_a_project_is_measured_from_its_artifacts_and_its_texts_are_embedded_once(
    nowhere: Environment, tmp_path: Path
) -> None:
    file = write_lines(
        tmp_path / "q.jsonl",
        question("lifetime value of customers", "model.shop.customers"),
        question("status of orders", ["model.shop.orders", "model.shop.no_more"]),
        question("monthly rainfall in Peru", [], answerable=False),
    )
    arguments = ["eval", file, "--artifacts", str(small_shop().write(tmp_path / "target"))]
    first = marty(*arguments, environment=nowhere)
    assert first.returncode == 0, first.stderr
    assert "texts embedded" in first.stderr
    assert first.stdout.startswith("set")
    assert "unanswerable questions recognised" in first.stdout
    again = marty(*arguments, "--json", "--fail-under", "1", environment=nowhere)
    assert again.returncode == 1
    assert "texts embedded" not in again.stderr
    assert "q: recall@5 is 0.750, less than 1." in again.stderr
    assert json.loads(again.stdout)["sets"]["q"]["recall"]["5"] == 0.75


def test_projects_in_a_folder_are_asked_one_by_one_and_those_that_are_not_there_are_told(
    nowhere: Environment, tmp_path: Path
) -> None:
    folder = tmp_path / "projects"
    small_shop().write(folder / "roastery")
    shutil.copytree(V12, folder / "port")
    (folder / "nothing").mkdir()
    known = [each["unique_id"] for each in json.loads((V12 / "parsed.json").read_text("utf-8"))["nodes"]]
    file = write_lines(
        tmp_path / "q.jsonl",
        question("lifetime value of customers", "model.shop.customers", project="roastery"),
        question("the very same", known[0], project="port"),
        question("a folder without artifacts", project="nothing"),
        question("no folder at all", project="missing"),
        question("no project"),
    )
    done = marty("eval", file, "--artifacts", str(folder), "--json", environment=nowhere)
    first, second = numbers(done)["questions"]
    assert first["searched"]["found"]
    assert all(".shop." in each for each in first["searched"]["found"])
    assert second["searched"]["found"]
    assert not any(".shop." in each for each in second["searched"]["found"])
    assert f"There is no manifest.json or manifest.json.gz in {folder}/nothing" in done.stderr
    assert f"{file}:4 is about the project missing" in done.stderr
    assert f"{file}:5 names no project" in done.stderr


@pytest.mark.parametrize(
    ("content", "said"), [("", "No question could be asked."), ("{}\n", "has no question"), (None, "cannot be read")]
)
def test_where_there_is_nothing_to_ask_the_command_fails(
    filled: Environment, tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "q.jsonl"
    if content is not None:
        file.write_text(content, "utf-8")
    done = marty("eval", str(file), environment=filled)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--baseline", "--artifacts"])
def test_what_is_not_there_is_said(filled: Environment, tmp_path: Path, option: str) -> None:
    file, missing = write_lines(tmp_path / "q.jsonl", question()), str(tmp_path / "missing")
    done = marty("eval", file, option, missing, environment=filled)
    assert (done.returncode, done.stdout) == (1, "")
    assert missing in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_is_no_run_is_none_to_compare_with(filled: Environment, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "q.jsonl", question())
    done = marty("eval", file, "--baseline", file, environment=filled)
    assert (done.returncode, done.stdout) == (1, "")
    assert "is not what `marty eval --save` writes" in done.stderr


async def test_an_interrupted_evaluation_says_what_stays(nowhere: Environment, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "q.jsonl", question())
    endpoint = {"EMBEDDING_MODEL": "far-away", "OPENAI_BASE_URL": "http://127.0.0.1:{port}/v1"}
    out, err = await interrupted("eval", file, "--artifacts", SAMPLE, **nowhere, **endpoint)
    assert out == ""
    assert err.endswith("Interrupted: nothing was measured. Vectors that were made stay for the next run.\n")


def put_first(name: str) -> Callable[[Body], Says]:
    """A model that names the candidate of that name alone."""

    def say(body: Body) -> Says:
        lines = body["messages"][-1]["content"].splitlines()
        [number] = [line.partition(".")[0] for line in lines if f". {name} (" in line]
        return Says(text=f"[{number}]", tokens=500)

    return say


async def test_the_models_order_is_measured_beside_the_searchs(filled: Environment, tmp_path: Path) -> None:
    file = write_lines(
        tmp_path / "q.jsonl", question(), question("recurring revenue"), question("churn", [], answerable=False)
    )
    async with fake_openai(put_first("mrr_movements"), Says(text="Sorry, I cannot.", tokens=40)) as model:
        environment = {**filled, "OPENAI_BASE_URL": model.base_url}
        done = await asyncio.to_thread(marty, "eval", file, "--rerank", "--json", environment=environment)
    found = numbers(done)
    assert model.rejected == []
    assert (found["rerank"]["calls"], found["rerank"]["unread"], found["rerank"]["tokens"]) == (2, 1, 540)
    first, second, _ = found["questions"]
    assert first["reranked"]["found"][0] == "model.lanternfish.mrr_movements"
    assert first["reranked"]["ranks"][MRR] > first["searched"]["ranks"][MRR]
    assert second["reranked"] == second["searched"]
    assert found["sets"]["q"]["reranked"]["questions"] == 2


async def test_a_model_that_refuses_the_first_call_ends_it_with_a_sentence(filled: Environment, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "q.jsonl", question())
    async with fake_openai(Fails(status=401)) as model:
        environment = {**filled, "OPENAI_BASE_URL": model.base_url}
        done = await asyncio.to_thread(marty, "eval", file, "--rerank", environment=environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert "check OPENAI_API_KEY" in done.stderr


async def test_a_call_that_fails_later_leaves_the_searchs_order(filled: Environment, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "q.jsonl", question(), question("recurring revenue"))
    async with fake_openai(Says(text="[1]"), Fails(status=400), repeat_last=True) as model:
        environment = {**filled, "OPENAI_BASE_URL": model.base_url}
        done = await asyncio.to_thread(marty, "eval", file, "--rerank", environment=environment)
    assert done.returncode == 0, done.stderr
    assert "reranked by" in done.stdout
    assert "1 without a usable order" in done.stdout


def test_reranking_without_a_model_says_what_to_set(filled: Environment, tmp_path: Path) -> None:
    done = marty("eval", write_lines(tmp_path / "q.jsonl", question()), "--rerank", environment=filled)
    assert (done.returncode, done.stdout) == (1, "")
    assert "set OPENAI_API_KEY or OPENAI_BASE_URL" in done.stderr
