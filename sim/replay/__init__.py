"""Visits drawn again from the rows of a journal, and two runs compared. No device, no bank, no clock."""
