import pytest

from tests.factories import CaseStudyFactory, EvidenceFactory, PracticeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cases():
    made = [
        CaseStudyFactory(slug=slug, title=slug.title(), results=f"Of *{slug}*.", published=True)
        for slug in ("first", "second", "third")
    ]
    for case in made:
        EvidenceFactory(case=case, is_headline=True)
        case.practices.add(PracticeFactory())
    return made


def headings(page) -> list[str]:
    return [each.text for each in page.select("main section h2 a")]


def test_compare_two_cases(read, cases):
    page = read("/compare/?case=third&case=first")
    assert page.one(".lead").text == page.one("meta[name=description]")["content"]
    assert headings(page) == ["Third", "First"]
    assert [each["value"] for each in page.select("option[selected]")] == ["third", "first"]
    assert [each.text for each in page.select("main .prose em")] == ["third", "first"]


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("", []),
        ("?case=first", ["first"]),
        ("?case=first&case=first", ["first"]),
        ("?case=nothing&case=second", ["second"]),
        ("?case=%00&case=%F0%9F", []),
    ],
)
def test_let_the_reader_choose(read, cases, query, chosen):
    page = read(f"/compare/{query}")
    assert headings(page) == []
    assert [each["value"] for each in page.select("option[selected]")] == chosen
    assert len(page.select("option")) == 2 * (1 + len(cases))


def test_hide_drafts(read, cases):
    CaseStudyFactory(slug="draft", title="Hush")
    page = read("/compare/?case=first&case=draft")
    assert headings(page) == []
    assert "Hush" not in page.html


def test_ask_the_same_number_of_queries(client, cases, django_assert_num_queries):
    with django_assert_num_queries(5):
        client.get("/compare/?case=first&case=second")
    for case in cases:
        for _number in range(3):
            EvidenceFactory(case=case)
            case.practices.add(PracticeFactory())
    with django_assert_num_queries(5):
        client.get("/compare/?case=first&case=third")
