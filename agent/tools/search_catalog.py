"""Tool: find nodes by meaning and words."""

from pydantic import Field

from agent.told import summary_line
from agent.tools.tool import Arguments, Reach, Tool, fitted
from knowledge import Filters, Kind

LIMIT = 12


class SearchCatalog(Arguments):
    """What to search for."""

    query: str = Field(description="A few words: the business term, synonyms, likely column names.", min_length=1)
    kinds: list[Kind] = Field(default_factory=list, description="Only these kinds of node; empty for all.")


async def run(arguments: SearchCatalog, reach: Reach) -> str:
    only = Filters(kinds=tuple(arguments.kinds))
    hits = (await reach.library.searcher.search(arguments.query[:400], limit=LIMIT, only=only)).hits
    if not hits:
        return "Nothing in the catalog matches."
    columns = {hit.unique_id: hit.column for hit in hits if hit.column}
    lines = []
    for summary in await reach.library.catalog.summaries([hit.unique_id for hit in hits]):
        column = columns.get(summary.unique_id)
        lines.append(f"- {summary_line(summary)}" + (f" [column {column}]" if column else ""))
    return fitted(lines)


TOOL = Tool(name="search_catalog", arguments=SearchCatalog, run=run, doing="is searching the catalog…")
