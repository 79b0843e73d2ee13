"""The bundled samples: one folder per corpus, each with a README."""
