import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from community.writing.drafts import completeness
from community.writing.drafts import documents as drafts_documents
from repository.cases.models import SECTIONS
from repository.models import Goal
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    EvidenceFactory,
    OrganizationFactory,
    PracticeFactory,
    ReferenceFactory,
    TagFactory,
    ThemeFactory,
    WebinarFactory,
)


def doc(**fields) -> dict:
    return drafts_documents.empty() | fields


def row(key, label) -> dict:
    return {"key": key, "label": label, "reference": "", "place": ""}


COUNTRIES = {1: ["KE", "BR"], 2: ["IN", "FR"]}


def linked(number: int) -> dict:
    """Two of each kind of object that a case links to."""
    return {
        "cities": CityFactory.create_batch(2),
        "countries": [CountryFactory(iso2=code) for code in COUNTRIES[number]],
        "organizations": OrganizationFactory.create_batch(2),
        "themes": ThemeFactory.create_batch(2),
        "goals": Goal.objects.filter(pk__in=[number, number + 9]),
        "practices": PracticeFactory.create_batch(2),
        "references": ReferenceFactory.create_batch(2),
        "tags": TagFactory.create_batch(2),
    }


@pytest.mark.parametrize("number", [1, 2])
def test_document_of_a_case_has_all_its_links(number, db):
    links = {each: linked(each) for each in (1, 2)}
    cases = {each: CaseStudyFactory(**links[each]) for each in links}
    # Of another kind, with the numbers of the cases.
    for case in cases.values():
        WebinarFactory(pk=case.pk, tags=[TagFactory()])
    figures = {each: EvidenceFactory.create_batch(2, case=cases[each]) for each in cases}
    own, found = links[number], drafts_documents.document_of(cases[number])
    assert {name: found[name] for name in ("tags", *drafts_documents.CHOICES)} == {
        "tags": ", ".join(sorted(tag.name for tag in own["tags"])),
        "cities": sorted(city.slug for city in own["cities"]),
        "countries": sorted(COUNTRIES[number]),
        "organizations": sorted(body.slug for body in own["organizations"]),
        "themes": sorted(theme.slug for theme in own["themes"]),
        "goals": [str(number), str(number + 9)],
        "practices": sorted(practice.slug for practice in own["practices"]),
    }
    for name, rows in (("references", own["references"]), ("evidence", figures[number])):
        assert [row["key"] for row in found[name]] == [str(row.pk) for row in rows]


def test_merge_keeps_the_changes_of_both():
    base = doc(title="T", cost="1", time="1", results="1")
    theirs = base | {"cost": "2", "results": "theirs"}
    mine = base | {"time": "2", "results": "mine"}
    merged, both = drafts_documents.merge(base, theirs, mine)
    assert merged == base | {"cost": "2", "time": "2", "results": "mine"}
    assert both == ["results"]


def test_merge_without_base_keeps_mine_and_joins_lists():
    merged, both = drafts_documents.merge(
        None, doc(cost="1", themes=["a"]), doc(cost="2", themes=["b"])
    )
    assert (merged["cost"], merged["themes"], both) == ("2", ["a", "b"], ["cost", "themes"])


def test_merge_rows_of_both():
    base = doc(evidence=[row("1", "a"), row("2", "b"), row("3", "c"), row("4", "d")])
    theirs = doc(evidence=[row("1", "a2"), row("2", "b"), row("4", "d2"), row("5", "new")])
    mine = doc(evidence=[row("1", "a"), row("2", "b3"), row("3", "c"), row("4", "d3")])
    merged, _both = drafts_documents.merge(base, theirs, mine)
    labels = [each["label"] for each in merged["evidence"]]
    # 3 they took away, 4 both changed.
    assert labels == ["a2", "b3", "d2", "d3", "new"]
    assert len({each["key"] for each in merged["evidence"]}) == 5


TEXTS = st.sampled_from(["", "a", "b"])
LISTS = st.lists(st.sampled_from(["x", "y", "z"]), unique=True).map(sorted)
DOCUMENTS = st.builds(doc, title=TEXTS, results=TEXTS, themes=LISTS, goals=LISTS)


# A busy machine may be slow at times.
@examples(deadline=None)
@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_merge_loses_nothing_of_mine(base, theirs, mine):
    merged, _both = drafts_documents.merge(base, theirs, mine)
    for name in drafts_documents.FIELDS:
        if mine[name] == base[name]:
            assert merged[name] == theirs[name]
        elif isinstance(mine[name], str):
            assert merged[name] == mine[name]
        else:
            assert set(mine[name]) <= set(merged[name])
    assert drafts_documents.merge(base, base, mine) == (mine, [])


def test_read_limits_the_input():
    sent = QueryDict(mutable=True)
    sent.update({"title": " A\x00B \r\n", "evidence-0-label": "x", "evidence-0-key": "<b>"})
    sent.setlist("cities", ["Lima", "", "Lima", "Quito"])
    for at in range(1, 99):
        sent[f"evidence-{at}-label"] = "y"
    document = drafts_documents.read_document(sent)
    assert (document["title"], document["cities"]) == ("AB", ["Lima", "Quito"])
    assert len(document["evidence"]) == drafts_documents.MAX_ROWS["evidence"]
    assert document["evidence"][0]["key"].startswith("n")
    sent["challenge"] = "x" * 200_000
    with pytest.raises(drafts_documents.TooLong):
        drafts_documents.read_document(sent)


def test_read_text_pasted_from_documents():
    sent = QueryDict(mutable=True)
    sent["challenge"] = "One line\x0bthe next\x0ca page\r\n\x01\x1b\x7fand\ta tab"
    assert (
        drafts_documents.read_document(sent)["challenge"]
        == "One line\nthe next\na page\nand\ta tab"
    )


def test_questions_of_reviewers():
    empty = completeness.meter(doc())
    assert (empty.met, empty.per_cent, len(empty.open)) == (0, 0, empty.all)
    words = "word " * 30
    full = doc(
        **dict.fromkeys([*SECTIONS, "title", "summary", "cost", "time"], words),
        cities=["lima"],
        themes=["ports"],
        proposed=[{"key": "n", "name": "X", "summary": ""}],
        references=[{"key": "n"}],
        evidence=[row("1", "a") | {"place": "page 3"}],
    )
    assert completeness.meter(full).open == []
    for name, lacking in {
        "what_did_not_work": "",
        "preconditions": "",
        "evidence": [row("1", "a")],
        "challenge": "few words",
    }.items():
        asked = completeness.meter(full | {name: lacking}).open
        assert [question.key for question in asked] == [name]


def test_missing_essentials_are_few():
    least = doc(title="T", summary="S", countries=["KE"], themes=["ports"], solution="One form.")
    assert completeness.missing_essentials(least) == []
    assert completeness.missing_essentials(least | {"themes": []}) == ["a theme"]
