"""The commands, a module for each kind: make, ask, check. Thin: options in, one call, one printer out.

Each imports what it needs when it runs, so that `kg --help` costs little.
"""
