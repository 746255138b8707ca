"""Did we keep our word: what the company did, held against what it had promised on that day."""
