"""All artifacts of one project in one environment, parsed together."""

from collections.abc import Collection, Iterable, Set
from mmap import mmap

from knowledge.artifacts.catalog import Catalog, parse_catalog
from knowledge.artifacts.manifest import parse_manifest
from knowledge.artifacts.newest import newest_by_id, newest_results
from knowledge.artifacts.reading import Odd
from knowledge.artifacts.run_results import parse_run_results
from knowledge.artifacts.sources import parse_sources
from knowledge.errors import NotFound
from knowledge.values import Artifacts, Oddity, RunState


def parse_artifacts(
    *,
    manifest: bytes | mmap,
    catalog: bytes | mmap | None = None,
    run_results: Iterable[bytes] = (),
    freshness: Iterable[bytes] = (),
    environment: str = "",
    known: Set[bytes] = frozenset(),
) -> Artifacts:
    """Parse artifacts as dbt wrote them, gzipped or not.

    Args:    run_results, freshness: run_results.json and sources.json of any number of runs, one at a time in memory
             if the iterable makes them so; the newest outcome of each node counts.
             known: keys of an earlier reading. Tables that have one of them still are the same: no value is made of
             them and their tests.
    Returns: equal values for equal input, sorted by unique_id. Results and checks of nodes that are not in the
             manifest are left out. What could not be read is among the oddities.
    Raises:  NotFound when the manifest is no manifest. The other artifacts never raise.
    """
    oddities: list[Oddity] = []
    warehouse = parse_catalog(catalog, oddities)
    try:
        project = parse_manifest(manifest, warehouse, oddities, environment=environment, known=known)
    except Odd as odd:
        raise NotFound(f"manifest.json {odd}. Let dbt write it anew, for example with dbt parse.") from odd
    state = parse_run_state(run_results, freshness)
    return Artifacts(
        project=project.project,
        nodes=project.nodes,
        tests=project.tests,
        results=tuple(result for result in state.results if result.unique_id in project.ids),
        freshness=tuple(check for check in state.freshness if check.unique_id in project.ids),
        oddities=(*oddities, *state.oddities),
        catalog_fault=_catalog_fault(warehouse, project.ids) if catalog is not None else None,
        fqns=project.fqns,
        same=project.same,
        keys=project.keys,
    )


def _catalog_fault(catalog: Catalog, ids: Collection[str]) -> str | None:
    if catalog.fault or any(unique_id in ids for unique_id in catalog.entries):
        return catalog.fault
    return "tells of other tables than this project's" if catalog.entries else "tells of no table"


def parse_run_state(run_results: Iterable[bytes], freshness: Iterable[bytes]) -> RunState:
    """The newest outcome of each node and each source in run_results.json and sources.json of any number of runs.

    What could not be read is among the oddities; nothing raises.
    """
    oddities: list[Oddity] = []
    results = (result for data in run_results for result in parse_run_results(data, oddities))
    checks = (check for data in freshness for check in parse_sources(data, oddities))
    return RunState(
        results=newest_results(results),
        freshness=newest_by_id(checks, lambda check: check.checked_at),
        oddities=tuple(oddities),
    )
