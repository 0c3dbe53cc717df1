"""The partnership desk in the admin."""

from .listing import NeedAdmin, OfferAdmin
from .representation import RepresentationAdmin

__all__ = ["NeedAdmin", "OfferAdmin", "RepresentationAdmin"]
