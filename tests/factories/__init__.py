"""Objects for tests. Each factory makes a valid object with as little as it needs."""

from .community import CommentFactory, ExperienceFactory, UserFactory
from .repository import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    EvidenceFactory,
    GlossaryTermFactory,
    OrganizationFactory,
    PracticeFactory,
    RecommendationFactory,
    ReferenceFactory,
    SeriesFactory,
    SpeakerFactory,
    TagFactory,
    ThemeFactory,
    WebinarFactory,
)

__all__ = [
    "AppearanceFactory",
    "CaseStudyFactory",
    "CityFactory",
    "CommentFactory",
    "CountryFactory",
    "EvidenceFactory",
    "ExperienceFactory",
    "GlossaryTermFactory",
    "OrganizationFactory",
    "PracticeFactory",
    "RecommendationFactory",
    "ReferenceFactory",
    "SeriesFactory",
    "SpeakerFactory",
    "TagFactory",
    "ThemeFactory",
    "UserFactory",
    "WebinarFactory",
]
