"""A corpus of Vietnamese papers, drawn: what the matching of pages to papers is measured with."""
