"""The throw-away profile that a project is parsed with."""

import json
from pathlib import Path

import pytest

from knowledge.sources import profile
from knowledge.sources.profile import write_profile


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ("name: a\nprofile: quay\n", "quay"),
        ('name: a\nprofile : "my-quay"  # x\n', "my-quay"),
        ("name: a\nprofile: \"{{ env_var('X', 'y') }}\"\n", "marty"),
        ("name: a\nmodels:\n  profile: inner\n", "marty"),
    ],
)
def test_it_has_the_projects_name_where_that_is_a_plain_word(tmp_path: Path, settings: str, name: str) -> None:
    (tmp_path / "dbt_project.yml").write_text(settings)
    assert write_profile(tmp_path, tmp_path) == name
    assert list(json.loads((tmp_path / "profiles.yml").read_text())) == [name]


@pytest.mark.parametrize(
    ("wanted", "installed", "adapter"),
    [
        ("snowflake", ["duckdb", "snowflake"], "snowflake"),
        ("snowflake", ["duckdb", "postgres"], "duckdb"),
        ("oracle", ["postgres"], "postgres"),
        ("bigquery", [], "duckdb"),
    ],
)
def test_it_is_for_the_projects_adapter_or_else_for_one_that_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, installed: list[str], adapter: str
) -> None:
    monkeypatch.setattr(profile, "_installed", lambda: iter(installed))
    (tmp_path / "dbt_project.yml").write_text("name: a")
    (tmp_path / "profiles.yml").write_text(
        f"a:\n  outputs:\n    dev:\n      type: '{wanted}'\n      password: hunter2\n"
    )
    write_profile(tmp_path, tmp_path)
    written = (tmp_path / "profiles.yml").read_text()
    assert json.loads(written)["marty"]["outputs"]["prod"]["type"] == adapter
    assert "hunter2" not in written
