"""The partnership desk in the admin."""

from .cluster import ClusterAdmin
from .listing import NeedAdmin, OfferAdmin
from .partnership import PartnershipAdmin
from .representation import RepresentationAdmin

__all__ = [
    "ClusterAdmin",
    "NeedAdmin",
    "OfferAdmin",
    "PartnershipAdmin",
    "RepresentationAdmin",
]
