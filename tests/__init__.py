"""The tests, one folder for each layer (design 1.12)."""
