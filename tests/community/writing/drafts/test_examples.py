"""Examples beside the form of a case: quoted from what the collection has published."""

import pytest

from repository.pages.editions import forget_all
from tests.factories import CaseStudyFactory, EvidenceFactory, ReferenceFactory, SeriesFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(client, member):
    client.force_login(member)
    return lambda: client.get("/cases/new/").context


def test_quote_what_the_collection_has_published(form):
    series = SeriesFactory()
    case = CaseStudyFactory(
        published=True,
        series=series,
        title="Trains",
        challenge="Goods *waited*. " * 40,
        setting="Rail hub",
    )
    CaseStudyFactory(published=True, title="Of a member", lessons="Not quoted.")
    CaseStudyFactory(series=series, title="A draft", results="Not quoted.")
    EvidenceFactory(case=case, label="without a source")
    EvidenceFactory(case=case, label="trains", value=77, unit="trains", period="2019", place="p. 3")
    case.references.add(ReferenceFactory(title="Rails", year=2019))
    context = form()
    found = context["examples"]
    assert {name: each.title for name, each in found.items()} == dict.fromkeys(
        ["challenge", "solution", "results", "summary", "setting", "evidence", "references"],
        "Trains",
    )
    assert found["challenge"].words.startswith("Goods waited. Goods")
    assert len(found["challenge"].words.split()) == 45
    cells = {
        table: [(str(label), text) for label, text in rows]
        for table, rows in context["example_cells"].items()
    }
    assert cells["evidence"] == [
        ("What it measures", "trains"),
        ("Value", "77"),
        ("Unit", "trains"),
        ("Year or period", "2019"),
        ("Page or table, or another source", "p. 3"),
    ]
    assert ("Authors, like “Family name, given name; …”", "Bureau of Commerce") in cells[
        "references"
    ]


def test_show_the_form_where_nothing_is_published(form):
    forget_all()
    context = form()
    assert (context["examples"], context["example_cells"]) == ({}, {})
