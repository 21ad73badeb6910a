"""Whatever parses bytes from outside, given any bytes: declared exceptions only, and nothing believed."""
