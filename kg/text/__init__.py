"""How a text is compared and cut: folding to one script, searching by jumps, numerals, sentences and items."""
