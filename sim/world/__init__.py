"""The simulated world: firmware, wires, cards, notes, the bank, people. It outlives the terminal."""
