"""The pure rules behind the services: decisions over frozen data. No clock, no disk, no texts."""
