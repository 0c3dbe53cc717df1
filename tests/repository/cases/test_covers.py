from io import BytesIO

import pytest
import yaml
from django.conf import settings
from PIL import Image

from repository.cases.covers import INKS
from repository.cases.previews import preview
from repository.models import CaseStudy
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    EvidenceFactory,
    ThemeFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db


def cover_of(case):
    return CaseStudy.objects.for_cards().get(pk=case.pk).cover


def test_take_the_ink_of_the_first_theme():
    case = CaseStudyFactory(themes=[ThemeFactory(slug="finance"), ThemeFactory(slug="customs")])
    assert cover_of(case).ink == "money"


def test_give_each_theme_of_the_collection_an_ink():
    path = settings.BASE_DIR / "repository" / "content" / "series-2020" / "themes.yaml"
    assert {theme["slug"] for theme in yaml.safe_load(path.read_text())} == set(INKS)


def test_draw_a_headline_figure_rather_than_another():
    case = CaseStudyFactory()
    EvidenceFactory(case=case, value=12, label="of something", group="These")
    headline = EvidenceFactory(case=case, value=130, label="stations", is_headline=True)
    cover = cover_of(case)
    assert cover.row == headline
    assert cover.drawing.main == headline


def test_show_a_figure_that_no_form_draws():
    case = CaseStudyFactory()
    headline = EvidenceFactory(
        case=case, value=None, display="11 November", label="peak", is_headline=True
    )
    cover = cover_of(case)
    assert (cover.row, cover.drawing) == (headline, None)


def test_show_the_whole_label_of_a_figure():
    case = CaseStudyFactory()
    label = "of the loans that banks pay out to small and medium-sized enterprises in the crisis, "
    label += "covered by the guarantee"
    EvidenceFactory(case=case, value=80, unit="%", label=label, is_headline=True)
    assert cover_of(case).sentence == label


def test_show_a_case_without_figures_by_its_place():
    cover = cover_of(CaseStudyFactory())
    assert (cover.row, cover.drawing) == (None, None)


def test_locate_the_first_place_with_coordinates():
    city = CityFactory(latitude=None, longitude=None)
    country = CountryFactory(latitude=9.3, longitude=2.3)
    case = CaseStudyFactory(cities=[city], countries=[country])
    left, top, width, height = (float(part) for part in cover_of(case).locator.view_box.split())
    assert left < float(cover_of(case).locator.x) < left + width
    assert top < float(cover_of(case).locator.y) < top + height


def test_leave_out_the_locator_of_a_case_without_a_place():
    assert cover_of(CaseStudyFactory(cities=[], countries=[])).locator is None


def test_show_covers_in_the_list(client):
    case = CaseStudyFactory(published=True, cities=[CityFactory()])
    EvidenceFactory(case=case, value=130, label="stations", is_headline=True)
    CaseStudyFactory(published=True)
    main = page_of(client.get("/cases/")).main
    assert len(main.select(".tile")) == 2
    assert [number.text for number in main.select(".tile .num")] == ["130"]
    assert len(main.select(".tile .locator")) == 1
    [drawing] = main.select(".tile .drawing")
    assert drawing["aria-hidden"] == "true"


def test_draw_the_headline_figure_with_a_chosen_form():
    case = CaseStudyFactory()
    EvidenceFactory(case=case, value=10, unit="days", label="of it", is_headline=True)
    row = EvidenceFactory(
        case=case, value=35, label="countries", is_headline=True, drawn_as="reach"
    )
    cover = cover_of(case)
    assert (cover.row, cover.drawing.form) == (row, "reach")


@pytest.mark.parametrize(
    ("rows", "form"),
    [
        ([{"value": 35, "drawn_as": "reach"}], "reach"),
        ([{"value": 24, "unit": "hours"}], "hours"),
        ([{"value": 10, "unit": "days"}], "days"),
        (
            [{"value": 8, "unit": "tons", "drawn_as": "flows"}, {"value": 3, "unit": "tons"}],
            "flows",
        ),
        ([{"value": 3 * 10**8}, {"value": 50, "unit": "km", "qualifier": "more than"}], "beyond"),
        ([{"value": 130}, {"value": None, "numerator": 70, "denominator": 130}], "marks"),
    ],
)
def test_draw_each_form_in_the_preview(rows, form):
    case = CaseStudyFactory()
    for position, fields in enumerate(rows):
        EvidenceFactory(
            case=case, position=position, label="of it", group="G", is_headline=True, **fields
        )
    drawn = cover_of(case)
    assert drawn.drawing.form == form
    with_drawing = Image.open(BytesIO(preview(drawn))).convert("RGB")
    lower = with_drawing.crop((0, 350, 1200, 600)).getcolors(1 << 20)
    assert len(lower) > 2
