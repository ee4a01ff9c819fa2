"""The tools that the model may use."""

from agent.tools import check_sql, get_health, get_lineage, get_nodes, search_catalog

TOOLS = (search_catalog.TOOL, get_nodes.TOOL, get_lineage.TOOL, get_health.TOOL, check_sql.TOOL)
