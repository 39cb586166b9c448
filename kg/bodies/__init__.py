"""Which public bodies a text names."""
