"""Words that stand for something among the columns and expressions of a lineage, and columns that no SQL makes."""

OR = ""
"""In the place of a step's name: it is not inside the one before, but what another part of a union says."""
HANDED_ON = "="
"""In the place of an expression: that part of the union hands a column on as it is."""
ANY = "*"
"""In the place of a column's name: all that there may be."""
NOWHERE = "#lost"
"""In the place of a table's name: of which one a column is cannot be told."""
ADDED_TO_SNAPSHOTS = frozenset({"dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to", "dbt_is_deleted"})
"""Columns that dbt adds to what a snapshot's SQL makes."""
