"""Bytes to text, one module a kind of file; `kg.read` decides by content which one reads what."""
