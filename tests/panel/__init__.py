"""Tests of the tester's panel."""
