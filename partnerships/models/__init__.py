from partnerships.agreements.models import (
    REPORT_MONTHS,
    AgreementKind,
    Light,
    Milestone,
    Partnership,
    PartnershipKind,
    PartnershipStatus,
    Party,
    PartyRole,
    Progress,
    ProgressReport,
    kind_of,
)
from partnerships.agreements.recorded import RecordedAgreement
from partnerships.city_profiles.models import CityProfile, Corridor, Setting
from partnerships.clusters.models import (
    ApplicationStatus,
    Cluster,
    ClusterApplication,
    ClusterNews,
)
from partnerships.desk import link_history as link_history
from partnerships.invitations.models import CityInvitation, InvitationStatus
from partnerships.listings.modalities import Modality
from partnerships.listings.models import Listing, ListingStatus, Need, Offer
from partnerships.matches.models import (
    LIVE,
    TO_PROPOSE,
    Answer,
    Interest,
    Match,
    MatchOrigin,
    MatchStatus,
    Question,
    RefusalReason,
    Side,
)
from partnerships.pipeline.models import Handling, SavedView, SnoozeReason
from partnerships.ranking.models import Brokering
from partnerships.replies.models import ReceivedMail
from partnerships.representation.models import AddressCheck, Representation, RepresentationStatus
from partnerships.requests.models import (
    COUNTED,
    MAX_OPEN,
    ClosingReason,
    Direction,
    PartnershipRequest,
    RequestCopy,
    RequestStatus,
    Visibility,
)
from partnerships.rounds.models import Round, RoundStatus
from partnerships.spaces.models import Meeting, Plan, SpaceFile, SpaceMessage
from partnerships.suggestions.models import Suggestion, SuggestionKind, SuggestionStatus
from partnerships.timeline.models import EntryKind, TimelineEntry
from partnerships.timetables.models import Call, Timetable, WorkingHours

__all__ = [
    "COUNTED",
    "LIVE",
    "MAX_OPEN",
    "REPORT_MONTHS",
    "TO_PROPOSE",
    "AddressCheck",
    "AgreementKind",
    "Answer",
    "ApplicationStatus",
    "Brokering",
    "Call",
    "CityInvitation",
    "CityProfile",
    "ClosingReason",
    "Cluster",
    "ClusterApplication",
    "ClusterNews",
    "Corridor",
    "Direction",
    "EntryKind",
    "Handling",
    "Interest",
    "InvitationStatus",
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
    "Progress",
    "ProgressReport",
    "Question",
    "ReceivedMail",
    "RecordedAgreement",
    "RefusalReason",
    "Representation",
    "RepresentationStatus",
    "RequestCopy",
    "RequestStatus",
    "Round",
    "RoundStatus",
    "SavedView",
    "Setting",
    "Side",
    "SnoozeReason",
    "SpaceFile",
    "SpaceMessage",
    "Suggestion",
    "SuggestionKind",
    "SuggestionStatus",
    "TimelineEntry",
    "Timetable",
    "Visibility",
    "WorkingHours",
    "kind_of",
]
