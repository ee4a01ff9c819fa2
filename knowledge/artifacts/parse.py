"""All artifacts of one project in one environment, parsed together."""

from collections.abc import Iterable

from knowledge.artifacts.catalog import parse_catalog
from knowledge.artifacts.manifest import parse_manifest
from knowledge.artifacts.reading import Odd
from knowledge.artifacts.run_results import newest_results, parse_run_results
from knowledge.artifacts.sources import newest_checks, parse_sources
from knowledge.errors import NotFound
from knowledge.values import Artifacts, Oddity, RunState


def parse_artifacts(
    *,
    manifest: bytes,
    catalog: bytes | None = None,
    run_results: Iterable[bytes] = (),
    freshness: Iterable[bytes] = (),
    environment: str = "",
) -> Artifacts:
    """Parse artifacts as dbt wrote them, gzipped or not.

    Args:    run_results, freshness: run_results.json and sources.json of any number of runs, one at a time in memory
             if the iterable makes them so; the newest outcome of each node counts.
    Returns: equal values for equal input, sorted by unique_id. Results and checks of nodes that are not in the
             manifest are left out. What could not be read is among the oddities.
    Raises:  NotFound when the manifest is no manifest. The other artifacts never raise.
    """
    oddities: list[Oddity] = []
    warehouse = parse_catalog(catalog, oddities)
    try:
        project = parse_manifest(manifest, warehouse, oddities, environment=environment)
    except Odd as odd:
        raise NotFound(f"manifest.json {odd}. Let dbt write it anew, for example with dbt parse.") from odd
    known = {node.unique_id for node in project.nodes} | {test.unique_id for test in project.tests}
    state = parse_run_state(run_results, freshness)
    return Artifacts(
        project=project.project,
        nodes=project.nodes,
        tests=project.tests,
        results=tuple(result for result in state.results if result.unique_id in known),
        freshness=tuple(check for check in state.freshness if check.unique_id in known),
        oddities=(*oddities, *state.oddities),
        fqns=project.fqns,
    )


def parse_run_state(run_results: Iterable[bytes], freshness: Iterable[bytes]) -> RunState:
    """The newest outcome of each node and each source in run_results.json and sources.json of any number of runs.

    What could not be read is among the oddities; nothing raises.
    """
    oddities: list[Oddity] = []
    results = (result for data in run_results for result in parse_run_results(data, oddities))
    checks = (check for data in freshness for check in parse_sources(data, oddities))
    return RunState(results=newest_results(results), freshness=newest_checks(checks), oddities=tuple(oddities))
