"""The commands in a terminal, run as their users run them: as processes, with nothing but settings."""

import asyncio
import csv
import io
import json
import os
import sys
from pathlib import Path

import psycopg
import pytest
from commands import Environment, interrupted, marty

from bot.sample import sample_folder, write_sample


@pytest.fixture
def empty(database_url: str, tmp_path: Path) -> Environment:
    """Settings with a prepared database that has nothing in it."""
    return {"DATABASE_URL": database_url, "MARTY_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}


def test_refresh_fills_the_catalog_and_a_second_one_finds_nothing_new(empty: Environment) -> None:
    environment = {**empty, "DBT_ARTIFACTS": str(sample_folder())}
    first = marty("refresh", "--no-wait", environment=environment)
    assert first.returncode == 0, first.stderr
    assert "catalog ready" in first.stdout
    second = marty("refresh", "--no-wait", environment=environment)
    assert second.returncode == 0
    assert "nothing new" in second.stdout


def test_refresh_without_artifacts_says_what_to_set(empty: Environment) -> None:
    done = marty("refresh", environment=empty)
    assert (done.returncode, done.stdout) == (1, "")
    assert "DBT_ARTIFACTS" in done.stderr


def test_refresh_refuses_an_older_artifact_with_the_reason(empty: Environment, tmp_path: Path) -> None:
    newer = write_sample(tmp_path / "newer")
    assert marty("refresh", "--no-wait", environment={**empty, "DBT_ARTIFACTS": str(newer)}).returncode == 0
    older = marty("refresh", "--no-wait", environment={**empty, "DBT_ARTIFACTS": str(sample_folder())})
    assert older.returncode == 1
    assert "already serves one made at" in older.stderr


async def test_a_refresh_that_is_interrupted_says_in_one_line_what_stands(empty: Environment) -> None:
    out, err = await interrupted("refresh", **empty, DBT_ARTIFACTS="http://127.0.0.1:{port}/dbt")
    assert (out, err) == ("", "Interrupted: the catalog stands as it was.\n")


async def test_interrupted_vectors_go_on_later(empty: Environment) -> None:
    out, err = await interrupted(
        "refresh",
        **empty,
        DBT_ARTIFACTS=str(sample_folder()),
        EMBEDDING_MODEL="far-away",
        OPENAI_BASE_URL="http://127.0.0.1:{port}/v1",
    )
    assert "catalog ready" in out
    assert err.endswith("its vectors go on with the next `marty refresh` or `marty run`.\n")
    assert err.count("Interrupted") == 1


def test_a_word_of_the_selection_that_matches_nothing_is_shown_to_its_admin(empty: Environment) -> None:
    environment = {**empty, "DBT_ARTIFACTS": str(sample_folder()), "CATALOG_EXCLUDE": "tag:no-such-tag"}
    done = marty("refresh", "--no-wait", environment=environment)
    assert "number 1 (`tag:no-such-tag`), that matches nothing" in done.stderr


def test_ask_prints_one_json_line_with_every_promised_key(filled: Environment) -> None:
    done = marty("ask", "who owns orders?", "--json", environment=filled)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    promised = ["answer", "nodes", "sql", "confidence", "trust", "refused", "path", "model_calls", "tokens", "seconds"]
    assert set(promised) <= set(answer)
    assert answer["nodes"] == ["model.lanternfish.orders"]
    assert (answer["path"], answer["model_calls"], answer["refused"]) == ("direct", 0, False)
    assert answer["trust"][0]["status"] in {"healthy", "warning", "unhealthy", "unknown"}


def test_ask_answers_each_line_of_standard_input_in_its_order(filled: Environment) -> None:
    done = marty("ask", "--stdin", environment=filled, stdin="who owns orders?\nwhat columns has mrr_monthly?\n")
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["nodes"][0].endswith(".orders")
    assert second["nodes"][0].endswith(".mrr_monthly")


def test_a_refusal_is_an_answer(filled: Environment) -> None:
    done = marty("ask", "what columns has no_such_model_anywhere?", "--json", environment=filled)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["refused"], answer["confidence"]) == (True, None)


def test_a_process_that_only_answers_tells_when_the_artifacts_are_newer_than_the_catalog(filled: Environment) -> None:
    with psycopg.connect(filled["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("update refresh set finished_at = '2020-01-01Z'")
    environment = {**filled, "DBT_ARTIFACTS": str(sample_folder())}
    answer = json.loads(marty("ask", "who owns orders?", "--json", environment=environment).stdout)
    assert "and dbt's artifacts are newer: `marty refresh` reads them." in answer["answer"]


def test_a_process_that_only_answers_calls_no_refresh_overdue(filled: Environment) -> None:
    with psycopg.connect(filled["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("update refresh set finished_at = now() - interval '5 hours'")
    answer = json.loads(marty("ask", "who owns orders?", "--json", environment=filled).stdout)
    assert answer["notices"] == []


def test_search_finds_by_meaning_and_answers_a_blank_line_with_nothing(filled: Environment) -> None:
    done = marty("search", "--stdin", "--limit", "3", environment=filled, stdin="monthly recurring revenue\n\norders\n")
    assert done.returncode == 0, done.stderr
    mrr, blank, orders = (json.loads(line) for line in done.stdout.splitlines())
    assert "model.lanternfish.mrr_monthly" in [result["unique_id"] for result in mrr["results"]]
    assert len(mrr["results"]) == 3
    scores = [result["score"] for result in mrr["results"]]
    assert scores == sorted(scores, reverse=True)
    assert (blank["query"], blank["results"]) == ("", [])
    assert orders["results"][0]["unique_id"] == "model.lanternfish.orders"


def test_search_keeps_to_filters_that_may_be_given_several_times(filled: Environment) -> None:
    layers, tags = ("--layer", "mart", "--layer", "staging"), ("--tag", "core", "--tag", "staging")
    done = marty("search", "orders", *layers, *tags, "--kind", "model", "--json", environment=filled)
    assert done.returncode == 0, done.stderr
    found = {result["name"] for result in json.loads(done.stdout)["results"]}
    assert {"orders", "stg_orders"} <= found
    assert not found & {"order_items", "revenue"}


def test_search_names_the_nearest_value_to_one_that_nobody_has(filled: Environment) -> None:
    done = marty("search", "orders", "--tag", "bord", environment=filled)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "No tag `bord`; did you mean `board`?\n"
    done = marty("search", "--stdin", "--schema", "nowhere-at-all", environment=filled, stdin="orders\nrefunds\n")
    assert done.returncode == 1
    assert [json.loads(line)["results"] for line in done.stdout.splitlines()] == [[], []]
    assert done.stderr.count("No schema `nowhere-at-all`") == 1


def test_search_explains_every_result_when_asked_to(filled: Environment) -> None:
    done = marty("search", "staging models for orders", "--explain", "--limit", "3", environment=filled)
    assert done.returncode == 0, done.stderr
    first, *lines = done.stdout.splitlines()
    assert first == "Higher stands: layers staging"
    assert lines[0].startswith("Sure that the catalog answers this: ")
    assert lines[1].split()[1:] == ["stg_orders", "model"]
    assert "          × 2       staging, as the question says" in lines
    done = marty("search", "orders", "--explain", "--json", environment=filled)
    for result in json.loads(done.stdout)["results"]:
        points = sum(part["points"] for part in result["explain"]["voices"].values())
        for factor in result["explain"]["priors"].values():
            points *= factor
        assert abs(points - result["score"]) < 0.0001


def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are(filled: Environment) -> None:
    done = marty("search", "orders", "--kind", "table", environment=filled)
    assert (done.returncode, done.stdout) == (2, "")
    assert "semantic_model" in done.stderr


@pytest.mark.parametrize("command", ["search", "ask"])
def test_an_empty_catalog_is_said_to_be_empty(empty: Environment, command: str) -> None:
    done = marty(command, "orders", environment=empty)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("The catalog is empty. No dbt project is configured: set DBT_ARTIFACTS")
    configured = marty(command, "orders", environment={**empty, "DBT_ARTIFACTS": str(sample_folder())})
    assert (configured.returncode, configured.stdout) == (1, "")
    assert configured.stderr == "The catalog is empty: run `marty refresh`.\n"


def test_export_writes_what_was_asked_in_both_formats(filled: Environment) -> None:
    question = 'who owns "orders",\nexactly?'
    assert marty("ask", question, environment=filled).returncode == 0
    as_json = marty("export", environment=filled)
    [row] = [json.loads(line) for line in as_json.stdout.splitlines()]
    assert (row["question"], row["surface"], row["votes"]) == (question, "terminal", [])
    as_csv = marty("export", "--format", "csv", environment=filled)
    [cells] = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert cells["question"] == question
    assert json.loads(cells["nodes"]) == row["nodes"]
    assert list(cells) == list(row)


def test_the_manifest_goes_to_stdout_and_the_link_to_stderr(empty: Environment) -> None:
    done = marty("manifest", environment=empty)
    assert json.loads(done.stdout)["settings"]["socket_mode_enabled"] is True
    assert "https://api.slack.com/apps?new_app=1&manifest_json=" in done.stderr


def test_run_without_tokens_says_which_are_missing(empty: Environment) -> None:
    done = marty("run", environment=empty)
    assert done.returncode == 1
    assert "SLACK_BOT_TOKEN and SLACK_APP_TOKEN" in done.stderr


def test_a_setting_that_cannot_be_used_is_a_sentence_not_a_traceback(empty: Environment) -> None:
    done = marty("run", environment={**empty, "PORT": "http"})
    assert done.returncode == 1
    assert "PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_not_there_is_a_sentence_without_its_password(empty: Environment) -> None:
    done = marty("search", "x", environment={**empty, "DATABASE_URL": "postgresql://marty:hush-hush@127.0.0.1:9/marty"})
    assert (done.returncode, done.stdout) == (1, "")
    assert "127.0.0.1" in done.stderr
    assert "hush-hush" not in done.stderr
    assert "Traceback" not in done.stderr


async def test_the_demo_asks_its_questions_prints_the_conversation_and_leaves_nothing_running(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(tmp_path), "MARTY_HOME": str(tmp_path / "home"),
        "SLACK_BOT_TOKEN": "xoxb-not-for-the-demo", "DATABASE_URL": "postgresql://nowhere.invalid/x", "DBT_HOST": "x",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--once", env=environment, cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    conversation = out.decode()
    assert "mrr_monthly" in conversation
    assert "shipments" in conversation
    assert not await _processes_below(tmp_path)


async def _processes_below(folder: Path) -> list[str]:
    """Command lines that name ``folder``, once they have had ten seconds to end."""
    for _ in range(100):
        if not _commands_naming(folder):
            return []
        await asyncio.sleep(0.1)
    return _commands_naming(folder)


def _commands_naming(folder: Path) -> list[str]:
    commands = (_content(path) for path in Path("/proc").glob("[0-9]*/cmdline"))
    return [command for command in commands if str(folder) in command]


def _content(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
