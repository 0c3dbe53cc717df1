"""An edit of a case makes only the pages again that show it."""

from types import SimpleNamespace

import pytest
from django.db import transaction

from repository.models import CaseStatus, CaseStudy, City, EditionPart, Theme
from repository.pages.editions import Part, Tokens, card_of, texts_of
from repository.pages.http import shows_only
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    EvidenceFactory,
    PracticeFactory,
    ThemeFactory,
)
from tests.kept_pages import get, made
from tests.page import page_of
from tests.races import Meeting

pytestmark = pytest.mark.django_db(transaction=True)


def is_made(path: str) -> bool:
    return made(lambda: get(path))[0]


@pytest.fixture
def edited(pages):
    """A case with a practice and a city, and another one."""
    practice, city = PracticeFactory(slug="own"), CityFactory(slug="own")
    CaseStudyFactory(published=True, slug="other", title="Another case")
    PracticeFactory(slug="another")
    case = CaseStudyFactory(published=True, slug="edited", title="Before", cities=[city])
    case.practices.add(practice)
    for path in ALL:
        get(path)
    return case


SHOWS_IT = ["/", "/cases/", "/cases/edited/", "/practices/own/", "/cities/own/"]
LISTS = ["/", "/cases/", "/practices/", "/cities/"]
OTHERS = ["/cases/other/", "/practices/", "/practices/another/", "/cities/", "/partnerships/"]
ALL = [*SHOWS_IT, *OTHERS]


def test_make_only_the_pages_with_an_edited_case(edited):
    CaseStudy.objects.filter(pk=edited.pk).update(title="After")
    assert {path: is_made(path) for path in OTHERS} == dict.fromkeys(OTHERS, False)
    for path in SHOWS_IT:
        assert "After" in page_of(get(path)).html
        assert not is_made(path)


def test_make_only_the_page_of_a_case_with_an_edited_section(edited):
    CaseStudy.objects.filter(pk=edited.pk).update(lessons="Ask first.")
    assert [path for path in ALL if is_made(path)] == ["/cases/edited/"]


def test_make_pages_with_the_cover_of_an_edited_figure(edited):
    EvidenceFactory(case=edited)
    assert [path for path in ALL if is_made(path)] == SHOWS_IT


def test_keep_the_etag_of_a_page_without_the_edited_case(edited):
    before = get("/cases/other/").headers["ETag"]
    CaseStudy.objects.filter(pk=edited.pk).update(title="After")
    assert get("/cases/other/").headers["ETag"] == before
    assert get("/cases/other/", if_none_match=before).status_code == 304
    before = get("/cases/edited/").headers["ETag"]
    CaseStudy.objects.filter(pk=edited.pk).update(title="Later")
    assert get("/cases/edited/", if_none_match=before).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda case: CaseStudy.objects.filter(pk=case.pk).update(status=CaseStatus.DRAFT),
        lambda case: case.delete(),
        lambda case: case.themes.add(ThemeFactory()),
        lambda case: CaseStudyFactory(published=True),
    ],
)
def test_make_all_lists_after_other_changes(edited, change):
    """And the pages that show the case: tests/repository/pages/test_published_cases.py."""
    change(edited)
    assert {path: is_made(path) for path in LISTS} == dict.fromkeys(LISTS, True)


def test_show_no_unpublished_case(edited):
    CaseStudy.objects.filter(pk=edited.pk).update(title="After", status=CaseStatus.DRAFT)
    assert get("/cases/edited/").status_code == 404
    for path in ("/", "/cases/", "/practices/own/", "/cities/own/"):
        html = page_of(get(path)).html
        assert ("Before" in html, "After" in html) == (False, False)


def test_sort_by_an_edited_title(edited):
    def titles():
        return [title.text for title in page_of(get("/cases/?sort=title")).select("h3")]

    assert titles() == ["Another case", "Before"]
    CaseStudy.objects.filter(slug="other").update(title="Zebras")
    assert titles() == ["Before", "Zebras"]


def test_depend_on_all_texts_if_one_changes_meanwhile():
    """The page may show an earlier text than the one that the token stands for."""
    request = SimpleNamespace(edition=Tokens.of({"case texts": "1"}, [Part.CASE_TEXTS]))
    same = SimpleNamespace(pk=1, card_token="a", own_token="c", texts_token="1")
    later = SimpleNamespace(pk=2, card_token="b", texts_token="2")
    shows_only(request, [same])
    assert request.cases_shown == {"card:1": "a"}
    shows_only(request, [], whole=[same])
    assert request.cases_shown == {"case:1": "c"}
    shows_only(request, [same, later])
    assert request.cases_shown is None


def test_read_only_declared_parts():
    edition = Tokens.of({"cases": "1"}, [Part.CASES])
    assert (edition[Part.CASES], edition[Part.EVERYTHING]) == ("1", "")
    with pytest.raises(KeyError):
        edition.only(Part.CASES, Part.PLACES)


def test_raise_the_parts_that_changed(edited):
    def tokens():
        return dict(EditionPart.objects.values_list("name", "token"))

    before = tokens()
    CaseStudy.objects.filter(pk=edited.pk).update(title="After")
    after = tokens()
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {Part.CASE_TEXTS, texts_of(edited.pk), card_of(edited.pk)}
    with transaction.atomic():
        City.objects.update(name="Renamed")
        Theme.objects.create(slug="new", name="New")
    changed = {name for name, token in tokens().items() if token != after.get(name)}
    assert changed == {Part.PLACES, Part.THEMES}


@pytest.mark.parametrize("_number", range(3))
def test_change_the_same_parts_in_different_orders(_number, edited):
    """Triggers raise the parts in these orders while both transactions are committed."""
    first, second = CityFactory(), CityFactory()
    one, two = ThemeFactory(), ThemeFactory()
    meeting = Meeting()

    def change(*rows):
        with transaction.atomic():
            for row in rows:
                row.name = f"{row.name} again"
                row.save()
            meeting.come()

    assert meeting.together(lambda: change(first, one), lambda: change(two, second)) == []
