"""Tool: find nodes by meaning and words."""

from typing import Any

from pydantic import Field

from agent.told import summary_line
from agent.tools.tool import Arguments, Reach, Tool, fitted
from knowledge import Filters, Kind, Layer

LIMIT = 12


class SearchCatalog(Arguments):
    """What to search for."""

    query: str = Field(description="A few words: the business term, synonyms, likely column names.", min_length=1)
    kinds: list[Kind] = Field(default_factory=list, description="Only these kinds of node; empty for all.")
    layers: list[Layer] = Field(default_factory=list, description="Only these layers.")
    tags: list[str] = Field(default_factory=list, description="Only nodes with one of these tags.")
    schemas: list[str] = Field(default_factory=list, description="Only these schemas.")
    owners: list[str] = Field(default_factory=list, description="Only what these people or groups own.")
    projects: list[str] = Field(default_factory=list, description="Only these dbt projects.")
    packages: list[str] = Field(default_factory=list, description="Only these dbt packages.")


async def run(arguments: SearchCatalog, reach: Reach) -> str:
    given: dict[str, list[str]] = arguments.model_dump(exclude={"query"})
    filters: dict[str, Any] = {name: tuple(value for value in values if value) for name, values in given.items()}
    found = await reach.library.searcher.search(arguments.query[:400], limit=LIMIT, only=Filters(**filters))
    hits = found.hits
    unknown = [each.sentence for each in found.unknown]
    if not hits:
        return fitted([*unknown, "Nothing in the catalog matches."])
    columns = {hit.unique_id: hit.column for hit in hits if hit.column}
    lines = []
    for summary in await reach.library.catalog.summaries([hit.unique_id for hit in hits]):
        column = columns.get(summary.unique_id)
        lines.append(f"- {summary_line(summary)}" + (f" [column {column}]" if column else ""))
    nothing = ["Nothing close was found; the nearest are:"] if found.is_nothing else []
    return fitted([*unknown, *nothing, *lines])


TOOL = Tool(name="search_catalog", arguments=SearchCatalog, run=run, doing="is searching the catalog…")
