"""Which columns a column is made of: read from compiled SQL behind a refresh, kept, and told."""
