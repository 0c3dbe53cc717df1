"""What may happen at the partnership desk: one function per verb, one module per noun."""
