"""A collection of any size, in which the first row of each kind is linked with all others."""

from itertools import islice

from django.contrib.contenttypes.models import ContentType

from repository.models import (
    Appearance,
    CaseStudy,
    City,
    Country,
    Evidence,
    GlossaryTerm,
    Goal,
    LandscapeSection,
    Organization,
    Practice,
    Recommendation,
    Reference,
    Series,
    Speaker,
    Tag,
    TaggedItem,
    Theme,
    Webinar,
)
from tests import factories
from tests.factories.repository import iso_countries


def grow(size: int) -> None:
    """Grow the collection to `size` rows of each kind, with one series and all countries."""
    countries = fill(Country, factories.CountryFactory, size, extra=list(iso_countries()))
    place = {"country": countries[0]}
    cities = fill(City, factories.CityFactory, size, **place)
    organizations = fill(Organization, factories.OrganizationFactory, size, city=cities[0], **place)
    themes = fill(Theme, factories.ThemeFactory, size)
    practices = fill(Practice, factories.PracticeFactory, size)
    references = fill(Reference, factories.ReferenceFactory, size)
    series = Series.objects.first() or factories.SeriesFactory(
        report=references[0], organizers=organizations[:1]
    )
    webinars = fill(Webinar, factories.WebinarFactory, size, series=series)
    speakers = fill(Speaker, factories.SpeakerFactory, size, organization=organizations[0], **place)
    tags = fill(Tag, factories.TagFactory, size)
    cases = fill(CaseStudy, factories.CaseStudyFactory, size, published=True, series=series)
    figure = {"case": cases[0], "reference": references[0]}
    fill(Evidence, factories.EvidenceFactory, size, is_headline=False, **figure)
    recommendations = fill(Recommendation, factories.RecommendationFactory, size, series=series)
    sections = fill(LandscapeSection, factories.LandscapeSectionFactory, size, series=series)
    fill(
        Evidence,
        factories.EvidenceFactory,
        size,
        **{"case": None, "section": sections[0], "reference": references[0]},
    )
    fill(GlossaryTerm, factories.GlossaryTermFactory, size)

    Appearance.objects.bulk_create(
        (
            factories.AppearanceFactory.build(webinar=webinar, speaker=speaker)
            for webinar, speaker in star(webinars, speakers)
        ),
        ignore_conflicts=True,
    )
    goals = list(Goal.objects.all())
    for model, name, rows, others in [
        (CaseStudy, "cities", cases, cities),
        (CaseStudy, "countries", cases, countries),
        (CaseStudy, "organizations", cases, organizations),
        (CaseStudy, "themes", cases, themes),
        (CaseStudy, "goals", cases, goals),
        (CaseStudy, "practices", cases, practices),
        (CaseStudy, "webinars", cases, webinars),
        (CaseStudy, "speakers", cases, speakers),
        (CaseStudy, "references", cases, references),
        (Practice, "themes", practices, themes),
        (Recommendation, "cases", recommendations, cases),
        (LandscapeSection, "references", sections, references),
        (Webinar, "countries", webinars, countries),
        (Webinar, "cities", webinars, cities),
        (Webinar, "practices", webinars, practices),
        (Webinar, "cases", webinars, cases),
    ]:
        link(model, name, rows, others)
    for rows in [cases, webinars]:
        kind = ContentType.objects.get_for_model(type(rows[0]))
        TaggedItem.objects.bulk_create(
            (
                TaggedItem(tag=tag, content_type=kind, object_id=row.pk)
                for row, tag in star(rows, tags)
            ),
            ignore_conflicts=True,
        )


def fill(model, factory, size: int, *, extra=(), **values) -> list:
    """Add rows of a model up to `size`, and return all rows in the order of creation."""
    here = model.objects.count()
    if model is Country:
        new = [factory.build(**row) for row in islice(extra, here, size)]
    else:
        new = factory.build_batch(max(size - here, 0), **values)
        if hasattr(model, "number"):
            for number, row in enumerate(new, here + 1):
                row.number = number
    model.objects.bulk_create(new)
    key = "pk" if model is not Country else "iso2"
    return list(model.objects.order_by(key))


def star(rows: list, others: list) -> list[tuple]:
    """Return pairs of the first row with each of the others, and the reverse."""
    return [*((rows[0], other) for other in others), *((row, others[0]) for row in rows[1:])]


def link(model, name: str, rows: list, others: list) -> None:
    field = model._meta.get_field(name)
    here, there = field.m2m_field_name(), field.m2m_reverse_field_name()
    field.remote_field.through.objects.bulk_create(
        (
            field.remote_field.through(**{f"{here}_id": row.pk, f"{there}_id": other.pk})
            for row, other in star(rows, others)
        ),
        ignore_conflicts=True,
    )
