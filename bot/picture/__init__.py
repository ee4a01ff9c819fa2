"""A lineage as a PNG: where its boxes stand, how they look, and what it says in words."""
