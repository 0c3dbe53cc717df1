from .case_study import CaseStatus, CaseStudy
from .city import City, CityKind
from .consent import Consent
from .country import Country, Development, IncomeGroup
from .daily_count import CountKind, DailyCount
from .edition import Edition
from .evidence import Evidence, Qualifier
from .external_figure import ExternalFigure, ExternalKind
from .glossary_term import GlossaryTerm
from .goal import Goal
from .landscape_section import LandscapeSection
from .links import TRACKED_LINKS
from .load_record import LoadRecord
from .material import Chapter, Recording, RecordingKind, Transcript
from .organization import Organization, OrganizationKind
from .page_stamp import PageStamp
from .practice import Practice
from .recommendation import Recommendation, RecommendationKind
from .reference import Reference, ReferenceKind
from .search_entry import SearchEntry, SearchKind
from .search_word import SearchWord
from .series import Series
from .speaker import Appearance, Speaker
from .tag import Tag, TaggedItem, TagRedirect
from .theme import Theme
from .webinar import Webinar, WebinarStatus

__all__ = [
    "TRACKED_LINKS",
    "Appearance",
    "CaseStatus",
    "CaseStudy",
    "Chapter",
    "City",
    "CityKind",
    "Consent",
    "CountKind",
    "Country",
    "DailyCount",
    "Development",
    "Edition",
    "Evidence",
    "ExternalFigure",
    "ExternalKind",
    "GlossaryTerm",
    "Goal",
    "IncomeGroup",
    "LandscapeSection",
    "LoadRecord",
    "Organization",
    "OrganizationKind",
    "PageStamp",
    "Practice",
    "Qualifier",
    "Recommendation",
    "RecommendationKind",
    "Recording",
    "RecordingKind",
    "Reference",
    "ReferenceKind",
    "SearchEntry",
    "SearchKind",
    "SearchWord",
    "Series",
    "Speaker",
    "Tag",
    "TagRedirect",
    "TaggedItem",
    "Theme",
    "Transcript",
    "Webinar",
    "WebinarStatus",
]
