"""Every service, played by whole terminals: both profiles, both languages."""
