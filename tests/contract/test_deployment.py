"""The container and the CI job of the README do what they promise, as far as that can be seen without them."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ARTIFACTS = ("catalog", "run_results", "sources", "manifest")


def _marty(file: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / file).read_text("utf-8"))["services"]["marty"]


def test_compose_leaves_the_choice_of_the_project_to_the_settings() -> None:
    assert not [name for name in _marty("compose.yaml")["environment"] if name.startswith("DBT_")]
    assert _marty("compose.yaml")["volumes"] == ["marty:/var/lib/marty"]


def test_a_folder_is_mounted_where_its_setting_says_and_made_by_nobody() -> None:
    folder = _marty("compose.folder.yaml")
    [mount] = folder["volumes"]
    assert mount["target"] == folder["environment"]["DBT_ARTIFACTS"]
    assert mount["source"].startswith("${DBT_TARGET:?")
    assert mount["read_only"] is True
    assert mount["bind"] == {"create_host_path": False}


def test_the_image_takes_the_extras_that_compose_hands_it() -> None:
    assert _marty("compose.yaml")["build"]["args"] == {"EXTRAS": "${EXTRAS:-}"}
    assert "\nARG EXTRAS=\n" in (ROOT / "Dockerfile").read_text("utf-8")


def _job() -> str:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    return next(block for block in blocks if "s3 cp" in block)


def _command(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("build_fails", [False, True])
@pytest.mark.parametrize("options", [(), ("-e",)])
def test_the_job_of_the_readme_hands_over_what_the_build_wrote_the_manifest_last(
    tmp_path: Path, build_fails: bool, options: tuple[str, ...]
) -> None:
    dbt = f"""mkdir -p target; echo "$1" >target/manifest.json
    case $1 in
      build) echo build >target/run_results.json; exit {int(build_fails)};;
      docs) echo docs >target/run_results.json; echo docs >target/catalog.json;;
      source) echo source >target/sources.json;;
    esac"""
    _command(tmp_path, "dbt", dbt)
    _command(tmp_path, "aws", 'echo "$3 $(gzip -dc "$3")" >>handed_over')
    done = subprocess.run(
        ["sh", *options, "-c", _job()],
        cwd=tmp_path, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (int(build_fails), "")
    handed_over = [line.split() for line in (tmp_path / "handed_over").read_text("utf-8").splitlines()]
    assert [name for name, _ in handed_over] == [f"target/{name}.json.gz" for name in ARTIFACTS]
    assert dict(handed_over)["target/run_results.json.gz"] == "build"
