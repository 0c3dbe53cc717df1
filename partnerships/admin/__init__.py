"""The partnership desk in the admin."""

from .listing import NeedAdmin, OfferAdmin
from .partnership import PartnershipAdmin
from .representation import RepresentationAdmin

__all__ = ["NeedAdmin", "OfferAdmin", "PartnershipAdmin", "RepresentationAdmin"]
