"""Frames, links, drivers and the journal."""
