"""Answers that need no model: what the catalog alone settles."""
