"""An example of each model that the desk shows."""

from django.urls import reverse

from repository.models import (
    CaseStudy,
    City,
    Country,
    DailyCount,
    Evidence,
    ExternalFigure,
    GlossaryTerm,
    Goal,
    InterfaceReview,
    LandscapeSection,
    Organization,
    Practice,
    Recommendation,
    Reference,
    Series,
    SitePage,
    Speaker,
    Tag,
    Theme,
    Webinar,
)
from tests import factories

MADE_BY = {
    CaseStudy: factories.CaseStudyFactory,
    City: factories.CityFactory,
    Country: factories.CountryFactory,
    DailyCount: factories.DailyCountFactory,
    Evidence: factories.EvidenceFactory,
    ExternalFigure: factories.ExternalFigureFactory,
    GlossaryTerm: factories.GlossaryTermFactory,
    Goal: lambda: Goal.objects.get(pk=9),
    InterfaceReview: factories.InterfaceReviewFactory,
    Organization: factories.OrganizationFactory,
    Practice: factories.PracticeFactory,
    LandscapeSection: factories.LandscapeSectionFactory,
    Recommendation: factories.RecommendationFactory,
    Reference: factories.ReferenceFactory,
    Series: factories.SeriesFactory,
    SitePage: factories.SitePageFactory,
    Speaker: factories.SpeakerFactory,
    Tag: factories.TagFactory,
    Theme: factories.ThemeFactory,
    Webinar: factories.WebinarFactory,
}

# What can only be looked at.
LOOKED_AT = (Goal, DailyCount)

ADDED = [model for model in MADE_BY if model not in LOOKED_AT]


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def full(model):
    """An object with as many rows and links around it as its pages show."""
    made = MADE_BY[model]()
    if model is CaseStudy:
        city = factories.CityFactory()
        made.cities.add(city)
        made.countries.add(city.country)
        made.themes.add(factories.ThemeFactory())
        made.tags.add("port")
        factories.EvidenceFactory(
            case=made,
            reference=factories.ReferenceFactory(),
            webinar=factories.WebinarFactory(),
        )
    if model in (Webinar, Speaker):
        factories.AppearanceFactory(**{model._meta.model_name: made})
    if model is Series:
        factories.WebinarFactory(series=made)
    if model is Speaker:
        made.organization = factories.OrganizationFactory()
        made.country = factories.CountryFactory()
        made.save()
    if model is Organization:
        made.city, made.country = factories.CityFactory(), factories.CountryFactory()
        made.save()
    if model is Evidence:
        made.reference = factories.ReferenceFactory()
        made.save()
    return made
