"""The receipt printer (ESC/POS): framing, codec, line, rounds, driver."""
