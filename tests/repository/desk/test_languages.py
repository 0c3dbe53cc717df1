"""Languages in the lists of the desk."""

import pytest
from django.contrib.admin.utils import get_fields_from_path

from tests.desk_client import DeskClient
from tests.desk_models import desks
from tests.factories import CaseStudyFactory, ReferenceFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(administrator):
    client = DeskClient()
    client.force_login(administrator)
    return client


def filters(desk, path: str) -> list[tuple[str, str]]:
    """The choices of the filter by language: their text, and what they filter by."""
    page = page_of(desk.get(path))
    links = [link for link in page.select("#changelist-filter a") if "language=" in link["href"]]
    return [(link.text.strip(), link["href"].split("language=")[1].split("&")[0]) for link in links]


def test_filter_by_the_name_of_a_language(desk):
    for language in ("fr", "pt", "de"):
        CaseStudyFactory(language=language)
    path = "/admin/repository/casestudy/"
    assert filters(desk, path) == [("French", "fr"), ("German", "de"), ("Portuguese", "pt")]
    page = page_of(desk.get(f"{path}?language=de"))
    chosen = [link.text.strip() for link in page.select("#changelist-filter .selected a")]
    assert "German" in chosen
    assert len(page.select("#result_list tbody tr")) == 1


def test_filter_what_has_no_language_and_count(desk):
    ReferenceFactory(language="")
    ReferenceFactory(language="en")
    path = "/admin/repository/reference/"
    assert filters(desk, path) == [("English", "en"), ("Not known", "")]
    found = filters(desk, f"{path}?_facets=True")
    assert found == [("English (1)", "en"), ("Not known (1)", "")]


def test_name_languages_in_all_lists():
    """Fields with choices have names already."""
    codes = []
    for model, options in desks().items():
        for name in options.list_filter:
            if isinstance(name, str) and name.endswith("language"):
                field = get_fields_from_path(model, name)[-1]
                codes += [] if field.choices else [(model.__name__, name)]
    assert codes == []


def test_name_the_language_of_canned_responses(desk):
    page = page_of(desk.get("/admin/community/cannedtext/"))
    cells = {cell.text.strip() for cell in page.select("#result_list td.field-language")}
    assert cells == {"English"}
