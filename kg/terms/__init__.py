"""What is known before any report is read: the ontology as a lexicon, the divisions of the country, the map's tiles."""
