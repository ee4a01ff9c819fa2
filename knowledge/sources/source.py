"""What every place that artifacts come from offers: the artifacts that are new, as files."""

from collections.abc import Mapping, Set
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Protocol

from knowledge.artifacts import parse_artifacts, parse_run_state
from knowledge.values import Artifacts, Oddity, RunState

Cursor = Mapping[str, Any]
"""How far a source has been read: JSON that the source makes and it alone understands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a source knows of its project beyond the artifacts."""

    environment: str = ""
    """Tells environments of one project apart and stays the same for ever; empty where there is but one."""
    environment_name: str | None = None
    """What people call the environment."""
    node_link: str | None = None
    """Address of a node's page, with ``{unique_id}`` and ``{kind}`` to be replaced (percent-encoded)."""
    code_link: str | None = None
    """Address of a node's file, with ``{path}`` to be replaced (percent-encoded, slashes kept)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Artifacts, gzipped or not, of one moment. The files are there until the block ends that they came from."""

    cursor: Cursor
    """To be stored together with what the artifacts say, and handed to the source the next time."""
    manifest: Path | None = None
    """None: no definition has changed; only results of runs are new."""
    catalog: Path | None = None
    """The newest one; with the manifest, or None where there is none."""
    run_results: tuple[Path, ...] = ()
    """Of any number of runs and steps, in any order."""
    freshness: tuple[Path, ...] = ()
    """sources.json of any number of runs."""
    place: Place = Place()
    older_is_normal: bool = False
    """An older manifest than the one that serves is nothing to complain of: its definitions are left alone."""
    oddities: tuple[Oddity, ...] = ()
    """What is missing here, for the admin."""

    def read(self, known: Set[bytes] = frozenset()) -> Artifacts | RunState:
        """The artifacts, parsed; without a manifest, what the runs found. Takes long: it belongs in a thread.

        Args:    known: keys of an earlier reading: what is the same since then is not read again.
        Raises:  NotFound when the manifest is no manifest.
        """
        results = (path.read_bytes() for path in self.run_results)
        freshness = (path.read_bytes() for path in self.freshness)
        if self.manifest is None:
            found = parse_run_state(results, freshness)
            return replace(found, oddities=(*self.oddities, *found.oddities))
        artifacts = parse_artifacts(
            manifest=_content(self.manifest),
            catalog=_content(self.catalog) if self.catalog else None,
            run_results=results,
            freshness=freshness,
            environment=self.place.environment,
            known=known,
        )
        project = replace(
            artifacts.project,
            environment_name=self.place.environment_name,
            node_link=self.place.node_link,
            code_link=self.place.code_link,
        )
        return replace(artifacts, project=project, oddities=(*self.oddities, *artifacts.oddities))

    def keep_manifest(self) -> bytes | mmap | None:
        """The manifest's content, which can be read also after the block has ended; None where there is none."""
        try:
            return _content(self.manifest) if self.manifest else None
        except OSError:
            return None


def _content(file: Path) -> bytes | mmap:
    """What is in a file, without a copy in memory, which of a large manifest costs as much as taking it apart."""
    with file.open("rb") as content:
        return mmap(content.fileno(), 0, access=ACCESS_READ) if file.stat().st_size else b""


class Source(Protocol):
    """One dbt project in one environment. It holds no open file or connection between two calls."""

    @property
    def key(self) -> str:
        """Names the place, without secrets; the cursor is stored under it."""
        ...

    def fetch(self, cursor: Cursor | None, *, anew: bool = False) -> AbstractAsyncContextManager[Delivery | None]:
        """What is new since ``cursor`` (None: everything), or None when nothing is. Never blocks the event loop.

        Args:    anew: deliver the newest manifest and catalog even when they are not new.
        Raises:  NotFound or Unavailable on entering, with one sentence for the admin and no secret in it.
        """
        ...
