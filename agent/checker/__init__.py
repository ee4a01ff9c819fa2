"""Names and SQL in an answer against the catalog (pure)."""
