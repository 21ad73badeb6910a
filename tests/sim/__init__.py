"""Firmware against the manual, and the world's bookkeeping."""
