"""Tool: does this SQL name only what exists?"""

from pydantic import Field

from agent.checker.parsing import named, parse
from agent.checker.problems import explain
from agent.checker.sql import check_sql
from agent.checker.vocabulary import Vocabulary
from agent.tools.tool import Arguments, Reach, Tool, fitted
from knowledge.dialects import dialect_of


class CheckSql(Arguments):
    """What to check."""

    sql: str = Field(description="One SELECT statement.")


async def run(arguments: CheckSql, reach: Reach) -> str:
    dialect = dialect_of(await reach.library.catalog.adapter())
    if (parsed := parse(arguments.sql, dialect)) is None:
        return f"This does not parse as {dialect or 'SQL'}."
    asked = [part for name in named(parsed) for part in (name, name.rpartition(".")[2])]
    ids = [found.unique_id for name in asked for found in reach.names.exact(name)]
    nodes = {node.unique_id: node for node in await reach.library.catalog.nodes(ids)}
    read = {arguments.sql: parsed}
    problems = check_sql(arguments.sql, Vocabulary(names=reach.names, nodes=nodes, dialect=dialect, parsed=read))
    if not problems:
        return "All tables and columns exist."
    return fitted([f"- {explain(problem)}" for problem in problems])


TOOL = Tool(name="check_sql", arguments=CheckSql, run=run, doing="is checking the SQL…")
