"""The note acceptor: a bill-to-bill unit with an escrow cassette, spoken to in CCNET."""
