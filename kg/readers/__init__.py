"""Bytes to text, one module a kind of file; `read` decides by content which one reads what."""
