"""A customer against the whole terminal."""
