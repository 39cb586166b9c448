"""A graph, or a part of it, as something else: pictures for Gephi, tables, RDF files, another store."""
