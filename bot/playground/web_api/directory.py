"""auth.test, apps.connections.open, users, bots and the team: who is who."""

from collections.abc import Mapping

from bot.playground.rules.refusal import Refusal
from bot.playground.state import APP_ID, BOT_ID, TEAM_ID
from bot.playground.values import User
from bot.playground.web_api.call import ApiCall, Json, Method, page_of


def _auth_test(call: ApiCall) -> Json:
    return {
        "url": f"{call.origin}/",
        "team": call.state.team_name,
        "user": call.state.bot.name,
        "team_id": TEAM_ID,
        "user_id": call.state.bot.id,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def _open_connection(call: ApiCall) -> Json:
    address = call.origin.replace("http://", "ws://", 1)
    return {"url": f"{address}/socket?ticket={call.ws.sockets.connections.new_ticket()}&app_id={APP_ID}"}


def _user_info(call: ApiCall) -> Json:
    user = call.state.users.get(str(call.arguments.get("user")))
    if user is None:
        raise Refusal("user_not_found")
    return {"user": _user_json(user)}


def _user_list(call: ApiCall) -> Json:
    page, cursor = page_of(list(call.state.users.values()), call, default=200, most=1000)
    return {"members": [_user_json(user) for user in page], "response_metadata": {"next_cursor": cursor}}


def _bot_info(call: ApiCall) -> Json:
    bot_id = call.arguments.get("bot") or BOT_ID
    user = next((each for each in call.state.users.values() if each.bot_id == bot_id), None)
    if user is None:
        raise Refusal("bot_not_found")
    return {"bot": {"id": bot_id, "app_id": APP_ID, "user_id": user.id, "name": user.name, "deleted": False}}


def _team_info(call: ApiCall) -> Json:
    return {"team": {"id": TEAM_ID, "name": call.state.team_name, "domain": "playground", "url": f"{call.origin}/"}}


def _user_json(user: User) -> Json:
    profile = {"real_name": user.real_name, "display_name": user.name, "real_name_normalized": user.real_name}
    return {
        "id": user.id,
        "team_id": TEAM_ID,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": False,
        "is_bot": user.bot_id is not None,
        "tz": "Etc/UTC",
        "tz_offset": 0,
        "profile": profile,
    }


METHODS: Mapping[str, Method] = {
    "auth.test": Method(_auth_test),
    "apps.connections.open": Method(_open_connection, app_token=True),
    "users.info": Method(_user_info, ("users:read",)),
    "users.list": Method(_user_list, ("users:read",)),
    "bots.info": Method(_bot_info, ("users:read",)),
    "team.info": Method(_team_info, ("team:read",)),
}
