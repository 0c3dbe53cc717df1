from . import links as links
from .brokering import Brokering
from .city_profile import CityProfile, Corridor, Setting
from .cluster import Cluster, ClusterNews
from .listing import Listing, ListingStatus, Need, Offer
from .match import (
    LIVE,
    Answer,
    Interest,
    Match,
    MatchOrigin,
    MatchStatus,
    Question,
    RefusalReason,
    Side,
)
from .modality import Modality
from .partnership import (
    REPORT_MONTHS,
    AgreementKind,
    Light,
    Milestone,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    Party,
    PartyRole,
    ProgressReport,
    kind_of,
)
from .partnership_request import (
    COUNTED,
    MOST_OPEN,
    ClosingReason,
    Direction,
    PartnershipRequest,
    RequestCopy,
    RequestStatus,
    Visibility,
)
from .representation import Representation, RepresentationStatus
from .round import Round, RoundStatus
from .space import Meeting, Plan, SpaceFile, SpaceMessage
from .suggestion import Suggestion, SuggestionKind, SuggestionStatus

__all__ = [
    "COUNTED",
    "LIVE",
    "MOST_OPEN",
    "REPORT_MONTHS",
    "AgreementKind",
    "Answer",
    "Brokering",
    "CityProfile",
    "ClosingReason",
    "Cluster",
    "ClusterNews",
    "Corridor",
    "Direction",
    "Interest",
    "Light",
    "Listing",
    "ListingStatus",
    "Match",
    "MatchOrigin",
    "MatchStatus",
    "Meeting",
    "Milestone",
    "Modality",
    "Need",
    "Offer",
    "Partnership",
    "PartnershipKind",
    "PartnershipRequest",
    "PartnershipStatus",
    "Party",
    "PartyRole",
    "Plan",
    "ProgressReport",
    "Question",
    "RefusalReason",
    "Representation",
    "RepresentationStatus",
    "RequestCopy",
    "RequestStatus",
    "Round",
    "RoundStatus",
    "Setting",
    "Side",
    "SpaceFile",
    "SpaceMessage",
    "Suggestion",
    "SuggestionKind",
    "SuggestionStatus",
    "Visibility",
    "kind_of",
]
