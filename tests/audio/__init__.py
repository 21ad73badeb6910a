"""Utterances and the queue that says them."""
