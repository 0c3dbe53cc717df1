"""What may happen in the community: one function per verb."""
