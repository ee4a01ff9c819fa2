"""The Slack app's manifest says what the code registers and calls: no more, no less."""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from slack_sdk.web.async_client import AsyncWebClient

from bot.listeners.command import COMMAND
from bot.reply import EXAMPLES, FEEDBACK_ACTION
from bot.slack_manifest import load_manifest

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "tests" / "data" / "slack" / "manifest.schema.2.0.0.json"

# Source: docs.slack.dev, the reference page of each method, "required scopes" (one of them suffices).
SCOPES_OF_METHODS: Mapping[str, frozenset[str]] = {
    "auth_test": frozenset(),
    "apps_connections_open": frozenset(),  # the app-level token's connections:write
    "chat_postMessage": frozenset({"chat:write"}),
    "chat_postEphemeral": frozenset({"chat:write"}),
    "chat_update": frozenset({"chat:write"}),
    "chat_delete": frozenset({"chat:write"}),
    "chat_startStream": frozenset({"chat:write"}),
    "chat_appendStream": frozenset({"chat:write"}),
    "chat_stopStream": frozenset({"chat:write"}),
    "assistant_threads_setStatus": frozenset({"chat:write", "assistant:write"}),
    "assistant_threads_setSuggestedPrompts": frozenset({"assistant:write"}),
    "files_getUploadURLExternal": frozenset({"files:write"}),
    "files_completeUploadExternal": frozenset({"files:write"}),
    "conversations_replies": frozenset({"channels:history", "groups:history", "im:history", "mpim:history"}),
    "conversations_history": frozenset({"channels:history", "groups:history", "im:history", "mpim:history"}),
}
# Source: docs.slack.dev, the reference page of each event.
SCOPES_OF_EVENTS: Mapping[str, frozenset[str]] = {
    "app_mention": frozenset({"app_mentions:read"}),
    "message.im": frozenset({"im:history"}),
    "reaction_added": frozenset({"reactions:read"}),
    "reaction_removed": frozenset({"reactions:read"}),
    "app_home_opened": frozenset(),
}
# Source: docs.slack.dev, the list of scopes: those that a bot may have and that could concern us.
KNOWN_SCOPES = frozenset(
    {"app_mentions:read", "assistant:write", "channels:history", "channels:join", "channels:read", "chat:write",
     "chat:write.customize", "chat:write.public", "commands", "emoji:read", "files:read", "files:write",
     "groups:history", "groups:read", "groups:write", "im:history", "im:read", "im:write", "links:read", "links:write",
     "metadata.message:read", "mpim:history", "mpim:read", "mpim:write", "reactions:read", "reactions:write",
     "team:read", "usergroups:read", "users:read", "users:read.email"}
)  # fmt: skip


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return load_manifest()


@pytest.fixture(scope="module")
def scopes(manifest: dict[str, Any]) -> dict[str, list[str]]:
    return manifest["oauth_config"]["scopes"]


def _calls(*names: str) -> Iterator[ast.Call]:
    """Calls of methods so named in the bot's own code; the local workspace is another program."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        if "playground" not in path.parts:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
                    yield node


def _registered(decorator: str, folder: str = "listeners") -> set[str]:
    """What the listeners register: first arguments of ``@app.<decorator>(…)``, constants by name."""
    constants = {"COMMAND": COMMAND, "FEEDBACK_ACTION": FEEDBACK_ACTION}
    found: set[str] = set()
    for path in sorted((ROOT / "bot" / folder).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == f"app.{decorator}":
                argument = node.args[0]
                found.add(constants[argument.id] if isinstance(argument, ast.Name) else ast.literal_eval(argument))
    return found


def test_the_manifest_is_valid_by_slacks_schema(manifest: dict[str, Any]) -> None:
    validator = Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))
    assert [error.message for error in validator.iter_errors(manifest)] == []


def test_the_schema_would_notice_a_mistake(manifest: dict[str, Any]) -> None:
    validator = Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))
    broken = manifest | {"features": manifest["features"] | {"bot_user": {"name": "Marty"}}}
    assert not validator.is_valid(broken)


def test_the_app_is_an_agent_and_not_the_retired_assistant(manifest: dict[str, Any]) -> None:
    assert "agent_view" in manifest["features"]
    assert "assistant_view" not in manifest["features"]


def test_what_slacks_schema_does_not_check_is_right_too(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["features"]["app_home"]["messages_tab_enabled"] is True
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert len(manifest["display_information"]["background_color"]) == len("#1f3a5f")


def test_every_event_is_listened_to_and_every_listener_has_its_event(manifest: dict[str, Any]) -> None:
    subscribed = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert {event.split(".")[0] for event in subscribed} == _registered("event")
    assert subscribed == set(SCOPES_OF_EVENTS)


def test_every_command_is_listened_to_and_every_listener_has_its_command(manifest: dict[str, Any]) -> None:
    commands = manifest["features"]["slash_commands"]
    assert {command["command"] for command in commands} == _registered("command")
    assert all(command["should_escape"] for command in commands)


def test_the_buttons_that_answers_carry_are_listened_to() -> None:
    assert _registered("action") == {FEEDBACK_ACTION}


def test_every_method_that_is_called_is_covered_by_a_scope(scopes: dict[str, list[str]]) -> None:
    called = {node.func.attr for node in _calls(*SCOPES_OF_METHODS) if isinstance(node.func, ast.Attribute)}
    assert called == set(SCOPES_OF_METHODS)
    asked_for = {*scopes["bot"], *scopes["bot_optional"]}
    for method in called:
        assert not SCOPES_OF_METHODS[method] or SCOPES_OF_METHODS[method] & asked_for, method


def test_no_method_is_called_that_this_test_does_not_know() -> None:

    methods = {name for name in vars(AsyncWebClient) if not name.startswith("_")}
    called = {node.func.attr for node in _calls(*methods) if isinstance(node.func, ast.Attribute)}
    assert called <= set(SCOPES_OF_METHODS)


def test_every_scope_is_there_for_something(scopes: dict[str, list[str]]) -> None:
    useful = frozenset({"commands"}).union(*SCOPES_OF_METHODS.values(), *SCOPES_OF_EVENTS.values())
    assert set(scopes["bot"]) | set(scopes["bot_optional"]) <= useful


def test_only_reading_what_people_say_to_each_other_is_optional(scopes: dict[str, list[str]]) -> None:
    assert scopes["bot_optional"] == ["channels:history", "groups:history"]
    required = {scope for scopes_of_event in SCOPES_OF_EVENTS.values() for scope in scopes_of_event}
    assert required <= set(scopes["bot"])


def test_scopes_exist(scopes: dict[str, list[str]]) -> None:
    assert {*scopes["bot"], *scopes["bot_optional"]} <= KNOWN_SCOPES


def test_suggested_prompts_are_the_examples_that_the_help_gives(manifest: dict[str, Any]) -> None:
    prompts = manifest["features"]["agent_view"]["suggested_prompts"]
    assert [(prompt["title"], prompt["message"]) for prompt in prompts] == list(EXAMPLES)
