"""views.*: forms and the home tab."""

from collections.abc import Mapping

from bot.playground.rules.refusal import Refusal
from bot.playground.rules.views import read_view
from bot.playground.web_api.call import ApiCall, Json, Method


def _open(call: ApiCall) -> Json:
    call.require("trigger_id", "view")
    view = read_view(call.arguments["view"], kind="modal")
    user = call.ws.views.use_trigger(call.arguments["trigger_id"])
    return {"view": call.ws.views.show(user, view)}


def _push(call: ApiCall) -> Json:
    call.require("trigger_id", "view")
    view = read_view(call.arguments["view"], kind="modal")
    user = call.ws.views.use_trigger(call.arguments["trigger_id"])
    if len(call.ws.views.open.get(user, [])) >= 3:
        raise Refusal("push_limit_reached")
    return {"view": call.ws.views.show(user, view, on_top=True)}


def _update(call: ApiCall) -> Json:
    call.require("view")
    view = read_view(call.arguments["view"], kind="modal")
    view_id = str(call.arguments.get("view_id") or call.arguments.get("external_id") or "")
    changed = call.ws.views.replace(view_id, view)
    if changed is None:
        raise Refusal("not_found")
    return {"view": changed}


def _publish(call: ApiCall) -> Json:
    call.require("user_id", "view")
    if call.arguments["user_id"] not in call.state.users:
        raise Refusal("user_not_found")
    view = read_view(call.arguments["view"], kind="home")
    return {"view": call.ws.views.publish_home(call.arguments["user_id"], view)}


METHODS: Mapping[str, Method] = {
    "views.open": Method(_open),
    "views.push": Method(_push),
    "views.update": Method(_update),
    "views.publish": Method(_publish),
}
