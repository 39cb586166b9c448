"""Pictures of what a graph says, for papers and talks: PNG and SVG by matplotlib.

One module a picture; each has a function that asks the store, and one that draws what came back. `sheet` is the paper
they are drawn on, `fonts` finds Chinese type, `words` holds their titles in two languages. Exports for Gephi, and the
pages of `kg serve`, are others' business.
"""

NAMES = ("matrix", "diffusion", "ranking", "network", "map")
"""Of the pictures. They stand here so that `kg plot --help` needs nothing but this."""
