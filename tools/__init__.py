"""Programs run by hand when an asset of the terminal is made anew."""
