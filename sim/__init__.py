"""What exists outside the terminal (`world`) and whole terminals put together (`stage`)."""
