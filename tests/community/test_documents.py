import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from community import completeness, documents
from repository.models.case_study import SECTIONS


def doc(**fields) -> dict:
    return documents.empty() | fields


def row(key, label) -> dict:
    return {"key": key, "label": label, "reference": "", "place": ""}


def test_merge_takes_from_each_what_it_alone_changed():
    base = doc(title="T", cost="1", time="1", results="1")
    theirs = base | {"cost": "2", "results": "theirs"}
    mine = base | {"time": "2", "results": "mine"}
    merged, both = documents.merge(base, theirs, mine)
    assert merged == base | {"cost": "2", "time": "2", "results": "mine"}
    assert both == ["results"]


def test_merge_without_base_keeps_mine_and_joins_lists():
    merged, both = documents.merge(None, doc(cost="1", themes=["a"]), doc(cost="2", themes=["b"]))
    assert (merged["cost"], merged["themes"], both) == ("2", ["a", "b"], ["cost", "themes"])


def test_merge_rows_of_both():
    base = doc(evidence=[row("1", "a"), row("2", "b"), row("3", "c"), row("4", "d")])
    theirs = doc(evidence=[row("1", "a2"), row("2", "b"), row("4", "d2"), row("5", "new")])
    mine = doc(evidence=[row("1", "a"), row("2", "b3"), row("3", "c"), row("4", "d3")])
    merged, _both = documents.merge(base, theirs, mine)
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
    merged, _both = documents.merge(base, theirs, mine)
    for name in documents.FIELDS:
        if mine[name] == base[name]:
            assert merged[name] == theirs[name]
        elif isinstance(mine[name], str):
            assert merged[name] == mine[name]
        else:
            assert set(mine[name]) <= set(merged[name])
    assert documents.merge(base, base, mine) == (mine, [])


def test_read_bounds_what_is_sent():
    sent = QueryDict(mutable=True)
    sent.update({"title": " A\x00B \r\n", "evidence-0-label": "x", "evidence-0-key": "<b>"})
    sent.setlist("cities", ["Lima", "", "Lima", "Quito"])
    for at in range(1, 99):
        sent[f"evidence-{at}-label"] = "y"
    document = documents.read(sent)
    assert (document["title"], document["cities"]) == ("AB", ["Lima", "Quito"])
    assert len(document["evidence"]) == documents.MOST_ROWS["evidence"]
    assert document["evidence"][0]["key"].startswith("n")
    sent["challenge"] = "x" * 200_000
    with pytest.raises(documents.TooLong):
        documents.read(sent)


def test_read_what_word_processors_and_pdfs_paste():
    sent = QueryDict(mutable=True)
    sent["challenge"] = "One line\x0bthe next\x0ca page\r\n\x01\x1b\x7fand\ta tab"
    assert documents.read(sent)["challenge"] == "One line\nthe next\na page\nand\ta tab"


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


def test_hindrances_are_few():
    least = doc(title="T", summary="S", countries=["KE"], themes=["ports"], solution="One form.")
    assert completeness.hindrances(least) == []
    assert completeness.hindrances(least | {"themes": []}) == ["a theme"]
