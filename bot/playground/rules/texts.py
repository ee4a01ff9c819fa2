"""Text objects and plain strings: type and length."""

from typing import Any

from bot.playground.rules.refusal import Problems

Json = dict[str, Any]


def check_string(value: object, pointer: str, problems: Problems, *, longest: int, required: bool = True) -> None:
    """A string of 1 to ``longest`` characters."""
    if value is None and not required:
        return
    if not problems.check(
        isinstance(value, str), pointer, "must be a string" if value is not None else "missing required field"
    ):
        return
    text = str(value)
    problems.check(text, pointer, "must be more than 0 characters")
    problems.check(len(text) <= longest, pointer, f"must be less than {longest + 1} characters")


def check_text(
    value: object,
    pointer: str,
    problems: Problems,
    *,
    longest: int,
    plain_only: bool = False,
    required: bool = True,
) -> None:
    """A text object: ``plain_text``, or ``mrkdwn`` where that is allowed, of 1 to ``longest`` characters."""
    if value is None and not required:
        return
    if not isinstance(value, dict):
        problems.add(pointer, "must provide an object" if value is not None else "missing required field")
        return
    allowed = ("plain_text",) if plain_only else ("plain_text", "mrkdwn")
    problems.check_one_of(value.get("type"), allowed, f"{pointer}/type")
    check_string(value.get("text"), f"{pointer}/text", problems, longest=longest)
    unknown = set(value) - {"type", "text", "emoji", "verbatim"}
    problems.check(not unknown, pointer, f"no more properties allowed: {', '.join(sorted(unknown))}")


def check_list(value: object, pointer: str, problems: Problems, *, most: int, least: int = 1) -> list[Any]:
    """A list of ``least`` to ``most`` items; an unusable one counts as empty."""
    if not isinstance(value, list):
        problems.add(pointer, "must provide an array" if value is not None else "missing required field")
        return []
    problems.check(len(value) >= least, pointer, f"no fewer than {least} items allowed")
    problems.check(len(value) <= most, pointer, f"no more than {most} items allowed")
    return value
