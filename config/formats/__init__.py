"""Dates and numbers as this site writes them, where Django's habits are others."""
