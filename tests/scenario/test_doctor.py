"""``marty doctor`` tries everything for real and says what to do."""

import pytest

from bot.doctor import Finding, examine
from bot.playground import Playground, open_playground
from bot.sample import sample_folder
from bot.settings import Settings
from bot.slack_manifest import load_manifest
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
    assert broken == {"Slack bot token", "Slack app token", "dbt artifacts", "database"}
    assert "hush-hush" not in str(found)


async def test_settings_that_cannot_be_read_end_the_examination(configured: pytest.MonkeyPatch) -> None:
    configured.setenv("REFRESH_CRON", "often")
    found = await findings()
    assert list(found) == ["settings"]
    assert "REFRESH_CRON" in found["settings"].sentence
