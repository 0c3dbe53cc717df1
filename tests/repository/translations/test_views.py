import csv

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community.accounts.roles import BROKERS, MODERATORS
from tests.factories import CaseStudyFactory, PracticeFactory, UserFactory
from tests.page import page_of
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db
OVERVIEW, CSV = "/admin/translations/", "/admin/translations/csv/"


def staff(role):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def moderator(client):
    user = staff(MODERATORS)
    client.force_login(user)
    return user


def titles(page):
    return [cell.select("a, span:not(.kind)")[0].text for cell in page.select(".states tbody th")]


def test_the_overview_shows_states_by_language(client, moderator):
    translated("practice", PracticeFactory(name="Parcels"))
    page = page_of(client.get(OVERVIEW, {"kind": "practice"}))
    [row] = page.select(".states tbody tr")
    assert [cell.text for cell in row.select("td")][1:] == [
        *["0", "Original", "Missing", "Not reviewed"],
        *["Missing"] * 4,
    ]
    assert row.one("th a")["href"].startswith("/admin/repository/practice/")
    head, complete, reviewed = page.one("table.shares").rows
    spanish = head.index("Spanish")
    assert (complete[spanish], reviewed[spanish]) == ("100% (1 of 1)", "0")


def test_unknown_filters_are_ignored(client, moderator):
    PracticeFactory(name="Parcels")
    parameters = {"kind": "x", "language": "xx", "state": "\0", "sort": "x", "p": "x"}
    assert titles(page_of(client.get(OVERVIEW, parameters | {"text": "Parc"}))) == ["Parcels"]
    assert titles(page_of(client.get(OVERVIEW, {"p": "9999"}))) == []


def test_staff_without_the_permission_have_no_actions(client):
    PracticeFactory()
    client.force_login(staff(BROKERS))
    page = page_of(client.get(OVERVIEW))
    assert page.select("fieldset.bulk, input[name=selected]") == []
    client.force_login(UserFactory())
    assert client.get(OVERVIEW).status_code in (302, 403)


def test_the_page_has_the_same_queries_for_any_number(client, moderator):
    counts = set()
    for _ in range(3):
        translated("practice", PracticeFactory())
        with CaptureQueriesContext(connection) as captured:
            client.get(OVERVIEW)
        about = [each for each in captured if "repository_original" in each["sql"]]
        assert len(about) == 3
        counts.add(len(captured))
    assert len(counts) == 1


def test_the_csv_file_has_the_whole_selection_and_no_formulas(client, moderator):
    translated("practice", PracticeFactory(name="=1+1"))
    PracticeFactory(name="Parcels")
    CaseStudyFactory(published=True)
    response = client.get(CSV, {"kind": "practice"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response.streaming_content).decode()
    assert text[0] == "\ufeff"
    head, *rows = csv.reader(text[1:].splitlines())
    assert head[:4] == ["Type", "Title", "Language of the original", "Page views"]
    assert [row[:4] for row in rows] == [
        ["Practice", "'=1+1", "English", "0"],
        ["Practice", "Parcels", "English", "0"],
    ]
    assert rows[0][head.index("Spanish")] == "Not reviewed"


def test_an_object_links_to_its_translations(client, moderator):
    practice = PracticeFactory(name="Parcels & ships")
    page = page_of(client.get(f"/admin/repository/practice/{practice.pk}/change/"))
    found = page_of(client.get(page.one(".object-tools").link("Translations")))
    assert titles(found) == ["Parcels & ships"]


def test_members_see_what_they_can_translate(client):
    translated("practice", PracticeFactory(name="Parcels"))
    PracticeFactory(name="Ships")
    client.force_login(UserFactory())
    page = page_of(client.get("/translations/", {"language": "es"}))
    assert [row.text for row in page.select(".translation-languages a")] == ["Ships"]
    assert page.one("main option[selected]")["value"] == "es"
    page = page_of(client.get("/translations/", {"language": "fr"}))
    assert [row.text for row in page.select(".translation-languages a")] == ["Parcels", "Ships"]
    assert page_of(client.get("/translations/", {"language": "xx"})).status == 200
