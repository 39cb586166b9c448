"""Reforms, platforms and policies in a text: names that are listed, and names that only form and company give away."""
