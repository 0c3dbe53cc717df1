"""The pages of saved pages: private, and without the content of what is no longer public."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.models import Collection, SavedItem
from repository.models import CaseStudy, Practice, Webinar
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CollectionFactory,
    PracticeFactory,
    RecommendationFactory,
    SavedItemFactory,
    WebinarFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseStudyFactory(published=True, slug="parcels", title="Parcels by train")


@pytest.fixture
def reader(client, member):
    client.force_login(member)
    return client


def titles(page) -> list[str]:
    return [heading.text for heading in page.select(".saved-page h2")]


# The button


def subjects() -> list:
    return [
        CaseStudyFactory(published=True),
        PracticeFactory(),
        WebinarFactory(),
        RecommendationFactory(),
        CityFactory(),
    ]


def test_save_from_the_page(reader, member):
    for subject in subjects():
        path = subject.get_absolute_url()
        page = page_of(reader.get(path))
        [form] = [form for form in page.forms if "/collections/save/" in form.action]
        assert (form.buttons, form.method) == (["Save"], "post")
        assert reader.post(form.action).url == path
        item = SavedItem.objects.get(member=member, object_id=subject.pk)
        page = page_of(reader.get(path))
        assert page.one("a.is-saved")["href"] == f"/collections/items/{item.pk}/"
        assert not [form for form in page.forms if "/collections/save/" in form.action]
        # A second click, from a page that was still open.
        assert reader.post(form.action).url == path
        assert SavedItem.objects.count() == 1
        item.delete()


def test_lead_visitors_to_sign_in_and_back(client):
    for subject in subjects():
        path = subject.get_absolute_url()
        page = page_of(client.get(path))
        link = next(link for link in page.main.select("a") if link.text == "Save")
        quoted = path.replace("/", "%2F")
        assert link["href"] == f"/accounts/login/?next={quoted}"
        assert client.post("/collections/save/practice/1/").url.startswith("/accounts/login/")


def test_offer_no_button_on_what_is_not_public(reader, member):
    draft = CaseStudyFactory(authors=[member])
    assert "/collections/" not in page_of(reader.get(draft.get_absolute_url())).main.html
    assert reader.post(f"/collections/save/case/{draft.pk}/").status_code == 302
    other = CaseStudyFactory()
    for path in (f"case/{other.pk}", "case/0", "member/1", "theme/1", "unknown/1"):
        assert reader.post(f"/collections/save/{path}/").status_code == 404
    assert SavedItem.objects.count() == 0


# Collections


def test_create_fill_rename_and_delete_a_collection(reader, member, case):
    reader.post(f"/collections/save/case/{case.pk}/")
    page = page_of(reader.post("/collections/", {"name": "  Port   project "}, follow=True))
    assert (page.messages, page.one("h1").text) == (["Collection created."], "Port project")
    port, item = Collection.objects.get(), SavedItem.objects.get()
    sent = {"note": "Ask about <customs>.", "collection": port.pk, "new_collection": ""}
    page = page_of(reader.post(f"/collections/items/{item.pk}/", sent, follow=True))
    assert (page.messages, page.one("h1").text) == (["Changes saved."], "Port project")
    assert titles(page) == ["Parcels by train"]
    assert page.one(".words").text == "Ask about <customs>."
    assert titles(page_of(reader.get("/collections/saved/"))) == []
    page = page_of(reader.get("/collections/"))
    assert [row.text for row in page.main.select(".list h2")] == ["Saved", "Port project"]
    page = page_of(reader.post(f"/collections/{port.pk}/edit/", {"name": "Our port"}, follow=True))
    assert (page.messages, page.one("h1").text) == (["Collection renamed."], "Our port")
    assert "its 1 saved page" in page_of(reader.get(f"/collections/{port.pk}/delete/")).text
    assert Collection.objects.count() == 1
    page = page_of(reader.post(f"/collections/{port.pk}/delete/", follow=True))
    assert page.messages == ["Collection “Our port” deleted."]
    assert (Collection.objects.count(), SavedItem.objects.count()) == (0, 0)
    assert reader.post(f"/collections/{port.pk}/delete/").status_code == 404


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "Enter a name for the collection"),
        ("  ", "Enter a name for the collection"),
        ("a" * 81, "Name must be 80 characters or fewer"),
        ("PORT", "You already have a collection with this name."),
    ],
)
def test_refuse_names_at_the_form(reader, member, name, error):
    port = CollectionFactory(member=member, name="Port")
    rail = CollectionFactory(member=member, name="Rail")
    for path in ("/collections/", f"/collections/{rail.pk}/edit/"):
        page = page_of(reader.post(path, {"name": name}))
        assert error in page.errors + page.alerts
    # Its own name, in other letters.
    reader.post(f"/collections/{port.pk}/edit/", {"name": "PORT"})
    assert sorted(Collection.objects.values_list("name", flat=True)) == ["PORT", "Rail"]


def test_move_to_a_new_collection(reader, member, case):
    item = SavedItemFactory(member=member, subject=case)
    sent = {"note": "", "collection": "", "new_collection": "Rail"}
    page = page_of(reader.post(f"/collections/items/{item.pk}/", sent, follow=True))
    assert (page.one("h1").text, titles(page)) == ("Rail", ["Parcels by train"])
    # What was typed stays when it is refused.
    sent = {"note": "Typed", "collection": "", "new_collection": "rail"}
    page = page_of(reader.post(f"/collections/items/{item.pk}/", sent))
    assert page.form(f"/collections/items/{item.pk}/").fields["note"] == "Typed"
    assert SavedItem.objects.get().note == ""


def test_refuse_a_collection_of_somebody_else_and_a_long_note(reader, member, colleague, case):
    item = SavedItemFactory(member=member, subject=case)
    theirs = CollectionFactory(member=colleague)
    sent = {"note": "a" * 1001, "collection": theirs.pk, "new_collection": ""}
    page = page_of(reader.post(f"/collections/items/{item.pk}/", sent))
    assert {"Note must be 1000 characters or fewer", "Choose a collection"} <= {*page.errors}
    item.refresh_from_db()
    assert (item.note, item.collection) == ("", None)


def test_remove(reader, member, case):
    port = CollectionFactory(member=member, name="Port")
    item = SavedItemFactory(member=member, subject=case, collection=port)
    page = page_of(reader.get(f"/collections/{port.pk}/"))
    form = page.form(f"/collections/items/{item.pk}/remove/")
    page = page_of(reader.post(form.action, follow=True))
    assert (page.messages, page.one("h1").text) == (
        ["Page removed from your collections."],
        "Port",
    )
    assert reader.post(form.action).url == "/collections/"
    assert SavedItem.objects.count() == 0


def test_list_the_newest_first_in_pages(reader, member):
    for number in range(31):
        SavedItemFactory(member=member, subject=PracticeFactory(name=f"Practice {number}"))
    page = page_of(reader.get("/collections/saved/"))
    assert titles(page) == [f"Practice {number}" for number in range(30, 0, -1)]
    assert titles(page_of(reader.get("/collections/saved/?page=2"))) == ["Practice 0"]
    assert len(page_of(reader.get("/collections/saved/print/")).select(".to-print li")) == 31


# Privacy


def test_collections_are_private(reader, colleague, case):
    theirs = CollectionFactory(member=colleague, name="Secret")
    item = SavedItemFactory(member=colleague, subject=case, collection=theirs, note="Secret")
    for path in ("", "saved/", "saved/print/", "saved/pages.csv"):
        assert b"Secret" not in reader.get(f"/collections/{path}").content
    assert "is-saved" not in reader.get(case.get_absolute_url()).content.decode()
    base = f"/collections/{theirs.pk}"
    for path in (f"{base}/", f"{base}/print/", f"{base}/pages.csv", f"{base}/edit/"):
        assert reader.get(path).status_code == 404
    for path in (f"{base}/delete/", f"{base}/edit/", f"/collections/items/{item.pk}/"):
        assert reader.post(path, {"name": "Mine"}).status_code == 404
    assert reader.post(f"/collections/items/{item.pk}/remove/").url == "/collections/"
    visitor = Client()
    for path in ("", "saved/", f"{theirs.pk}/", f"{theirs.pk}/pages.csv", f"items/{item.pk}/"):
        response = visitor.get(f"/collections/{path}")
        assert response.url.startswith("/accounts/login/?next=/collections/")
    assert SavedItem.objects.get().note == "Secret"


def withdraw_all(case, webinar, practice) -> None:
    CaseStudy.objects.filter(pk=case.pk).update(status="archived", archived_reason="Over.")
    Webinar.objects.filter(pk=webinar.pk).update(status="draft")
    Practice.objects.filter(pk=practice.pk).delete()


def test_show_nothing_of_what_is_no_longer_public(reader, member, case):
    case.authors.add(member)
    webinar, practice = WebinarFactory(title="Quiet hour"), PracticeFactory(name="Gone practice")
    items = [
        SavedItemFactory(member=member, subject=subject, note=f"Note {number}")
        for number, subject in enumerate((case, webinar, practice))
    ]
    paths = ["saved/", "saved/print/", "saved/pages.csv"]
    paths += [f"items/{item.pk}/" for item in items]
    before = "".join(reader.get(f"/collections/{path}").content.decode() for path in paths)
    withdraw_all(case, webinar, practice)
    after = "".join(reader.get(f"/collections/{path}").content.decode() for path in paths)
    for words in ("Parcels by train", "/cases/parcels/", "Quiet hour", "Gone practice"):
        assert words in before
        assert words not in after
    page = page_of(reader.get("/collections/saved/"))
    assert titles(page) == ["No longer available"] * 3
    assert [note.text for note in page.select(".words")] == ["Note 2", "Note 1", "Note 0"]
    page = page_of(reader.post(f"/collections/items/{items[0].pk}/remove/", follow=True))
    assert titles(page) == ["No longer available"] * 2


# Taking it along


def test_download_csv(reader, member, case):
    port = CollectionFactory(member=member, name="Our port")
    note = '=HYPERLINK("x"), two'
    item = SavedItemFactory(member=member, subject=case, collection=port, note=note)
    SavedItemFactory(member=member, subject=PracticeFactory())
    response = reader.get(f"/collections/{port.pk}/pages.csv")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="our-port-')
    assert "no-store" in response.headers["Cache-Control"]
    header, *rows = csv.reader(StringIO(response.content.decode().removeprefix("\ufeff")))
    assert header == [
        *("Type", "Title", "Place", "Summary", "URL", "Note", "Saved on", "As of"),
    ]
    [row] = rows
    assert row[:2] == ["Case", "Parcels by train"]
    assert row[3:5] == [case.summary, "http://testserver/cases/parcels/"]
    # A spreadsheet must not run it.
    assert row[5] == f"'{note}"
    assert row[6] == item.created_at.date().isoformat()


def test_name_the_file_of_a_collection_in_any_script(reader, member):
    port = CollectionFactory(member=member, name="港口")
    response = reader.get(f"/collections/{port.pk}/pages.csv")
    assert 'filename="collection-' in response.headers["Content-Disposition"]


def test_print_with_notes_and_urls(reader, member, case):
    SavedItemFactory(member=member, subject=case, note="For Monday.")
    row = page_of(reader.get("/collections/saved/print/")).one(".to-print li")
    assert "For Monday." in row.lines
    assert row.one(".url").text == "http://testserver/cases/parcels/"


# Queries


@pytest.mark.parametrize("path", ["", "saved/", "saved/print/", "saved/pages.csv"])
def test_lists_ask_the_same_number_of_queries(reader, member, path):
    def add():
        CollectionFactory(member=member)
        for subject in subjects():
            SavedItemFactory(member=member, subject=subject)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert reader.get(f"/collections/{path}").status_code == 200
        return len(asked)

    add()
    count()
    one = count()
    add()
    add()
    assert count() == one
