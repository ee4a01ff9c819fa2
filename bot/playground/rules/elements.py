"""Block elements: buttons, menus, fields."""

from collections.abc import Collection
from typing import Any

from bot.playground.rules.refusal import Problems
from bot.playground.rules.texts import check_list, check_string, check_text

Json = dict[str, Any]

# Source: Block Kit reference, the tables "used in" and the limits of each element.
IN_ACTIONS = (
    "button",
    "overflow",
    "static_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "datepicker",
    "timepicker",
    "radio_buttons",
    "checkboxes",
    "workflow_button",
    "feedback_buttons",
    "icon_button",
)
IN_CONTEXT_ACTIONS = ("feedback_buttons", "icon_button")
IN_SECTION = (*IN_ACTIONS, "image", "multi_static_select", "multi_users_select")
IN_INPUT = (
    "plain_text_input",
    "static_select",
    "multi_static_select",
    "users_select",
    "conversations_select",
    "channels_select",
    "radio_buttons",
    "checkboxes",
    "datepicker",
    "timepicker",
    "number_input",
    "email_text_input",
    "url_text_input",
    "rich_text_input",
)


def check_element(element: object, pointer: str, problems: Problems, *, allowed: Collection[str]) -> None:
    """One element; its type must be among ``allowed``."""
    if not isinstance(element, dict):
        problems.add(pointer, "must provide an object")
        return
    kind = element.get("type")
    if not problems.check(kind in allowed, f"{pointer}/type", f"unsupported type: {kind}"):
        return
    if kind == "image":
        check_image(element, pointer, problems)
        return
    check_string(element.get("action_id"), f"{pointer}/action_id", problems, longest=255, required=False)
    match kind:
        case "button":
            _check_button(element, pointer, problems)
        case "feedback_buttons":
            for side in ("positive_button", "negative_button"):
                _check_side(element.get(side), f"{pointer}/{side}", problems)
        case "icon_button":
            _check_icon_button(element, pointer, problems)
        case "static_select" | "multi_static_select" | "radio_buttons" | "checkboxes" | "overflow":
            _check_options(element, pointer, problems)
        case _:
            check_text(
                element.get("placeholder"),
                f"{pointer}/placeholder",
                problems,
                longest=150,
                plain_only=True,
                required=False,
            )


def check_image(image: Json, pointer: str, problems: Problems) -> None:
    """An image block or element: an address or a Slack file, and words for those who do not see it."""
    if not image.get("slack_file"):
        check_string(image.get("image_url"), f"{pointer}/image_url", problems, longest=3000)
    check_string(image.get("alt_text"), f"{pointer}/alt_text", problems, longest=2000)


def _check_button(button: Json, pointer: str, problems: Problems) -> None:
    check_text(button.get("text"), f"{pointer}/text", problems, longest=75, plain_only=True)
    check_string(button.get("value"), f"{pointer}/value", problems, longest=2000, required=False)
    check_string(button.get("url"), f"{pointer}/url", problems, longest=3000, required=False)
    style = button.get("style")
    problems.check(style in (None, "primary", "danger"), f"{pointer}/style", "must be one of: primary, danger")


def _check_side(side: object, pointer: str, problems: Problems) -> None:
    if not isinstance(side, dict):
        problems.add(pointer, "missing required field")
        return
    check_text(side.get("text"), f"{pointer}/text", problems, longest=75, plain_only=True)
    check_string(side.get("value"), f"{pointer}/value", problems, longest=2000)
    check_string(
        side.get("accessibility_label"), f"{pointer}/accessibility_label", problems, longest=75, required=False
    )


def _check_icon_button(button: Json, pointer: str, problems: Problems) -> None:
    problems.check_one_of(button.get("icon"), ("trash",), f"{pointer}/icon")
    check_text(button.get("text"), f"{pointer}/text", problems, longest=75, plain_only=True)
    check_string(button.get("value"), f"{pointer}/value", problems, longest=2000, required=False)


def _check_options(element: Json, pointer: str, problems: Problems) -> None:
    most = {"overflow": 5, "radio_buttons": 10, "checkboxes": 10}.get(str(element["type"]), 100)
    groups = element.get("option_groups")
    if groups is None:
        _check_option_list(element.get("options"), f"{pointer}/options", problems, most=most)
        return
    for number, group in enumerate(check_list(groups, f"{pointer}/option_groups", problems, most=100)):
        place = f"{pointer}/option_groups/{number}"
        check_text(group.get("label"), f"{place}/label", problems, longest=75, plain_only=True)
        _check_option_list(group.get("options"), f"{place}/options", problems, most=most)


def _check_option_list(options: object, pointer: str, problems: Problems, *, most: int) -> None:
    for number, option in enumerate(check_list(options, pointer, problems, most=most)):
        if not isinstance(option, dict):
            problems.add(f"{pointer}/{number}", "must provide an object")
            continue
        check_text(option.get("text"), f"{pointer}/{number}/text", problems, longest=75)
        check_string(option.get("value"), f"{pointer}/{number}/value", problems, longest=150)
