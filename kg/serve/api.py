"""stub."""
ROUTES = []
