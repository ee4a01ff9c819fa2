"""What the Slack app's manifest entitles it to: scopes, events, commands, surfaces."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

# Source: Slack's event reference, "required scopes" of each event; an event that is not listed needs none.
EVENT_SCOPES: Mapping[str, tuple[str, ...]] = {
    "app_mention": ("app_mentions:read",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "link_shared": ("links:read",),
    "team_join": ("users:read",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlashCommand:
    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """One installed app: ``scopes`` are those its token really has."""

    name: str
    bot_name: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: Mapping[str, SlashCommand]
    is_interactive: bool
    has_socket_mode: bool
    is_agent: bool
    has_messages_tab: bool
    suggested_prompts: tuple[Json, ...]

    def has_any(self, scopes: Collection[str]) -> bool:
        return not scopes or not self.scopes.isdisjoint(scopes)

    def receives(self, event: str) -> bool:
        """Whether Slack would send it: subscribed, and a scope for it granted."""
        return event in self.events and self.has_any(EVENT_SCOPES.get(event, ()))


def read_grants(manifest: Json, granted_optional: Collection[str] = ()) -> Grants:
    """What ``manifest`` asks for and an admin granted, ``granted_optional`` being the optional scopes they ticked.

    Raises: ValueError for an optional scope that the manifest does not offer.
    """
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    scopes = manifest.get("oauth_config", {}).get("scopes", {})
    optional = set(scopes.get("bot_optional", ()))
    if unknown := set(granted_optional) - optional:
        raise ValueError(f"not among the manifest's optional scopes: {', '.join(sorted(unknown))}")
    bot_user = features.get("bot_user", {})
    name = manifest.get("display_information", {}).get("name", "App")
    commands = [_read_command(each) for each in features.get("slash_commands", ())]
    return Grants(
        name=name,
        bot_name=bot_user.get("display_name", name),
        scopes=frozenset(set(scopes.get("bot", ())) - optional | set(granted_optional)),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        commands={each.command: each for each in commands},
        is_interactive=bool(settings.get("interactivity", {}).get("is_enabled")),
        has_socket_mode=bool(settings.get("socket_mode_enabled")),
        is_agent="agent_view" in features,
        has_messages_tab=features.get("app_home", {}).get("messages_tab_enabled", True),
        suggested_prompts=tuple(features.get("agent_view", {}).get("suggested_prompts", ())),
    )


def _read_command(command: Json) -> SlashCommand:
    known = ("command", "description", "usage_hint", "should_escape")
    return SlashCommand(**{key: command[key] for key in known if key in command})
