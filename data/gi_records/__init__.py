"""The bundled sample of the corpus `gi-records`: synthetic digestive-tract records and the grammar that writes them."""
