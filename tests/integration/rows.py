"""All that a refresh makes, as text, so that two databases can be compared row for row."""

from typing import LiteralString

from knowledge import Database

TABLES: dict[LiteralString, LiteralString] = {
    "project": (
        "name, adapter, dbt_version, generated_at, catalog_generated_at, nodes, name_words, description_words, hidden, "
        "hides"
    ),
    "node": "unique_id, definition, definition_hash, name_keys, name_words, description_words, column_words",
    "node_column": "(select unique_id from node where node.node_id = t.node_id), position, name, definition",
    "edge": "parent, child",
    "data_test": "unique_id, node, name, column_name, severity",
    "run_result": "unique_id, status, completed_at, duration_s, failures, message, good",
    "freshness": "unique_id, status, max_loaded_at, checked_at, good",
    "posting": "term, (select unique_id from node where node.node_id = t.node_id), name_tf, column_tf, description_tf",
    "passage": "column_name, text, text_hash",
}


async def rows_of(database: Database, tables: dict[LiteralString, LiteralString] = TABLES) -> dict[str, list[str]]:
    """Name of table → its rows, sorted. ``tables``: with what of each row matters."""
    found: dict[str, list[str]] = {}
    for table, columns in tables.items():
        rows = await database.fetch(f"select ({columns})::text as row from {table} t order by 1")
        found[table] = [row["row"] for row in rows]
    return found
