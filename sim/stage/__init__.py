"""Whole terminals put together, once for each use."""
