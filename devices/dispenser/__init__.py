"""The Puloon LCDM-4000 cash dispenser: framing, link, codec, driver."""
