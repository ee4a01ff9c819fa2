"""Settings come from the environment and say what is wrong with them without repeating a value."""

import os
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings, share_env_file


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_an_empty_environment_is_a_usable_one() -> None:
    settings = load_settings()
    assert settings.port == 8080
    assert not settings.has_model
    assert settings.database_url.get_secret_value() == ""


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=1\nLLM_MODEL=from-file\n")
    monkeypatch.setenv("PORT", "2")
    settings = load_settings()
    assert (settings.port, settings.llm_model) == (2, "from-file")


@pytest.mark.parametrize("address", ["https://slack.com/api", "https://slack.com/api/", "https://slack.com/api//"])
def test_slacks_address_may_end_with_a_slash_or_not(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("SLACK_API_URL", address)
    assert load_settings().slack_api_base() == "https://slack.com/api/"


def test_a_base_url_alone_is_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    assert load_settings().has_model


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PORT", "70000", "less than or equal to 65535"),
        ("PORT", "secret-text", "integer"),
        ("REFRESH_CRON", "every day", "five fields"),
        ("SLACK_API_URL", "slack.com", "http:// or https://"),
        ("LOG_LEVEL", "LOUD", "DEBUG"),
        ("CATALOG_EXCLUDE", "tagg:zebra", "unknown method `tagg`"),
        ("CATALOG_EXCLUDE", "tag:zebra, x", "comma"),
        ("LINK_HOSTS", "bi.example.com,https://zebra.example/x", "names of hosts"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_its_reason_but_not_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert name in str(caught.value)
    assert reason in str(caught.value)
    assert value not in str(caught.value)


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("OPENAI_API_KEY", "")
    settings = load_settings()
    assert settings.port == 8080
    assert not settings.has_model


def test_what_the_caller_fixes_is_not_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "not an address")
    assert load_settings(slack_api_url="http://127.0.0.1:1/api").slack_api_base() == "http://127.0.0.1:1/api/"


def test_secrets_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "OPENAI_API_KEY", "DATABASE_URL"):
        monkeypatch.setenv(name, "postgresql://u:hush@h/d")
    assert "hush" not in repr(load_settings())


def test_another_makers_model_needs_no_key_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "anthropic:claude-sonnet-5")
    assert load_settings().models == ("anthropic:claude-sonnet-5",)


def test_a_fallback_model_is_asked_second_and_only_where_there_is_a_way_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "anthropic:claude-sonnet-5")
    monkeypatch.setenv("LLM_FALLBACK_MODEL", "gpt-5-mini")
    assert load_settings().models == ("anthropic:claude-sonnet-5",)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    assert load_settings().models == ("anthropic:claude-sonnet-5", "gpt-5-mini")


def test_a_provider_without_a_model_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "anthropic:")
    with pytest.raises(SettingsError, match="LLM_MODEL: names no model of `anthropic`"):
        load_settings()


def test_prices_are_read_per_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_PRICES", "qwen2.5:7b=0/0")
    assert load_settings().llm_prices["qwen2.5:7b"].output == 0


def test_what_the_env_file_holds_for_others_reaches_their_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {"AWS_REGION": "eu-west-1", "AWS_PROFILE": ""})
    Path(".env").write_text(
        "ANTHROPIC_API_KEY='sk-ant'\nAWS_REGION=us-east-1\nAWS_PROFILE=data\nopenai_api_key=sk\nEMPTY=\n"
    )
    share_env_file()
    assert dict(os.environ) == {"AWS_REGION": "eu-west-1", "AWS_PROFILE": "data", "ANTHROPIC_API_KEY": "sk-ant"}
