"""The designer's bench: the design read again while the terminal runs, and the window to look at it closely."""
