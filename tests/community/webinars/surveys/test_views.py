import csv
import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import (
    Decision,
    Registration,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    User,
    Verb,
    Words,
)
from community.webinars.registrations import links as registrations_links
from community.webinars.surveys import actions
from community.webinars.surveys import links as surveys_links
from repository.models import Webinar
from tests.community.webinars.surveys.surveys import (
    answer,
    answered,
    guest,
    held,
    review,
    said,
    seat,
    survey_of,
)
from tests.desk_client import DeskClient
from tests.factories import CityFactory, CountryFactory


@pytest.fixture
def webinar(db):
    return held()


@pytest.fixture
def survey(webinar):
    return survey_of(webinar)


@pytest.fixture
def path(webinar, survey):
    return surveys_links.path(guest(webinar))


@pytest.fixture
def question(webinar):
    return SurveyQuestion.objects.create(
        series=webinar.series,
        kind="choice",
        text="By which way?",
        text_fr="Par quelle voie ?",
        choices=["Rail", "Road"],
        choices_fr=["Rail", "Route"],
    )


@pytest.fixture
def desk(moderator):
    client = DeskClient()
    client.force_login(moderator)
    return client


def filled(page, **changed) -> dict:
    data = said() | {"seen": page.context["form"].initial["seen"]} | changed
    return {name: value for name, value in data.items() if value is not False}


# The form


def test_answer_without_signing_in(client, path, question):
    page = client.get(path)
    assert page.text.count('type="radio"') == 3 + 3 + 3 + 2 + 2
    sent = filled(page, comment="Good.", may_show="on", brokered="yes", partner="Cotonou")
    done = client.post(path, sent | {question.key: "2"}, follow=True)

    assert "Your answer is stored" in done.text
    assert "wait for somebody to read them" in done.text
    [given] = SurveyAnswer.objects.all()
    assert (given.partner, given.extra, given.is_member) == ("Cotonou", {question.key: "2"}, False)
    assert "Change my answer" in done.text


@pytest.mark.parametrize(
    "changed", [{"knowledge": ""}, {"knowledge": "very"}, {"comment": "x" * 1001}, {"seen": "0"}]
)
def test_a_mistake_is_told_and_nothing_is_lost(changed, client, path):
    page = client.post(path, filled(client.get(path), partner="Cotonou") | changed)

    assert page.status_code == 200
    assert "Cotonou" in page.text
    assert 'role="alert"' in page.text or "field-error" in page.text
    assert not SurveyAnswer.objects.exists()


def test_questions_that_changed_are_read_once_more(client, path, question):
    before = filled(client.get(path))
    question.text = "By which way, then?"
    question.save()
    page = client.post(path, before)
    assert "have changed meanwhile" in page.text
    client.post(path, before | {"seen": page.context["form"].data["seen"]})
    assert SurveyAnswer.objects.count() == 1


def test_a_question_is_asked_in_french(client, path, question):
    page = client.get(path, headers={"accept-language": "fr"})
    assert "Par quelle voie" in page.text
    assert "Route" in page.text


@pytest.mark.parametrize("change", [lambda token: token[:-1] + "_", lambda token: "0" + token])
def test_a_link_that_was_altered_opens_nothing(change, client, webinar, survey):
    token = change(surveys_links.token_of(guest(webinar)))
    assert client.get(f"/surveys/{token}/").status_code == 404


def test_a_link_to_a_registration_opens_no_survey(client, webinar, survey):
    own = guest(webinar)
    token = registrations_links.token_of(own)
    assert client.get(f"/surveys/{token}/").status_code == 404
    token = surveys_links.token_of(own)
    assert client.get(f"/registrations/{token}/").status_code == 404


def test_a_link_ends(client, path):
    Survey.objects.update(closes_at=timezone.now() - timedelta(hours=1))
    page = client.get(path)
    assert "This survey is closed" in page.text
    assert "<form class" not in page.text
    Survey.objects.update(closes_at=timezone.now() - surveys_links.HOLDS_FOR)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("changed", [{"email": "new@example.org"}, {"is_active": False}])
def test_a_link_ends_with_the_address_and_while_an_account_is_closed(
    changed, client, webinar, survey, member
):
    path = surveys_links.path(seat(webinar, member=member))
    assert client.get(path).status_code == 200
    User.objects.update(**changed)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("status", ["waiting", "cancelled", "unconfirmed"])
def test_a_link_is_for_who_had_a_seat(status, client, path):
    Registration.objects.update(status=status)
    assert client.get(path).status_code == 404


def test_the_way_there_from_the_registration_and_the_webinar(client, webinar, survey, member):
    own = seat(webinar, member=member)
    assert "/surveys/" in client.get(registrations_links.path(own)).text
    assert "/surveys/" not in client.get("/webinars/parcels/").text
    client.force_login(member)
    [token] = re.findall("/surveys/([^/]+)/", client.get("/webinars/parcels/").text)
    assert surveys_links.registration_from(token) == own
    actions.close(survey=survey)
    assert "/surveys/" not in client.get("/webinars/parcels/").text
    assert "/surveys/" not in client.get(registrations_links.path(own)).text


# What everybody reads


@pytest.fixture
def closed(webinar, survey, question, moderator):
    kenya = CountryFactory(iso2="KE")
    answered(webinar, 8, kenya, "woman", extra={question.key: "1"})
    answered(webinar, 6, kenya, "man", knowledge="some")
    answered(webinar, 3, CountryFactory(iso2="BJ"), "man", knowledge="none")
    shown = answer(guest(webinar, gender="woman"), comment="Well <said>", may_show=True)
    review(shown, moderator)
    answer(guest(webinar, email="b@example.org"), comment="Not to be seen", partner="Private")
    actions.close(survey=survey)
    return survey


def test_nothing_is_told_while_it_is_open(client, webinar, survey):
    answered(webinar, 9)
    assert client.get("/webinars/parcels/survey/").status_code == 404
    assert client.get("/webinars/parcels/survey.csv").status_code == 404
    assert "What participants say" not in client.get("/webinars/parcels/").text


def test_page_and_file_tell_the_same(client, closed):
    page = client.get("/webinars/parcels/survey/")
    told = {
        (table.key, key): number
        for table in page.context["tables"]
        for key, _words, number in table.rows
    }
    rows = list(csv.DictReader(io.StringIO(client.get("/webinars/parcels/survey.csv").text)))
    assert {(row["question"], row["answer"]): row["people"] for row in rows} == {
        key: "" if number is None else str(number) for key, number in told.items()
    }
    assert (told["knowledge", "much"], told["knowledge", "none"]) == (10, None)
    assert "Benin" not in page.text
    assert "Well &lt;said&gt;" in page.text
    for secret in ("Not to be seen", "Private", "Afi Dossou"):
        assert secret not in page.text
    assert "What participants say" in client.get("/webinars/parcels/").text


def test_kept_pages_are_new_once_it_is_closed_and_words_change(client, closed, moderator):
    etag = client.get("/webinars/parcels/survey/").headers["ETag"]
    kept = {"if-none-match": etag}
    assert client.get("/webinars/parcels/survey/", headers=kept).status_code == 304
    [shown] = SurveyAnswer.objects.shown()
    review(shown, moderator, Verb.HIDE, reason="private", message="A name.")
    page = client.get("/webinars/parcels/survey/", headers=kept)
    assert page.status_code == 200
    assert "Well" not in page.text


def test_formulas_are_harmless(client, closed, question):
    SurveyQuestion.objects.update(text="=1+1", choices=["@x", "+y"])
    text = client.get("/webinars/parcels/survey.csv").text
    assert ",'=1+1," in text
    assert ",'@x," in text


def test_a_survey_of_few_tells_nothing(client, webinar, survey):
    answered(webinar, 4)
    actions.close(survey=survey)
    page = client.get("/webinars/parcels/survey/")
    assert page.context["tables"] == []
    assert "Too few people" in page.text
    assert client.get("/webinars/parcels/survey.csv").text.strip().count("\n") == 0


def test_as_many_queries_for_many(client, closed, webinar, django_assert_max_num_queries):
    for number in range(20):
        SurveyAnswer.objects.create(
            survey=closed,
            is_member=False,
            comment=f"Word {number}",
            words=Words.SHOWN,
            **{k: v for k, v in said().items() if k not in ("comment", "may_show")},
        )
    with django_assert_max_num_queries(8):
        assert client.get("/webinars/parcels/survey/").text.count("<blockquote") == 21
    # The first visit of a process learns the numbers of the kinds.
    client.get("/webinars/parcels/")
    with django_assert_max_num_queries(12):
        client.get("/webinars/parcels/")


# The desk


def test_staff_read_small_numbers_by_filter(desk, closed, webinar):
    path = f"/admin/surveys/{webinar.series_id}/"
    assert desk.get(path).context["number"] == 19
    page = desk.get(path, {"country": "BJ", "gender": "man", "kind": "member"})
    assert page.context["number"] == 3
    tables = {table.key: dict(row[::2] for row in table.rows) for table in page.context["tables"]}
    assert tables["knowledge"] == {"much": 0, "some": 0, "none": 3}
    assert desk.get(path, {"webinar": webinar.pk}).context["number"] == 19
    assert desk.get(path, {"webinar": "x", "gender": "\0"}).context["number"] == 19


def test_export_with_codebook(desk, closed, webinar, question):
    SurveyAnswer.objects.filter(comment="Not to be seen").update(
        comment="=cmd()",
        brokered="yes",
        partner="Kisumu",
        partner_city=CityFactory(slug="kisumu", name="Kisumu"),
    )
    data = desk.get(f"/admin/surveys/{webinar.series_id}/export/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(data.streaming_content)))
    answers = list(csv.DictReader(io.StringIO(archive.read("answers.csv").decode())))
    meanings = list(csv.DictReader(io.StringIO(archive.read("codebook.csv").decode())))

    assert len(answers) == 19
    assert {row["column"] for row in meanings} == set(answers[0])
    assert "'=cmd()" in {row["comment"] for row in answers}
    assert "kisumu" in {row["partner_city"] for row in answers}
    assert "afi@example.org" not in archive.read("answers.csv").decode()
    known = {(row["column"], row["value"]): row["meaning"] for row in meanings}
    assert known[question.key, "1"] == "Rail"
    assert {known["knowledge", row["knowledge"]] for row in answers} == {
        "Yes, a lot",
        "Yes, a little",
        "No",
    }


def test_words_wait_in_the_queue_and_are_reviewed(desk, webinar, survey):
    Registration.objects.filter(pk=guest(webinar).pk).update(language="fr")
    words = answer(Registration.objects.get(), comment="Good <b>.", may_show=True)
    SurveyAnswer.objects.update(answered_at=timezone.now() - timedelta(days=3))
    queue = desk.get("/admin/", {"kind": "words", "language": "fr"})
    [row] = queue.context["queue"]["rows"]
    assert (row["item"].title, row["item"].is_late, row["author"]) == ("Good <b>.", True, None)
    path = row["item"].url
    assert f'<a href="{path}" dir="auto">Good &lt;b&gt;.</a>' in queue.text

    page = desk.get(path)
    assert "Good &lt;b&gt;." in page.text
    assert "Afi Dossou" not in page.text
    sent = {"verb": "decline", "seen": page.context["form"].initial["seen"]}
    assert "Choose a reason" in desk.post(path, sent).text
    sent |= {"reason": "private", "message": "It names a person."}
    assert desk.post(path, sent).status_code == 302
    assert desk.get("/admin/", {"kind": "words"}).context["queue"]["rows"] == []
    # The list of answers leads back to what was decided.
    assert path in desk.get(f"/admin/community/surveyanswer/{words.pk}/change/").text
    page = desk.get(path)
    assert "It names a person." in page.text
    [undone] = Decision.objects.all()
    assert f"/admin/decisions/{undone.pk}/undo/" in page.text
    desk.post(f"/admin/decisions/{undone.pk}/undo/")
    assert SurveyAnswer.objects.get().words == Words.WAITING


def test_words_that_changed_meanwhile_are_read_once_more(desk, webinar, survey):
    own = guest(webinar)
    words = answer(own, comment="Good.", may_show=True)
    path = f"/admin/review/words/{words.pk}/"
    sent = {"verb": "approve", "seen": desk.get(path).context["form"].initial["seen"]}
    answer(own, comment="Bad.", may_show=True)
    page = desk.post(path, sent)
    assert "The text has changed" in page.text
    assert "Bad." in page.text
    desk.post(path, sent | {"seen": page.context["form"].data["seen"]})
    assert SurveyAnswer.objects.get().words == Words.SHOWN


def test_words_that_are_not_to_be_shown_are_not_decided_about(desk, webinar, survey):
    private = answer(guest(webinar), comment="For you.")
    assert desk.get(f"/admin/review/words/{private.pk}/").context["verbs"] == []
    page = desk.get(f"/admin/community/surveyanswer/{private.pk}/change/")
    assert "/admin/review/" not in page.text


def test_ask_a_question_of_a_series(desk, webinar):
    path = "/admin/community/surveyquestion/add/"
    data = {"series": webinar.series_id, "position": 1, "kind": "choice", "text": "Which?"}
    page = desk.post(path, data | {"choices": "One", "is_asked": "on"})
    assert "at least two choices" in page.text
    assert desk.post(path, data | {"choices": "One, Two", "is_asked": "on"}).status_code == 302
    assert SurveyQuestion.objects.get().choices == ["One", "Two"]


def test_a_question_with_answers_keeps_its_words(desk, webinar, survey, question):
    question.text_fr, question.choices_fr = "", []
    question.save()
    answer(guest(webinar), extra={question.key: "1"})
    path = f"/admin/community/surveyquestion/{question.pk}/change/"
    sent = {"text": "Another", "choices": "Sea, Air", "kind": "scale", "position": 7}
    page = desk.post(path, sent | {"choices_fr": "Rail"})
    assert "as many choices in French" in page.text
    assert desk.post(path, sent | {"text_fr": "Comment ?"}).status_code == 302

    question.refresh_from_db()
    assert (question.text, question.choices, question.kind) == (
        "By which way?",
        ["Rail", "Road"],
        "choice",
    )
    assert (question.position, question.is_asked, question.text_fr) == (7, False, "Comment ?")
    assert desk.post(path.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_webinar_that_is_called_held_by_mistake_tells_nothing(client, closed):
    Webinar.objects.update(status="live")
    assert client.get("/webinars/parcels/survey/").status_code == 404
