"""Killed processes: the real program with its devices on ptys and its bank on TCP, killed and started
again until it is at rest."""
