from repository.cases.models import CaseFacet, CaseStatus, CaseStudy
from repository.counts.models import CountKind, DailyCount
from repository.embeddings.models import EmbeddingModel, Passage
from repository.evidence.models import Evidence, Qualifier
from repository.glossary.models import GlossaryTerm
from repository.history.links import TRACKED_LINKS
from repository.landscape.models import LandscapeSection
from repository.loading.models import LoadRecord
from repository.pages.models import Edition, PublicChange
from repository.people.consent import Consent
from repository.people.models import Appearance, Organization, OrganizationKind, Speaker
from repository.photographs.models import Photograph, PhotographKind
from repository.places.models import City, CityKind, Country, Development, IncomeGroup
from repository.practices.models import Practice
from repository.recommendations.models import Recommendation, RecommendationKind
from repository.recordings.models import Chapter, Recording, RecordingKind, Transcript
from repository.references.models import Reference, ReferenceKind
from repository.search.models import (
    OutdatedEntry,
    SearchEntry,
    SearchKind,
    SearchTranslation,
    SearchWord,
)
from repository.series.models import ExternalFigure, ExternalKind, Series
from repository.site_pages.models import SitePage, SiteTopic
from repository.tags.models import Tag, TaggedItem, TagRedirect
from repository.themes.models import Goal, Theme
from repository.translations.models import (
    InterfaceReview,
    Origin,
    Original,
    TranslatedParagraph,
    Translation,
    TranslationState,
)
from repository.webinars.models import Webinar, WebinarStatus

__all__ = [
    "TRACKED_LINKS",
    "Appearance",
    "CaseFacet",
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
    "EmbeddingModel",
    "Evidence",
    "ExternalFigure",
    "ExternalKind",
    "GlossaryTerm",
    "Goal",
    "IncomeGroup",
    "InterfaceReview",
    "LandscapeSection",
    "LoadRecord",
    "Organization",
    "OrganizationKind",
    "Origin",
    "Original",
    "OutdatedEntry",
    "Passage",
    "Photograph",
    "PhotographKind",
    "Practice",
    "PublicChange",
    "Qualifier",
    "Recommendation",
    "RecommendationKind",
    "Recording",
    "RecordingKind",
    "Reference",
    "ReferenceKind",
    "SearchEntry",
    "SearchKind",
    "SearchTranslation",
    "SearchWord",
    "Series",
    "SitePage",
    "SiteTopic",
    "Speaker",
    "Tag",
    "TagRedirect",
    "TaggedItem",
    "Theme",
    "Transcript",
    "TranslatedParagraph",
    "Translation",
    "TranslationState",
    "Webinar",
    "WebinarStatus",
]
