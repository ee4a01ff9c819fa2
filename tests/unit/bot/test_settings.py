"""Settings come from the environment and say what is wrong with them without repeating a value."""

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings


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
