"""The Sankyo ICT3Q8 card reader: framing, link, codec, chip reading, driver."""
