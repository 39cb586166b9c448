"""What a text states: quantities, what each measures and for which reform, and who adopts what."""
