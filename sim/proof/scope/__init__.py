"""The exhaustive small scope: every choice with few crashes and faults, through the real flow."""
