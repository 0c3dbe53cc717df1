"""The draft of a memorandum as a Word document."""

from io import BytesIO

import docx
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from community.writing.attachments.office import office_kind
from partnerships.agreements.memorandum import memorandum
from partnerships.models import Representation
from partnerships.spaces.views import contacts
from repository.text.markdown import blocks
from tests.community.writing.drafts.cases import as_user
from tests.factories.partnerships import PlanFactory
from tests.partnerships.matches.pairs import pair
from tests.responses import close
from tests.sampling import examples

PLAN = """**Goal.** Ten village shops.

- A visit, [programme](https://city.example/a)
  - in *March*
1. First
2. Second

> quoted <b>& not bold</b> {{ 7 }}"""


@pytest.fixture
def both(db):
    return pair(introduced=True)


def opened(content: bytes):
    assert office_kind(content) == "docx"
    return docx.Document(BytesIO(content))


def lines(both) -> list[tuple[str, str]]:
    document = opened(memorandum(both.match, contacts(both.match)))
    return [(each.style.name, each.text) for each in document.paragraphs if each.text]


def test_contains_the_parties_and_the_plan(both):
    PlanFactory(match=both.match, text=PLAN, version=1)
    found = lines(both)
    assert found[0] == ("Title", "Memorandum of understanding")
    begin = found.index(("Heading 1", "2. What the cities do"))
    assert found[begin + 1 : begin + 7] == [
        ("Normal", "Goal. Ten village shops."),
        ("List Bullet", "A visit, programme (https://city.example/a)"),
        ("List Bullet 2", "in March"),
        ("List Number", "First"),
        ("List Number", "Second"),
        ("Normal", "quoted <b>& not bold</b> {{ 7 }}"),
    ]
    cities = [both.request.city, both.match.city]
    for city in cities:
        assert ("Normal", f"{city.name}, {city.country.name}") in found
    document = opened(memorandum(both.match, contacts(both.match)))
    people, signatures = document.tables
    assert [cell.text for cell in people.columns[0].cells] == [
        "City",
        *(city.name for city in cities),
    ]
    assert [cell.text for cell in signatures.rows[0].cells] == [f"For {c.name}" for c in cities]
    assert (document.core_properties.author, document.core_properties.comments) == ("", "")


def test_can_be_filled_in_without_a_plan_and_contacts(both):
    Representation.objects.update(status="ended")
    found = lines(both)
    begin = found.index(("Heading 1", "2. What the cities do"))
    assert found[begin + 1][1].startswith("…")


def test_leave_room_for_addresses_that_are_not_known(both):
    Representation.objects.filter(member=both.asking).update(official_email="")
    Representation.objects.filter(member=both.asked).update(status="ended")
    people = opened(memorandum(both.match, contacts(both.match))).tables[0]
    assert [cell.text[:3] for cell in people.columns[2].cells[1:]] == ["………", "………"]


def test_contains_the_official_addresses(both):
    people = opened(memorandum(both.match, contacts(both.match))).tables[0]
    assert [cell.text for cell in people.columns[2].cells] == [
        "Email address",
        "asking-1@city.example",
        "asked-1@city.example",
    ]


@examples(0.3)
@given(st.text(max_size=200))
def test_any_text_makes_a_valid_document(text):
    document = docx.Document()
    from partnerships.agreements import memorandum as made

    for block in blocks(text):
        made.add_block(document, block)
    made.add(document, text)
    out = BytesIO()
    document.save(out)
    opened(out.getvalue())


@pytest.mark.parametrize(
    "hostile",
    [
        "\0\x01\x0b\x1f\ufffe\ud800".encode("utf-16", "surrogatepass").decode(
            "utf-16", "surrogatepass"
        ),
        "</w:t></w:r><w:r><w:instrText>DDEAUTO c:\\\\x</w:instrText>",
        "]]><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;",
        "{% load x %}{{ settings.SECRET_KEY }}",
        "- " * 300 + "deep",
    ],
    ids=["control", "element", "entity", "template", "deep"],
)
def test_hostile_texts_stay_texts(hostile, both):
    both.match.plan = PlanFactory.build(match=both.match, text=hostile, version=1)
    both.match.request.title = hostile
    opened(memorandum(both.match, contacts(both.match)))


def test_in_the_language_of_the_reader(both):
    with translation.override("fr"):
        content = memorandum(both.match, contacts(both.match))
    style = opened(content).styles["Normal"].element.xml
    assert '<w:lang w:val="fr"/>' in style


@pytest.mark.parametrize(
    ("language", "attribute", "is_mirrored"),
    [("ar", 'w:bidi="ar"', True), ("zh", 'w:eastAsia="zh-Hans"', False)],
)
def test_set_other_scripts_in_their_direction(both, language, attribute, is_mirrored):
    with translation.override(language):
        document = opened(memorandum(both.match, contacts(both.match)))
    style = document.styles["Normal"].element.xml
    assert (attribute in style, "<w:bidi/>" in style) == (True, is_mirrored)
    assert not any(run.italic for each in document.paragraphs for run in each.runs)


def test_download_it_as_a_member_of_the_space(both, broker, stranger, moderator, client):
    path = f"/partnerships/matches/{both.match.pk}/memorandum/"
    for who in (both.asked, both.asking, broker):
        response = as_user(who).get(path)
        expected = {
            "Content-Disposition": f'attachment; filename="memorandum-{both.match.pk}.docx"',
            "X-Content-Type-Options": "nosniff",
        }
        assert {name: response.headers[name] for name in expected} == expected
        assert "no-store" in response.headers["Cache-Control"]
        opened(b"".join(response.streaming_content))
        close(response)
    for who in (stranger, moderator):
        assert as_user(who).get(path).status_code == 404
    assert client.get(path).status_code == 302
    browser = as_user(both.asked)
    assert browser.post(path).status_code == 405
    Representation.objects.filter(member=both.asked).update(status="ended")
    assert browser.get(path).status_code == 404
