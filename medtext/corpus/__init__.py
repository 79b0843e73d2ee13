"""Records, splits, tokens, batches."""
