"""Loads the texts for the model, which lie in ``prompts/``."""

from importlib.resources import files


def load_prompt(name: str) -> str:
    """The text of ``prompts/<name>.md``, without blank edges."""
    return files("agent").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8").strip()
