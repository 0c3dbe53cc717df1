"""The history of surveys: what staff did, and nothing that people answered."""

import pytest
from django.db import connection

from community.models import Survey, SurveyAnswer, SurveyQuestion
from community.privacy import holdings as privacy_holdings
from community.webinars import links as webinars_links
from community.webinars.surveys import actions
from repository.history.object_history import History
from tests.community.webinars.surveys.surveys import (
    answer,
    answer_data,
    answered,
    held,
    seat,
    survey_of,
)
from tests.desk_client import DeskClient
from tests.page import page_of

SECRET = "Zanzibar7731"


@pytest.fixture
def webinar(db):
    return held()


@pytest.fixture
def survey(webinar):
    return survey_of(webinar)


@pytest.fixture
def own(webinar, survey, member):
    return seat(webinar, member=member)


@pytest.fixture
def desk(moderator):
    client = DeskClient()
    client.force_login(moderator)
    return client


def changes_of(instance) -> list:
    return [
        (change.by, change.verb, [(d.label, d.old, d.new) for d in change.differences])
        for change in History(instance)[0:20]
    ]


def columns(model) -> set[str]:
    names = {field.name for field in model.pgh_event_model._meta.fields}
    return {name for name in names if not name.startswith("pgh_")}


def everything_about(model) -> str:
    """All events of a model and their context, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(string_agg(e::text || c.metadata::text, ' '), '') "  # noqa: S608
            f'FROM "{model.pgh_event_model._meta.db_table}" e '
            "LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id"
        )
        return cursor.fetchone()[0]


def test_show_what_staff_did_with_a_question(desk, webinar):
    sent = {"series": webinar.series_id, "position": 1, "kind": "scale", "text": "How far?"}
    desk.post("/admin/community/surveyquestion/add/", sent | {"is_asked": "on"})
    question = SurveyQuestion.objects.get()
    path = f"/admin/community/surveyquestion/{question.pk}/"
    desk.post(f"{path}change/", sent | {"text": "How many?"})

    assert sorted(changes_of(question)) == [
        ("Moderator", "added", []),
        (
            "Moderator",
            "changed",
            [("Question", "How far?", "How many?"), ("Active", "Yes", "No")],
        ),
    ]
    page = page_of(desk.get(f"{path}history/"))
    assert sorted(each.text for each in page.select(".changes .verb")) == ["Added", "Changed"]
    assert "How far? → How many?" in [each.text for each in page.select(".changes dd")]


def test_show_when_a_survey_was_closed_without_its_figures(desk, webinar, survey):
    answered(webinar, 6)
    actions.close(survey=survey)

    assert [event.pgh_label for event in survey.events.order_by("pgh_id")] == ["insert", "update"]
    assert columns(Survey) == {"id", "webinar", "opened_at", "closes_at", "closed_at"}
    page = page_of(desk.get(f"/admin/community/survey/{survey.pk}/history/"))
    assert sorted(each.text for each in page.select(".changes .verb")) == ["Added", "Changed"]


def test_show_the_decisions_on_a_comment_without_its_text(client, desk, own, member):
    client.force_login(member)
    path = webinars_links.survey_path(own)
    seen = page_of(client.get(path)).form(path).fields["seen"]
    sent = answer_data(comment=SECRET, may_show="on", brokered="yes", partner=SECRET)
    client.post(path, sent | {"seen": seen})
    words = SurveyAnswer.objects.get()

    assert (words.member, words.words) == (member, "waiting")
    assert columns(SurveyAnswer) == {"id", "survey", "words"}
    assert not privacy_holdings.links_to_members(SurveyAnswer.pgh_event_model)
    assert changes_of(words) == [("Survey respondent, using the survey link", "added", [])]
    kept = everything_about(SurveyAnswer)
    assert '"user": null' in kept
    for secret in (SECRET, "/surveys/", f'"user": {member.pk}'):
        assert secret not in kept
    assert desk.get(f"/admin/community/surveyanswer/{words.pk}/history/").status_code == 200


def test_show_the_history_of_a_deleted_answer(desk, webinar, own):
    words = answer(own, comment="Good.", may_show=True)
    answer(own, comment="Good.", may_show=False)
    assert list(words.events.order_by("pgh_id").values_list("words", flat=True)) == ["waiting", ""]
    webinar.delete()

    page = page_of(desk.get(f"/admin/community/surveyanswer/{words.pk}/history/"))
    assert len(page.errors) == 1


def test_record_nothing_if_consent_is_unchanged(own):
    words = answer(own)
    answer(own, knowledge="none", comment="Good.")
    assert words.events.count() == 1
