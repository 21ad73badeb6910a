"""Tests of what is drawn again from a journal."""
