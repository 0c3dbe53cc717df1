"""Backups of the database, the uploaded files and the records of deletions, and restoring them."""
