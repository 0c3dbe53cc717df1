"""Load a series folder into the collection; docs/content-format.md describes the folder."""
