"""Questions to a graph, here or at an endpoint: SPARQL, names, look-ups, comparisons."""
