"""Whether the figures of a text, and of several, agree: the arithmetic that they imply, and statements that differ."""
