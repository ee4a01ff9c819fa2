"""What is pinned is what is needed, by hash, from no named index."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def _pinned(lock: str) -> set[str]:
    text = (ROOT / lock).read_text("utf-8")
    return {_name(line) for line in text.splitlines() if "==" in line and not line.startswith((" ", "#"))}


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert {_name(each) for each in project["project"]["dependencies"]} <= _pinned("requirements.lock")
    tools = project["dependency-groups"]
    assert {_name(each) for each in (*tools["dev"], *tools["build"])} <= _pinned("requirements-dev.lock")


def test_the_tests_run_with_the_multilingual_model_that_its_extra_installs() -> None:
    [requirement] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"][
        "multilingual"
    ]
    assert f"\n{requirement} \\\n" in (ROOT / "requirements-dev.lock").read_text("utf-8")


def test_the_tools_are_pinned_beside_the_same_versions() -> None:
    def versions(lock: str) -> set[str]:
        return {line.split()[0] for line in (ROOT / lock).read_text("utf-8").splitlines() if re.match(r"\S+==", line)}

    assert versions("requirements.lock") <= versions("requirements-dev.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"--(extra-)?index|--find-links|--trusted-host", text)
    entries = re.split(r"\n(?=\S)", text)
    assert all("--hash=sha256:" in entry for entry in entries if "==" in entry.split("\n")[0])
