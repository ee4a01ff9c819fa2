"""The Slack app's manifest: the single truth of scopes, events and commands."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

PATH = Path(__file__).parents[1] / "manifest" / "manifest.json"


def load_manifest() -> dict[str, Any]:
    """``manifest/manifest.json``."""
    return json.loads(PATH.read_text("utf-8"))


def required_scopes() -> frozenset[str]:
    """Scopes without which the app does not work."""
    return frozenset(load_manifest()["oauth_config"]["scopes"]["bot"])


def optional_scopes() -> frozenset[str]:
    """Scopes that an admin may leave out."""
    return frozenset(load_manifest()["oauth_config"]["scopes"].get("bot_optional", []))


def create_link() -> str:
    """The address that opens Slack's *create an app* page with this manifest filled in.

    Source: Slack's reference on app manifests, "Share your app manifest": ``?new_app=1&manifest_json=``.
    """
    compact = json.dumps(load_manifest(), separators=(",", ":"), ensure_ascii=False)
    return "https://api.slack.com/apps?new_app=1&manifest_json=" + quote(compact, safe="")
