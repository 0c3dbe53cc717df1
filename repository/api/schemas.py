"""Schemas of the public API of the collection: responses and parameters.

Loaded with the first request, as `endpoints.py` is, which fills them in.
"""

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

PAGE_SIZE, LARGEST_PAGE = 50, 200
# Further on than any collection reaches; a larger number is no number of a page.
LAST_PAGE = 100_000


class Problem(Schema):
    """Why the request failed."""

    detail: str


class InvalidParameter(Schema):
    """One invalid parameter: where it is, and what is wrong with it."""

    type: str
    loc: list[int | str] = Field(description="Names, the last of which is that of the parameter.")
    msg: str


class Invalid(Schema):
    """The invalid parameters."""

    detail: list[InvalidParameter]


class Gone(Schema):
    """An archived case: its title, and the reason for archiving it."""

    detail: str
    title: str


class Named(Schema):
    """An item: the slug in its URL, and its name."""

    slug: str
    name: str


class CountryName(Schema):
    iso2: str
    name: str


class PageInput(Schema):
    """The page of a list."""

    page: int = Field(1, ge=1, le=LAST_PAGE, description="Page number, from 1.")
    size: int = Field(PAGE_SIZE, ge=1, le=LARGEST_PAGE, description="Items per page.")


class Part(Schema):
    """One page of a list. `next` is the number of the next page, or null on the last page."""

    count: int
    page: int
    next: int | None


class CaseCard(Schema):
    """A case, as shown in lists. `url` is its web page."""

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
    """A figure: its text, its parts as numbers where they are known, and its source.

    A share has a numerator and a denominator, but no value.
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
    is_missing: bool = Field(description="The data is missing in the source.")


class CaseDetail(CaseCard):
    """A full case. `sections` has HTML, in the order of the page, without empty sections."""

    setting: str
    sections: dict[str, str]
    evidence: list[Figure]
    practices: list[Named]
    goals: list[int] = Field(description="Numbers of Sustainable Development Goals.")
    tags: list[Named]
    references: list[str]
    webinars: list[str] = Field(description="Slugs of the webinars where the case was presented.")
    cost: str
    time: str
    source: str
    last_checked: date
    suggested_by_editors: list[str] = Field(
        description="Fields that the editors of this site added. All others follow the source."
    )


class CityCard(Schema):
    """A city or another local government. Unknown values are null or empty."""

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
    names: dict[str, str] = Field(description="Names by language code.")
    summary: str
    population: int | None
    population_year: int | None
    population_source: str
    languages: list[str] = Field(
        description="Working languages stated by the city. Empty if unknown."
    )


class PracticeCard(Schema):
    """A practice that other cities can adopt."""

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
    """A section of the landscape. `url` leads to it on the page, and `body` is HTML."""

    slug: str
    url: str
    title: str
    summary: str
    body: str
    series: Named
    number: int
    place: str = Field(description="Its place in the report.")
    evidence: list[Figure]
    references: list[str]


class Landscape(Part):
    items: list[LandscapeSection]


class WebinarCard(Schema):
    """An announced or past webinar. `date` is its day, if readers can see it."""

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
    """A speaker, with their job title at the time."""

    slug: str
    name: str
    title: str


class WebinarDetail(WebinarCard):
    speakers: list[Speaker]
    practices: list[Named]
    cases: list[str] = Field(description="Slugs of the cases presented.")
