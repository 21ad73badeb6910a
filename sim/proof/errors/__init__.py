"""Every documented error, played, and what the customer then reads and hears."""
