"""The resident identity card reader (SAM_V): framing, codec, link, record, rounds, driver."""
