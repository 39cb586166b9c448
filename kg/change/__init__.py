"""What changed, how it spread, who is alike; and which names are not listed yet."""
