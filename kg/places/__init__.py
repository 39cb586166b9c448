"""Which regions a text names, which of several of that name, and which one it is about."""
