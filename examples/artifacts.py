"""Makes dbt's artifacts fit to be committed: the project's own content, and nothing of the machine that wrote it."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

KEPT = ("manifest", "catalog", "run_results", "sources", "semantic_manifest")
KEPT_ARGUMENTS = ("which", "invocation_command", "select", "exclude", "target", "full_refresh")

PARTS = ("nodes", "sources", "macros", "exposures", "metrics", "semantic_models", "saved_queries", "unit_tests")

Artifact = dict[str, Any]


def load(folder: Path) -> dict[str, Artifact]:
    """The five artifacts of a finished run, by name."""
    return {name: json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in KEPT}


def clean(artifacts: dict[str, Artifact], package: str) -> None:
    """Take out what is not the project's: other packages' macros and docs, paths, arguments, environment, user."""
    for artifact in artifacts.values():
        metadata = artifact.get("metadata", {})
        metadata |= {key: value for key, value in {"env": {}, "user_id": None}.items() if key in metadata}
    _clean_manifest(artifacts["manifest"], package)
    results = artifacts["run_results"]
    results["args"] = {key: results["args"][key] for key in KEPT_ARGUMENTS if key in results["args"]}


def _clean_manifest(manifest: Artifact, package: str) -> None:
    for part in ("macros", "docs"):
        manifest[part] = {key: value for key, value in manifest[part].items() if value["package_name"] == package}
    for part in PARTS:
        for node in manifest[part].values():
            node.pop("root_path", None)
            depends_on = node.get("depends_on") or {}
            if "macros" in depends_on:
                depends_on["macros"] = [name for name in depends_on["macros"] if name in manifest["macros"]]
    # The order in which the disk lists its files is dbt's order; a rebuild should change only what changed.
    for part in PARTS:
        manifest[part] = dict(sorted(manifest[part].items()))
    for part in ("parent_map", "child_map", "group_map"):
        manifest[part] = {key: sorted(names) for key, names in sorted(manifest[part].items())}


def unusual(artifacts: dict[str, Artifact]) -> dict[str, list[str]]:
    """Status → unique_ids, of everything that did not simply work, in the build and in the freshness check."""
    found: dict[str, list[str]] = {}
    for name in ("run_results", "sources"):
        for result in artifacts[name]["results"]:
            if result["status"] not in ("success", "pass", "no-op"):
                found.setdefault(result["status"], []).append(result["unique_id"].removesuffix("." + _hash(result)))
    return {status: sorted(names) for status, names in found.items()}


def _hash(result: Artifact) -> str:
    """A generic test's id ends in a hash of its arguments."""
    last = result["unique_id"].rsplit(".", 1)[-1]
    return last if result["unique_id"].startswith("test.") and len(last) == 10 else ""


def store(artifacts: dict[str, Artifact], folder: Path, *, forbidden: list[str]) -> Counter[str]:
    """Write the artifacts, one line a file, unless one of them holds a ``forbidden`` word; returns their sizes."""
    folder.mkdir(exist_ok=True)
    sizes: Counter[str] = Counter()
    for name, artifact in artifacts.items():
        text = json.dumps(artifact, ensure_ascii=False, separators=(",", ":")) + "\n"
        for word in forbidden:
            if word in text:
                at = text.index(word)
                raise SystemExit(f"{name}.json still holds {word!r}: …{text[max(0, at - 60) : at + 60]}…")
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
        sizes[name] = len(text.encode())
    return sizes
