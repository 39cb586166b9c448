"""Facts as RDF: what is said of them, where it is kept, counted, forgotten and checked."""
