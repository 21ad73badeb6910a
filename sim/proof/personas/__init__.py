"""Six synthetic customers at the real terminal, who know only what is on the glass and in the air."""
