"""Documentation that is made from the code, and what it promises, is true."""

import re
from pathlib import Path

from typer.main import get_command

from bot.cli import app
from bot.docs import generated
from bot.settings import Settings

ROOT = Path(__file__).parents[2]


def test_the_generated_parts_are_fresh() -> None:
    stale = [path.name for path, text in generated().items() if path.read_text("utf-8") != text]
    assert not stale, f"run `make docs` for {stale}"


def test_every_setting_is_explained() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_readme_names_every_command_and_no_other() -> None:
    commands = set(get_command(app).commands)  # pyright: ignore[reportAttributeAccessIssue]
    named = set(re.findall(r"^\| `marty (\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
    assert named == commands


def test_every_target_of_make_that_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"make ([a-z]+)", (ROOT / "README.md").read_text("utf-8")))
    assert named <= targets


def test_the_container_and_the_readme_agree_on_the_port() -> None:
    assert f"EXPOSE {Settings.model_fields['port'].default}" in (ROOT / "Dockerfile").read_text("utf-8")
