"""The bundled sample of the corpus `ct-abnormality`: synthetic descriptions in numbered tokens, and what writes them."""
