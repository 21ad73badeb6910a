"""The line to the bank: ISO 8583 messages over a network connection."""
