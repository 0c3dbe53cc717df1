"""The shapes of what the collection tells to other programs, and of what they can ask for.

Loaded with the first request, as `api.py` is, which fills them in.
"""

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

PAGE_SIZE, LARGEST_PAGE = 50, 200
# Further on than any collection reaches; a larger number is no number of a page.
LAST_PAGE = 100_000


class Problem(Schema):
    """Why there is no answer."""

    detail: str


class Gone(Schema):
    """A case that was archived: that it was here, and why it is not any more."""

    detail: str
    title: str


class Named(Schema):
    """Something by the name in its address, and its name for people."""

    slug: str
    name: str


class CountryName(Schema):
    iso2: str
    name: str


class PageInput(Schema):
    """Which part of a list."""

    page: int = Field(1, ge=1, le=LAST_PAGE, description="Which page, from 1 on.")
    size: int = Field(PAGE_SIZE, ge=1, le=LARGEST_PAGE, description="How many on a page.")


class Part(Schema):
    """Part of a list. `next` is the number of the next page, null on the last one."""

    count: int
    page: int
    next: int | None


class CaseCard(Schema):
    """A case as lists show it. `url` is its page for people."""

    slug: str
    url: str
    title: str
    summary: str
    language: str
    published_at: datetime
    places: list[str]
    themes: list[Named]


class Cases(Part):
    items: list[CaseCard]


class Figure(Schema):
    """A figure: as a reader says it, its parts as numbers where they are known, and its source.

    A share has numerator and denominator, and no value.
    """

    label: str
    text: str
    value: int | float | None
    value_to: int | float | None
    unit: str
    currency: str
    numerator: int | None
    denominator: int | None
    period: str
    source: str
    is_missing: bool = Field(description="The source has lost its data.")


class CaseDetail(CaseCard):
    """A whole case. `sections` are HTML, in the order of the page, without those that are empty."""

    setting: str
    sections: dict[str, str]
    evidence: list[Figure]
    practices: list[Named]
    goals: list[int] = Field(description="Sustainable Development Goals, by number.")
    tags: list[Named]
    references: list[str]
    webinars: list[str] = Field(description="Slugs of the webinars it was presented at.")
    cost: str
    time: str
    source: str
    last_checked: date
    suggested_by_editors: list[str] = Field(
        description="Fields that the editors of this site added; all others follow the source."
    )


class CityCard(Schema):
    """A city or another local government. What is not known is null or empty."""

    slug: str
    url: str
    name: str
    kind: str
    country: CountryName
    province: str
    latitude: float | None
    longitude: float | None
    case_count: int


class Cities(Part):
    items: list[CityCard]


class CityDetail(CityCard):
    names: dict[str, str] = Field(description="Its names by language code.")
    summary: str
    population: int | None
    population_year: int | None
    population_source: str
    languages: list[str] = Field(
        description="Working languages that the city has stated; empty where they are not known."
    )


class PracticeCard(Schema):
    """One reusable piece of know-how."""

    slug: str
    url: str
    name: str
    summary: str
    themes: list[Named]
    case_count: int


class Practices(Part):
    items: list[PracticeCard]


class PracticeDetail(PracticeCard):
    description: str = Field(description="HTML.")
    needs: str
    suggested_by_editors: list[str] = Field(
        description="Fields that the editors of this site added."
    )


class LandscapeSection(Schema):
    """A section of the landscape. `url` is its place on the page, `body` is HTML."""

    slug: str
    url: str
    title: str
    summary: str
    body: str
    series: Named
    number: int
    place: str = Field(description="Where the report says it.")
    evidence: list[Figure]
    references: list[str]


class Landscape(Part):
    items: list[LandscapeSection]


class WebinarCard(Schema):
    """A webinar that is announced or was held. `date` is the day where it is told to readers."""

    slug: str
    url: str
    title: str
    summary: str
    series: Named
    number: int
    status: str
    date: date | None
    starts_at: datetime | None
    minutes: int | None
    time_zone: str
    languages: list[str]
    interpretation: list[str]


class Webinars(Part):
    items: list[WebinarCard]


class Speaker(Schema):
    """Who spoke, with the title held that day."""

    slug: str
    name: str
    title: str


class WebinarDetail(WebinarCard):
    speakers: list[Speaker]
    practices: list[Named]
    cases: list[str] = Field(description="Slugs of the cases that were presented.")
