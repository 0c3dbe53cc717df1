"""The partnership desk in the admin."""

from .brokering import BrokeringAdmin
from .cluster import ClusterAdmin
from .listing import NeedAdmin, OfferAdmin
from .partnership import PartnershipAdmin
from .partnership_request import PartnershipRequestAdmin
from .representation import RepresentationAdmin
from .round import RoundAdmin
from .suggestion import SuggestionAdmin

__all__ = [
    "BrokeringAdmin",
    "ClusterAdmin",
    "NeedAdmin",
    "OfferAdmin",
    "PartnershipAdmin",
    "PartnershipRequestAdmin",
    "RepresentationAdmin",
    "RoundAdmin",
    "SuggestionAdmin",
]
