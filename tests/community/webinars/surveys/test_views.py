import csv
import io
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
from community.webinars import links as webinars_links
from community.webinars.surveys import actions
from repository.models import Webinar
from tests.community.webinars.surveys.surveys import (
    answer,
    answer_data,
    answered,
    guest,
    held,
    review,
    seat,
    survey_of,
)
from tests.desk_client import DeskClient
from tests.factories import CityFactory, CountryFactory
from tests.page import page_of


@pytest.fixture
def webinar(db):
    return held()


@pytest.fixture
def survey(webinar):
    return survey_of(webinar)


@pytest.fixture
def path(webinar, survey):
    return webinars_links.survey_path(guest(webinar))


@pytest.fixture
def question(webinar):
    return SurveyQuestion.objects.create(
        series=webinar.series,
        kind="choice",
        text="By which way?",
        choices=["Rail", "Road"],
    )


@pytest.fixture
def desk(moderator):
    client = DeskClient()
    client.force_login(moderator)
    return client


def seen_in(response) -> str:
    """The fingerprint of what the form on a page shows."""
    return page_of(response).one("[name=seen]")["value"]


def filled(response, **changed) -> dict:
    data = answer_data() | {"seen": seen_in(response)} | changed
    return {name: value for name, value in data.items() if value is not False}


def surveys_linked(response) -> list[Registration | None]:
    """The registrations for which a page links to the survey."""
    paths = [path for _text, path in page_of(response).links if path.startswith("/surveys/")]
    return [webinars_links.surveyed_registration(path.split("/")[2]) for path in paths]


def rows_of(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.text)))


# The form


def test_answer_without_signing_in(client, path, question):
    response = client.get(path)
    assert len(page_of(response).by_role("radio")) == 3 + 3 + 3 + 2 + 2
    sent = filled(response, comment="Good.", may_show="on", brokered="yes", partner="Cotonou")
    done = page_of(client.post(path, sent | {question.key: "2"}, follow=True))

    assert done.outcomes == ["success"]
    assert len(done.select("main .notice")) == 1
    [given] = SurveyAnswer.objects.all()
    assert (given.partner, given.extra, given.is_member) == ("Cotonou", {question.key: "2"}, False)
    assert done.form(path).buttons == ["Change my answers"]


@pytest.mark.parametrize(
    "changed", [{"knowledge": ""}, {"knowledge": "very"}, {"comment": "x" * 1001}, {"seen": "0"}]
)
def test_show_errors_and_keep_the_input(changed, client, path):
    page = page_of(client.post(path, filled(client.get(path), partner="Cotonou") | changed))

    assert page.status == 200
    assert page.form(path).fields["partner"] == "Cotonou"
    assert len(page.form(path).errors) == 1
    assert not SurveyAnswer.objects.exists()


def test_show_questions_again_that_have_changed(client, path, question):
    before = filled(client.get(path))
    question.text = "By which way, then?"
    question.save()
    response = client.post(path, before)
    assert page_of(response).wrong_fields == [""]
    client.post(path, before | {"seen": seen_in(response)})
    assert SurveyAnswer.objects.count() == 1


@pytest.mark.parametrize("change", [lambda token: token[:-1] + "_", lambda token: "0" + token])
def test_refuse_an_altered_link(change, client, webinar, survey):
    token = change(webinars_links.survey_token(guest(webinar)))
    assert client.get(f"/surveys/{token}/").status_code == 404


def test_links_to_registrations_and_surveys_are_not_interchangeable(client, webinar, survey):
    own = guest(webinar)
    token = webinars_links.registration_token(own)
    assert client.get(f"/surveys/{token}/").status_code == 404
    token = webinars_links.survey_token(own)
    assert client.get(f"/registrations/{token}/").status_code == 404


def test_links_expire(client, path):
    Survey.objects.update(closes_at=timezone.now() - timedelta(hours=1))
    page = page_of(client.get(path))
    assert len(page.select("main .notice")) == 1
    assert page.main.forms == []
    Survey.objects.update(closes_at=timezone.now() - webinars_links.SURVEY_FOR)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("changed", [{"email": "new@example.org"}, {"is_active": False}])
def test_links_end_with_a_changed_address_and_a_closed_account(
    changed, client, webinar, survey, member
):
    path = webinars_links.survey_path(seat(webinar, member=member))
    assert client.get(path).status_code == 200
    User.objects.update(**changed)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("status", ["waiting", "cancelled", "unconfirmed"])
def test_links_are_only_for_those_who_had_a_seat(status, client, path):
    Registration.objects.update(status=status)
    assert client.get(path).status_code == 404


def test_link_from_the_registration_and_the_webinar(client, webinar, survey, member):
    own = seat(webinar, member=member)
    assert surveys_linked(client.get(webinars_links.registration_path(own))) == [own]
    assert "/surveys/" not in page_of(client.get("/webinars/parcels/")).html
    client.force_login(member)
    assert surveys_linked(client.get("/webinars/parcels/")) == [own]
    actions.close(survey=survey)
    assert surveys_linked(client.get("/webinars/parcels/")) == []
    assert surveys_linked(client.get(webinars_links.registration_path(own))) == []


# The public results


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


def test_publish_nothing_while_the_survey_is_open(client, webinar, survey):
    answered(webinar, 9)
    assert client.get("/webinars/parcels/survey/").status_code == 404
    assert client.get("/webinars/parcels/survey.csv").status_code == 404
    assert "Participants’ feedback" not in page_of(client.get("/webinars/parcels/")).headings


def test_page_and_file_have_the_same_figures(client, closed):
    page = page_of(client.get("/webinars/parcels/survey/"))
    shown = {each.one("h3").text: each.rows[1:] for each in page.select(".tables section")}
    written = {title: [] for title in shown}
    for row in rows_of(client.get("/webinars/parcels/survey.csv")):
        written[row["text"]].append([row["answer_text"], row["people"] or "not shown"])
    assert shown["Did you learn something new?"] == [
        ["Yes, a lot", "10"],
        ["Yes, a little", "not shown"],
        ["No", "not shown"],
        ["No answer", "not shown"],
    ]
    # The page has no table without a number.
    assert shown.pop("Type of participant") == []
    assert written.pop("Type of participant") == [["Member", "not shown"], ["Guest", "not shown"]]
    assert written == shown
    assert [quote.text for quote in page.select("blockquote")] == ["Well <said>"]
    for secret in ("Benin", "Not to be seen", "Private", "Afi Dossou"):
        assert secret not in page.html
    assert "Participants’ feedback" in page_of(client.get("/webinars/parcels/")).headings


def test_cached_pages_are_stale_once_a_comment_is_hidden(client, closed, moderator):
    etag = client.get("/webinars/parcels/survey/").headers["ETag"]
    kept = {"if-none-match": etag}
    assert client.get("/webinars/parcels/survey/", headers=kept).status_code == 304
    [shown] = SurveyAnswer.objects.shown()
    review(shown, moderator, Verb.HIDE, reason="private", message="A name.")
    page = page_of(client.get("/webinars/parcels/survey/", headers=kept))
    assert page.status == 200
    assert "Well" not in page.html


def test_quote_formulas_in_the_file(client, closed, question):
    SurveyQuestion.objects.update(text="=1+1", choices=["@x", "+y"])
    rows = rows_of(client.get("/webinars/parcels/survey.csv"))
    of_question = [row for row in rows if row["question"] == question.key]
    assert {row["text"] for row in of_question} == {"'=1+1"}
    assert {"'@x", "'+y"} <= {row["answer_text"] for row in of_question}


def test_publish_no_figures_of_few_people(client, webinar, survey):
    answered(webinar, 4)
    actions.close(survey=survey)
    page = page_of(client.get("/webinars/parcels/survey/"))
    assert page.by_role("table") == []
    assert rows_of(client.get("/webinars/parcels/survey.csv")) == []


def test_query_count_is_constant(client, closed, webinar, django_assert_max_num_queries):
    for number in range(20):
        SurveyAnswer.objects.create(
            survey=closed,
            is_member=False,
            comment=f"Word {number}",
            words=Words.SHOWN,
            **{k: v for k, v in answer_data().items() if k not in ("comment", "may_show")},
        )
    with django_assert_max_num_queries(8):
        page = page_of(client.get("/webinars/parcels/survey/"))
    assert len(page.select("blockquote")) == 21
    # The first visit of a process learns the numbers of the kinds.
    client.get("/webinars/parcels/")
    with django_assert_max_num_queries(13):
        client.get("/webinars/parcels/")


# The desk


def test_staff_see_small_numbers_and_filter_them(desk, closed, webinar):
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


def test_review_comments_from_the_queue(desk, webinar, survey):
    Registration.objects.filter(pk=guest(webinar).pk).update(language="fr")
    words = answer(Registration.objects.get(), comment="Good <b>.", may_show=True)
    SurveyAnswer.objects.update(answered_at=timezone.now() - timedelta(days=3))
    queue = desk.get("/admin/", {"kind": "words", "language": "fr"})
    [row] = queue.context["queue"]["rows"]
    assert (row["item"].title, row["item"].is_late, row["author"]) == ("Good <b>.", True, None)
    path = row["item"].url
    link = page_of(queue).one(f'a[href="{path}"]')
    assert (link.text, link["dir"]) == ("Good <b>.", "auto")

    response = desk.get(path)
    page = page_of(response)
    assert page.one(".words").text == "Good <b>."
    assert "Afi Dossou" not in page.html
    sent = {"verb": "decline", "seen": seen_in(response)}
    assert page_of(desk.post(path, sent)).errors
    sent |= {"reason": "private", "message": "It names a person."}
    assert desk.post(path, sent).status_code == 302
    assert desk.get("/admin/", {"kind": "words"}).context["queue"]["rows"] == []
    # The list of answers leads back to what was decided.
    answer_page = page_of(desk.get(f"/admin/community/surveyanswer/{words.pk}/change/"))
    assert path in [href for _text, href in answer_page.links]
    [undone] = Decision.objects.all()
    [decision] = page_of(desk.get(path)).select(".decisions li")
    assert decision.one("p").text == "It names a person."
    desk.post(decision.form(f"/admin/decisions/{undone.pk}/undo/").action)
    assert SurveyAnswer.objects.get().words == Words.WAITING


def test_show_comments_again_that_have_changed(desk, webinar, survey):
    own = guest(webinar)
    words = answer(own, comment="Good.", may_show=True)
    path = f"/admin/review/words/{words.pk}/"
    sent = {"verb": "approve", "seen": seen_in(desk.get(path))}
    answer(own, comment="Bad.", may_show=True)
    response = desk.post(path, sent)
    page = page_of(response)
    assert page.errors
    assert page.one(".words").text == "Bad."
    assert SurveyAnswer.objects.get().words == Words.WAITING
    desk.post(path, sent | {"seen": seen_in(response)})
    assert SurveyAnswer.objects.get().words == Words.SHOWN


def test_private_comments_are_not_reviewed(desk, webinar, survey):
    private = answer(guest(webinar), comment="For you.")
    assert desk.get(f"/admin/review/words/{private.pk}/").context["verbs"] == []
    page = page_of(desk.get(f"/admin/community/surveyanswer/{private.pk}/change/"))
    assert "/admin/review/" not in page.html


def test_ask_a_question_of_a_series(desk, webinar):
    path = "/admin/community/surveyquestion/add/"
    data = {"series": webinar.series_id, "position": 1, "kind": "choice", "text": "Which?"}
    page = page_of(desk.post(path, data | {"choices": "One", "is_asked": "on"}))
    assert page.wrong_fields == [""]
    assert desk.post(path, data | {"choices": "One, Two", "is_asked": "on"}).status_code == 302
    assert SurveyQuestion.objects.get().choices == ["One", "Two"]


def test_the_text_of_a_question_with_answers_is_fixed(desk, webinar, survey, question):
    answer(guest(webinar), extra={question.key: "1"})
    path = f"/admin/community/surveyquestion/{question.pk}/change/"
    sent = {"text": "Another", "choices": "Sea, Air", "kind": "scale", "position": 7}
    assert desk.post(path, sent).status_code == 302

    question.refresh_from_db()
    assert (question.text, question.choices, question.kind) == (
        "By which way?",
        ["Rail", "Road"],
        "choice",
    )
    assert (question.position, question.is_asked) == (7, False)
    assert desk.post(path.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_publish_nothing_of_a_webinar_that_is_no_longer_held(client, closed):
    Webinar.objects.update(status="live")
    assert client.get("/webinars/parcels/survey/").status_code == 404
