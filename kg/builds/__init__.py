"""Inputs to a graph, as little as has changed: shards, workers, the manifest, and the build itself."""
