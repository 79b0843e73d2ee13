"""Reports whose evidence is known because a generator planted it: recipes of words and sentences, and what writes them."""
