"""The wire: drivers as ports, codecs and links without a port, the journal store, the clock."""
