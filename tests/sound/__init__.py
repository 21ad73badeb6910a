"""What really comes out of which device: a PulseAudio of its own, with ears on every sink."""
