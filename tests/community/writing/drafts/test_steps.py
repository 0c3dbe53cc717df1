"""The five steps in which a case is written."""

import pytest

from community.models import WorkingCopy
from community.writing.drafts import actions as drafts_actions
from community.writing.drafts import documents as drafts_documents
from community.writing.drafts import steps
from community.writing.drafts.completeness import MIN_WORDS, meter, word_count
from repository.models import CaseStudy
from tests.community.writing.drafts.cases import as_user, base_of, fields_of, posted, whole
from tests.factories import PracticeFactory
from tests.page import page_of

NEW = "/cases/new/"
FIGURE = dict.fromkeys(drafts_documents.ROWS["evidence"], "")
SOURCE = dict.fromkeys(drafts_documents.ROWS["references"], "")


@pytest.fixture
def case(member):
    return drafts_actions.create_draft(document=whole(), by=member, token="first")


def edit_of(case) -> str:
    return f"/cases/{case.slug}/edit/"


def sent_from(step, *, member, case=None, document=None, **more) -> dict:
    """What a button of a step sends: all fields, and which step was shown."""
    document = document or drafts_documents.document_of(case)
    sent = posted(document, member=member, case=case, base=base_of(case) if case else "", step=step)
    del sent["save"]
    return sent | more


def shown_parts(response) -> list[str]:
    parts = page_of(response).select(".parts > section")
    return [part["id"] for part in parts if "hidden" not in part.attributes]


def test_every_field_is_in_one_step():
    fields = [field for step in steps.STEPS for field in step.fields]
    assert sorted(fields) == sorted(drafts_documents.FIELDS)
    assert [step.number for step in steps.STEPS] == [1, 2, 3, 4, 5]


def test_show_one_step_and_send_all_fields(case, member):
    response = as_user(member).get(f"{edit_of(case)}?step=3")
    assert shown_parts(response) == ["part-story"]
    assert fields_of(response)["title"] == case.title
    current = page_of(response).one(".steps [aria-current]")
    assert current.text.startswith("3")
    buttons = page_of(response).select(".steps button")
    assert [button["value"] for button in buttons] == ["1", "2", "4", "5"]


def test_name_each_row_where_it_is_folded(member):
    figure = FIGURE | {"key": "n0", "label": "Days at the port", "value": "20", "unit": "days"}
    source = SOURCE | {"key": "n1", "title": "Ports in figures", "doi": "10.1000/182"}
    document = whole(evidence=[figure], references=[source])
    case = drafts_actions.create_draft(document=document, by=member, token="rows")
    page = page_of(as_user(member).get(f"{edit_of(case)}?step=4"))
    named = [row.text for row in page.select("details.row > summary bdi")]
    assert named == ["Days at the port: 20 days", "Ports in figures: 10.1000/182"]


def test_open_a_case_at_the_first_step_with_a_gap(case, member):
    client = as_user(member)
    assert client.get(NEW).context["step"].key == "brief"
    assert client.get(edit_of(case)).context["step"].key == "story"
    assert client.get(f"{edit_of(case)}?step=cost").context["step"].key == "practices"
    assert client.get(f"{edit_of(case)}?step=9").context["step"].key == "brief"


def test_continue_saves_and_leads_to_the_next_step(member):
    client = as_user(member)
    sent = sent_from("1", member=member, document=whole(title="By rail"), **{"continue": "1"})
    response = client.post(NEW, sent)
    case = CaseStudy.objects.get()
    path, _question, query = response.headers["Location"].partition("?")
    assert (path, query.endswith("step=2")) == (edit_of(case), True)
    page = client.get(response.headers["Location"])
    assert (page_of(page).messages, WorkingCopy.objects.count()) == ([], 0)
    assert page.context["saved_at"] == case.updated_at


def test_continue_stays_where_an_answer_is_wrong(member):
    client = as_user(member)
    sent = sent_from("1", member=member, document=whole(title=""), **{"continue": "1"})
    page = page_of(client.post(NEW, sent))
    assert page.title.startswith("Error")
    assert page.one(".error-summary a")["href"] == "#id_title"
    assert shown_parts(client.post(NEW, sent)) == ["part-brief"]
    # In another step it stops nobody, and the text is kept.
    response = client.post(NEW, sent | {"step": "3"})
    copy = WorkingCopy.objects.get()
    assert response.headers["Location"] == f"{NEW}?step=4&copy={copy.token}"
    again = client.get(response.headers["Location"])
    assert (again.context["step"].number, fields_of(again)["challenge"]) == (
        4,
        copy.document["challenge"],
    )


def test_saving_shows_the_steps_with_errors(case, member):
    document = drafts_documents.document_of(case) | {
        "cities": ["Atlantis"],
        "evidence": [FIGURE | {"key": "n1", "label": "days"}],
    }
    sent = sent_from("3", member=member, case=case, document=document, save="1")
    response = as_user(member).post(edit_of(case), sent)
    assert shown_parts(response) == ["part-places", "part-story", "part-figures"]
    links = [link["href"] for link in page_of(response).select(".error-summary a")]
    assert links == ["#id_cities", "#id_evidence-0-value"]
    assert page_of(response).select("details#evidence-0[open]")
    anchors = [link.removeprefix("#") for link in links]
    assert all(page_of(response).one(f"#{anchor}") for anchor in anchors)


@pytest.mark.parametrize("to", ["1", "5"])
def test_go_to_any_step(to, case, member):
    document = drafts_documents.document_of(case) | {"results": "Three days."}
    sent = sent_from("3", member=member, case=case, document=document, to=to)
    response = as_user(member).post(edit_of(case), sent)
    assert response.headers["Location"].endswith(f"&step={to}")
    case.refresh_from_db()
    assert case.results == "Three days."


def test_go_to_a_field_that_is_missing(case, member):
    sent = sent_from("1", member=member, case=case, to="cost")
    response = as_user(member).post(edit_of(case), sent)
    assert response.headers["Location"].endswith("&step=5#field-cost")
    page = page_of(as_user(member).get(f"{edit_of(case)}?step=5"))
    assert page.one("#field-cost")


def test_go_on_from_an_empty_form_keeps_nothing(member):
    sent = sent_from("1", member=member, document=drafts_documents.empty(), to="4")
    response = as_user(member).post(NEW, sent)
    assert (response.headers["Location"], WorkingCopy.objects.count()) == (f"{NEW}?step=4", 0)


def test_one_page_is_remembered(case, member):
    client = as_user(member)
    client.post(edit_of(case), sent_from("2", member=member, case=case, to="all"))
    response = client.get(NEW)
    assert shown_parts(response) == [f"part-{step.key}" for step in steps.STEPS]
    assert [link["href"] for link in page_of(response).select(".steps a")] == [
        f"#part-{step.key}" for step in steps.STEPS
    ]
    client.post(edit_of(case), sent_from("all", member=member, case=case, to="1"))
    assert shown_parts(client.get(NEW)) == ["part-brief"]


def test_autosave_remembers_the_step(case, member):
    client = as_user(member)
    document = drafts_documents.document_of(case) | {"cost": "2 million"}
    sent = sent_from("5", member=member, case=case, document=document)
    assert client.post("/cases/autosave/", sent).json()["state"] == "kept"
    assert client.get(edit_of(case)).context["step"].number == 5


def test_add_figures_one_at_a_time(case, member):
    client = as_user(member)
    assert page_of(client.get(f"{edit_of(case)}?step=4")).select("fieldset#evidence-0")
    figures = [FIGURE | {"key": "n1", "label": "days", "value": "3", "unit": "days"}]
    document = drafts_documents.document_of(case) | {"evidence": figures}
    sent = sent_from("4", member=member, case=case, document=document, more="evidence")
    response = client.post(edit_of(case), sent)
    assert response.headers["Location"].endswith("more=evidence#evidence-1")
    page = page_of(client.get(response.headers["Location"]))
    assert page.one("details#evidence-0 > summary").text == "Figure 1 days: 3 days"
    assert page.one("fieldset#evidence-1 legend").text == "Figure 2"


def test_delete_a_figure_and_a_source(case, member):
    client = as_user(member)
    figure = FIGURE | {"label": "days", "value": "3", "reference": "n7"}
    document = drafts_documents.document_of(case) | {
        "evidence": [figure | {"key": "n1"}, figure | {"key": "n2"}],
        "references": [SOURCE | {"key": "n7", "title": "A report", "kind": "web"}],
    }
    sent = sent_from("4", member=member, case=case, document=document)
    response = client.post(edit_of(case), sent | {"drop": "evidence:n1"})
    assert response.headers["Location"].endswith("#field-evidence")
    assert [row["key"] for row in WorkingCopy.objects.get().document["evidence"]] == ["n2"]
    client.post(edit_of(case), sent | {"drop": "references:n7"})
    kept = WorkingCopy.objects.latest("kept_at").document
    assert (kept["references"], [row["reference"] for row in kept["evidence"]]) == ([], ["", ""])


@pytest.mark.parametrize("drop", ["evidence:\0", "nothing:n1", "evidence"])
def test_delete_an_unknown_row_loses_nothing(drop, case, member):
    sent = sent_from("4", member=member, case=case, drop=drop)
    assert as_user(member).post(edit_of(case), sent).status_code == 302


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("Three  days.", 2), ("三天之内", 2), ("在 Zhengzhou 三天", 3), ("สามวัน", 3)],
)
def test_count_words(text, count):
    assert word_count(text) == count


def test_meter_says_how_many_words_a_section_has(case, member):
    document = drafts_documents.document_of(case) | {"solution": "One window for all."}
    words = {question.key: question.words for question in meter(document).open}
    assert (words["solution"], words["results"]) == (4, 0)
    sent = sent_from("3", member=member, case=case, document=document)
    html = as_user(member).post("/cases/autosave/", sent).json()["meter"]
    assert f"4 of about {MIN_WORDS} words" in html


def test_suggest_practices_that_fit_the_text(case, member):
    practice = PracticeFactory(name="One window for declarations", slug="window")
    PracticeFactory(name="Training of drivers", slug="drivers")
    client, path = as_user(member), f"{edit_of(case)}?step=5"
    boxes = client.get(path).context["practices"]
    assert [box.data["value"] for box, _reason in boxes["suggested"]] == ["window"]
    assert page_of(client.get(path)).one(".suggest input")["value"] == "window"
    case.practices.add(practice)
    boxes = client.get(path).context["practices"]
    values = {kind: [box.data["value"] for box in each] for kind, each in boxes.items()}
    assert values == {"ticked": ["window"], "suggested": [], "others": ["drivers"]}


def test_suggest_nothing_where_one_word_fits(case, member):
    PracticeFactory(name="Training of traders", summary="Evening lessons.", description="")
    boxes = as_user(member).get(f"{edit_of(case)}?step=5").context["practices"]
    assert boxes["suggested"] == []
