"""Geometry, fonts and pictures."""
