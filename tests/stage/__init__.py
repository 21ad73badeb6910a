"""Whole terminals as the processes they are: served, killed, misused."""
