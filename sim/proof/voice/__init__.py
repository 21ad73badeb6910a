"""Everything that is shown, held against everything that is really said: AUD-01, A6, B5."""
