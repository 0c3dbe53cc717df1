"""The feed against RFC 4287, as a reader's program takes it."""

from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from repository.models import CaseStudy
from repository.pages.feeds import CaseFeed
from tests.factories import CaseStudyFactory, ThemeFactory

pytestmark = pytest.mark.django_db
ATOM = {"": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def feed(client):
    def feed(path="/feeds/cases.atom"):
        response = client.get(path)
        assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
        return ElementTree.fromstring(response.content)

    return feed


def texts(element, *names):
    return [element.findtext(name, namespaces=ATOM) for name in names]


def test_describe_feed_and_entry(feed):
    case = CaseStudyFactory(
        published=True,
        slug="trains",
        title="R&D by <rail>",
        summary="R&D is <not> HTML.",
        themes=[ThemeFactory(name="Logistics"), ThemeFactory(name="Customs")],
    )
    CaseStudy.objects.filter(pk=case.pk).update(updated_at=datetime(2022, 5, 6, tzinfo=UTC))
    root = feed()
    assert texts(root, "title", "subtitle", "updated", "author/name") == [
        "South-South City Exchange: new cases",
        str(CaseFeed.subtitle),
        "2022-05-06T00:00:00+00:00",
        "South-South City Exchange",
    ]
    assert {link.get("rel"): link.get("href") for link in root.findall("link", ATOM)} == {
        "alternate": "http://testserver/cases/",
        "self": "http://testserver/feeds/cases.atom",
    }
    (entry,) = root.findall("entry", ATOM)
    # Readers take the summary for HTML: what they show is what was written.
    assert texts(entry, "title", "id", "published", "updated", "summary") == [
        "R&D by <rail>",
        "http://testserver/cases/trains/",
        "2021-03-01T09:00:00+00:00",
        "2022-05-06T00:00:00+00:00",
        "R&amp;D is &lt;not&gt; HTML.",
    ]
    assert entry.find("summary", ATOM).get("type") == "html"
    assert [category.get("term") for category in entry.findall("category", ATOM)] == [
        "Logistics",
        "Customs",
    ]
    assert entry.find("link", ATOM).get("href") == "http://testserver/cases/trains/"


def test_leave_out_what_no_xml_holds(feed):
    CaseStudyFactory(published=True, title="One\x0bcounter", summary="Pasted\x01 from\x0ca page.")
    (entry,) = feed().findall("entry", ATOM)
    assert texts(entry, "title", "summary") == ["One counter", "Pasted  from a page."]


def test_list_what_is_published_newest_first(feed):
    CaseStudyFactory(title="Draft")
    CaseStudyFactory(archived=True, title="Gone")
    for number in range(32):
        CaseStudyFactory(published=True, title=f"Case {number}")
    entries = feed().findall("entry", ATOM)
    assert [texts(entry, "title")[0] for entry in entries] == [
        f"Case {number}" for number in range(31, 1, -1)
    ]


def test_give_every_entry_what_atom_asks_for(feed):
    for _ in range(3):
        CaseStudyFactory(published=True)
    root = feed()
    ids = [texts(entry, "id")[0] for entry in root.findall("entry", ATOM)]
    assert len(set(ids)) == 3
    for element in [root, *root.findall("entry", ATOM)]:
        for name in ("id", "title", "updated"):
            assert (name, len(element.findall(name, ATOM))) == (name, 1)


def test_describe_empty_feed(feed):
    root = feed()
    assert root.findall("entry", ATOM) == []
    assert texts(root, "id") == ["http://testserver/cases/"]


def test_speak_the_language_of_the_reader(feed):
    theme = ThemeFactory(name="Customs", names={"fr": "Douane"})
    CaseStudyFactory(published=True, themes=[theme], language="es")
    root = feed("/fr/feeds/cases.atom")
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    assert root.get(language) == "fr"
    # A case stays in its own.
    assert root.find("entry", ATOM).get(language) == "es"
    assert root.find("entry/category", ATOM).get("term") == "Douane"
