from io import BytesIO
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult
from PIL import Image

from repository.cases import actions, previews
from repository.cases.preview_cache import draw_previews
from repository.cases.previews import (
    FONTS,
    HEIGHT,
    INKS,
    OTHERS,
    SANS,
    SERIF,
    WIDTH,
    font,
    font_for,
    has_letters,
    land,
    lines,
    outlines,
)
from repository.models import TranslatedParagraph
from tests.factories import CaseStudyFactory, CityFactory, EvidenceFactory, ThemeFactory
from tests.page import page_of
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    city = CityFactory(latitude=34.8, longitude=113.6)
    theme = ThemeFactory(slug="finance")
    case = CaseStudyFactory(published=True, slug="rail", cities=[city], themes=[theme])
    EvidenceFactory(case=case, value=20, label="of firms", unit="%", is_headline=True)
    return case


def image_of(response) -> Image.Image:
    return Image.open(BytesIO(response.content)).convert("RGB")


def test_draw_the_cover_for_previews_of_links(client, case):
    response = client.get("/cases/rail/cover.png")
    assert response["Content-Type"] == "image/png"
    assert len(response.content) < 100_000
    image = image_of(response)
    assert image.size == (WIDTH, HEIGHT)
    hue, wash = (tuple(bytes.fromhex(ink[1:])) for ink in INKS["money"])
    assert image.getpixel((600, 5)) == pytest.approx(hue, abs=6)
    assert image.getpixel((20, 600)) == pytest.approx(wash, abs=6)
    # The second of ten discs is solid, the third is not.
    solid, tinted = image.getpixel((64 + 176, 538)), image.getpixel((64 + 278, 538))
    assert solid == pytest.approx(hue, abs=6)
    assert tinted != pytest.approx(hue, abs=40)


def test_shared_caches_do_not_keep_the_preview_of_a_case_that_is_withdrawn(client, case):
    cached = client.get("/cases/rail/cover.png").headers["Cache-Control"]
    # As for pages: decision 52.
    assert cached.split(", ") == ["public", "max-age=3600", "s-maxage=1"]


def test_change_the_preview_with_the_case(client, case):
    before = client.get("/cases/rail/cover.png").content
    assert client.get("/cases/rail/cover.png").content == before
    case.evidence.update(value=70)
    assert client.get("/cases/rail/cover.png").content != before


def test_name_the_preview_on_the_page(client, case):
    page = page_of(client.get("/cases/rail/"))
    [tag] = page.select("meta[property='og:image']")
    assert tag["content"] == "http://testserver/cases/rail/cover.png"


def test_draw_a_case_without_figures_by_its_place(client):
    CaseStudyFactory(published=True, slug="plain")
    assert image_of(client.get("/cases/plain/cover.png")).size == (WIDTH, HEIGHT)


@pytest.mark.parametrize("face", [SERIF, SANS])
@pytest.mark.parametrize(
    ("text", "is_written"),
    [
        ("4 874 930 · 1,5 × 20 % → €", True),
        ("Élargir l’accès à São Paulo, Đà Nẵng, Łódź et İzmir…", True),
        ("Доля предприятий", True),
        ("企业数量", False),
        ("عدد الشركات", False),
    ],
)
def test_write_text_that_the_fonts_have(face, text, is_written):
    assert has_letters(font(FONTS / face, 66), text) is is_written


@pytest.mark.parametrize("face", [SERIF, SANS])
def test_use_a_font_of_the_system_for_other_letters(face, monkeypatch):
    text = "عدد الشركات: 20٪"
    ours, system = FONTS / face, OTHERS[face][0]
    assert Path(font_for(text, face, 66).path).name == system
    assert Path(font_for("20 %", face, 66).path) == ours
    monkeypatch.setattr(previews, "OTHERS", {face: ("missing.ttf",)})
    assert font_for(text, face, 66) is None


def test_write_arabic_only_in_its_direction(monkeypatch):
    written = font(OTHERS[SANS][0], 66)
    assert has_letters(written, "عدد")
    monkeypatch.setattr(previews.features, "check", lambda name: name != "fribidi")
    assert not has_letters(written, "عدد")
    assert has_letters(written, "Days")


def test_break_chinese_at_any_character():
    assert lines("Days at the border", 12) == ["Days at the", "border"]
    assert lines("企业数量，口岸 20 天", 10) == ["企业数量，", "口岸 20 天"]


def test_draw_the_figure_in_the_language_of_the_reader(client, case):
    translated("case", case)
    english = client.get("/cases/rail/cover.png").content
    assert client.get("/es/cases/rail/cover.png").content != english
    TranslatedParagraph.objects.filter(field="figure-label").update(text="of firms")
    assert client.get("/es/cases/rail/cover.png").content == english


def test_change_the_preview_with_the_label_of_its_figure(client, case):
    before = client.get("/cases/rail/cover.png").content
    case.evidence.update(label="of shops")
    assert client.get("/cases/rail/cover.png").content != before


def test_read_the_outlines_of_a_path():
    assert list(outlines("M1 2h3v4h-3z")) == [[(1, 2), (4, 2), (4, 6), (1, 6)]]
    assert list(outlines("M1 1L5 6M0 0h2")) == [[(1, 1), (5, 6)], [(0, 0), (2, 0)]]


def test_read_the_land():
    assert len(land()) > 50
    assert all(-5 <= x <= 965 for ring in land() for x, _y in ring)


def waiting() -> list[dict]:
    tasks = DBTaskResult.objects.ready().filter(task_path=draw_previews.module_path)
    return [task.args_kwargs["kwargs"] for task in tasks]


@pytest.mark.django_db(transaction=True)
def test_draw_the_preview_in_the_background_when_the_case_changes(client, moderator, monkeypatch):
    case = CaseStudyFactory(slug="rail")
    figure = EvidenceFactory(case=case, value=20, label="of firms", unit="%", is_headline=True)
    assert waiting() == []
    actions.publish(case=case, by=moderator)
    assert waiting() == [{"case": case.pk}]
    actions.choose_cover(case=case, figure=figure, drawn_as="share", by=moderator)
    assert len(waiting()) == 2
    draw_previews.call(case=case.pk)
    # It is there in each language: nothing is drawn for a request.
    monkeypatch.delattr(previews, "preview")
    for path in ("/cases/rail/cover.png", "/fr/cases/rail/cover.png"):
        assert image_of(client.get(path)).size == (WIDTH, HEIGHT)


@pytest.mark.django_db(transaction=True)
def test_draw_nothing_for_a_draft(moderator):
    case = CaseStudyFactory(slug="rail")
    figure = EvidenceFactory(case=case, value=20, label="of firms", unit="%", is_headline=True)
    actions.choose_cover(case=case, figure=figure, drawn_as="share", by=moderator)
    assert waiting() == []
