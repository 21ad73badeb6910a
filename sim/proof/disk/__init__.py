"""The shipping journal on a simulated disk: power cuts and failing calls of a whole terminal."""
