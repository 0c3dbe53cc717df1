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
    assert page.main.lines[:2] == ["The series", "Landscape 2020"]
    assert page.main.after("On this page", 2) == ["First", "Second"]
    start = len(page.main.lines) - page.main.lines[::-1].index("First") - 1
    assert page.main.lines[start:] == [
        "First",
        "In short.",
        "With detail.",
        "In the report: Chapter I, section 1",
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
        assert link in page.main.links
    assert "Second" in page.one("#second").text


def test_draw_comparable_figures_as_bars(read, series):
    section = LandscapeSectionFactory(series=series)
    works = [ReferenceFactory(authors=[{"literal": name}], year=2020) for name in ("Ma", "UNCTAD")]
    group = {"unit": "persons", "group": "Shoppers"}
    figure(section, label="first count", value=610_000_000, reference=works[1], place="I", **group)
    figure(section, label="second count", value=710_000_000, reference=works[0], **group)
    figure(section, label="the South", numerator=1, denominator=4, value=None, group="Share")
    figure(section, label="roads", value=3, unit="km", group="Mixed")
    figure(section, label="ships", value=2, group="Mixed")
    page = read("/landscape/")
    assert page.main.after("Shoppers", 2) == ["first count UNCTAD (2020), I", "610 million people"]
    assert page.main.after("610 million people", 1) == ["second count Ma (2020)"]
    assert page.main.after("Share", 2) == ["the South 1 of 4", "25 %"]
    assert [bar["width"] for bar in page.select("rect")] == ["85.9", "100.0", "25.0"]
    # Amounts of different things are drawn each in its own form.
    assert page.main.after("Mixed", 2) == ["3 km roads", "2 ships"]
    assert [len(item.select(".drawing")) for item in page.select(".drawn > li")] == [0, 1]


def test_draw_nothing_for_missing_data(read, series):
    section = LandscapeSectionFactory(series=series)
    figure(section, label="Market values", value=None, is_missing=True, place="Figure 2")
    page = read("/landscape/")
    assert (
        "Charts in the source whose data are not available: Market values (Figure 2)."
        in page.main.lines
    )
    assert page.select("rect") == []


def test_show_that_there_is_no_landscape(read):
    page = read("/landscape/")
    assert page.main.lines[0] == "Landscape"
    assert [url for _name, url in page.main.links] == ["/cases/"]


@pytest.mark.parametrize("path", ["/", "/cases/"])
def test_link_the_landscape_in_the_footer_of_every_page(read, path):
    footer = read(path).one("body > footer")
    assert (footer.link("Landscape"), footer.link("About")) == ("/landscape/", "/about/")
