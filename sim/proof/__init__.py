"""How we know that no fault loses money, a note or a card."""
