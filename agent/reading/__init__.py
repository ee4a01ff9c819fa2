"""What of a model's reply may stand: taken apart, held against the catalog, cleared of what only code may say."""
