"""The whole machine with play money: the real flow, with an outside that is made of values."""
