import pytest

from tests.factories import (
    EvidenceFactory,
    LandscapeSectionFactory,
    ReferenceFactory,
    SeriesFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def series():
    return WebinarFactory(
        series=SeriesFactory(title="The series", slug="talks", start="2020-08-14")
    ).series


def figure(section, **fields):
    return EvidenceFactory(case=None, section=section, **fields)


def test_show_sections_in_their_order_with_place_and_works(read, series):
    work = ReferenceFactory(
        key="unctad", title="On trade", authors=[{"literal": "UNCTAD"}], year=2019
    )
    LandscapeSectionFactory(series=series, number=2, title="Second", slug="second", place="")
    LandscapeSectionFactory(
        series=series,
        number=1,
        title="First",
        slug="first",
        summary="In short.",
        body="With **detail**.",
        place="Chapter I, section 1",
        references=[work],
    )
    page = read("/landscape/")
    assert page.lines[:2] == ["The series", "Landscape 2020"]
    assert page.after("On this page", 2) == ["First", "Second"]
    start = len(page.lines) - page.lines[::-1].index("First") - 1
    assert page.lines[start:] == [
        "First",
        "In short.",
        "With detail.",
        "Place in the report: Chapter I, section 1",
        "References",
        "UNCTAD (2019), On trade",
        "Second",
        "Online trade grows, and not everywhere.",
        "Some regions have no electricity.",
    ]
    for link in [
        ("The series", "/series/talks/"),
        ("First", "#first"),
        ("UNCTAD (2019), On trade", "/references/#unctad"),
    ]:
        assert link in page.links
    assert 'id="second"' in page.response.text


def test_draw_what_can_be_compared_from_the_figures_alone(read, series):
    section = LandscapeSectionFactory(series=series)
    works = [ReferenceFactory(authors=[{"literal": name}], year=2020) for name in ("Ma", "UNCTAD")]
    group = {"unit": "persons", "group": "Shoppers"}
    figure(section, label="first count", value=610_000_000, reference=works[1], place="I", **group)
    figure(section, label="second count", value=710_000_000, reference=works[0], **group)
    figure(section, label="the South", numerator=1, denominator=4, value=None, group="Share")
    figure(section, label="roads", value=3, unit="km", group="Mixed")
    figure(section, label="ships", value=2, group="Mixed")
    page = read("/landscape/")
    assert page.after("Shoppers", 2) == ["first count UNCTAD (2020), I", "610 million persons"]
    assert page.after("610 million persons", 1) == ["second count Ma (2020)"]
    assert page.after("Share", 2) == ["the South 1 of 4", "25 %"]
    widths = [part.split('"')[0] for part in page.response.text.split('<rect width="')[1:]]
    assert widths == ["85.9", "100.0", "25.0"]
    # Amounts of different things stand in a table.
    assert page.after("Mixed", 2) == ["3 km", "roads"]


def test_draw_nothing_for_lost_data(read, series):
    section = LandscapeSectionFactory(series=series)
    figure(section, label="Market values", value=None, is_missing=True, place="Figure 2")
    page = read("/landscape/")
    assert page.lines.count(
        "Charts in the source whose data are not available: Market values (Figure 2)."
    )
    assert "<rect" not in page.response.text


def test_say_that_there_is_no_landscape(read):
    page = read("/landscape/")
    assert page.lines[0] == "Landscape"
    assert page.lines[-2:] == ["There is no landscape yet.", "All cases"]


def test_lead_to_the_landscape_from_the_foot_of_every_page(client):
    for address in ("/", "/cases/"):
        text = client.get(address).text
        foot = text[text.index("<footer") :]
        assert '<a href="/landscape/">Landscape</a>' in foot
        assert '<a href="/about/">About</a>' in foot
