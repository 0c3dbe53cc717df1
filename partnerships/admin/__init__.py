"""The partnership desk in the admin."""

from .cluster import ClusterAdmin
from .listing import NeedAdmin, OfferAdmin
from .partnership import PartnershipAdmin
from .partnership_request import PartnershipRequestAdmin
from .representation import RepresentationAdmin

__all__ = [
    "ClusterAdmin",
    "NeedAdmin",
    "OfferAdmin",
    "PartnershipAdmin",
    "PartnershipRequestAdmin",
    "RepresentationAdmin",
]
