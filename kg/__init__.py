"""Chinese government-service-reform reports in, a knowledge graph out.

Importing this reads no file. `kg.open("outputs")` is the door for notebooks.
"""

__version__ = "0.1.0"
