"""Writes the parts of the documentation that are made from the code: ``python -m bot.docs [--check]``."""

import sys
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.settings import Settings

ROOT = Path(__file__).parents[1]
_BEGIN, _END = "<!-- settings: made by `make docs` -->", "<!-- /settings -->"


def _shown_default(name: str) -> str:
    field: Any = Settings.model_fields[name]
    extra = field.json_schema_extra or {}
    if "shown_default" in extra:
        return extra["shown_default"]
    if field.default is None:
        return ""
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    return f"`{default}`" if default != "" else ""


def settings_table() -> str:
    """The README's table: name, default, meaning."""
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{name.upper()}` | {_shown_default(name)} | {field.description} |")
    return "\n".join(rows)


def env_example() -> str:
    """``.env.example``: every setting, commented out, with its meaning above it."""
    parts = ["# Copy to .env and fill in what you need; everything else keeps its default.\n"]
    for name, field in Settings.model_fields.items():
        meaning = (field.description or "").replace("`", "").replace("*", "")
        default = _shown_default(name).strip("`")
        parts.append(f"# {meaning}\n# {name.upper()}={'' if ' ' in default and '*' not in default else default}\n")
    return "\n".join(parts)


def readme_with(table: str, readme: str) -> str:
    """``readme`` with the table between its marks replaced."""
    before, _, rest = readme.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{table}\n{_END}{after}"


def generated() -> dict[Path, str]:
    """Path → what should stand there."""
    readme = ROOT / "README.md"
    return {
        readme: readme_with(settings_table(), readme.read_text("utf-8")),
        ROOT / ".env.example": env_example(),
    }


def main(arguments: list[str]) -> int:
    """Write what is stale; with ``--check``, only name it and return 1."""
    stale = {path: text for path, text in generated().items() if not path.exists() or path.read_text("utf-8") != text}
    if "--check" in arguments:
        for path in stale:
            sys.stderr.write(f"{path.name} is out of date: run `make docs`\n")
        return 1 if stale else 0
    for path, text in stale.items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
