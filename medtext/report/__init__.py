"""Keywords in, files out."""
