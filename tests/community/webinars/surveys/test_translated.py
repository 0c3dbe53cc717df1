"""Survey questions in other languages: answers refer to the same choice in each."""

import csv
import io

import pytest
from django.db import connection
from django.utils.translation import override

from community.models import SurveyAnswer, SurveyQuestion
from community.webinars import links as webinars_links
from community.webinars.surveys import actions
from community.webinars.surveys.actions import shown
from community.webinars.surveys.figures import public
from repository.models import Series, TranslatedParagraph, Translation, WebinarStatus
from repository.translations.actions import import_file
from repository.translations.exchange import ExchangeFile, ExchangeUnit, Outcome, compare_file
from repository.workflow import ActionRefused
from tests.collection import signed_in
from tests.community.webinars.surveys.surveys import answer, answer_data, guest, held, survey_of
from tests.desk_client import DeskClient
from tests.page import page_of

pytestmark = pytest.mark.django_db

FRENCH = {"By which way?": "Par quelle voie ?", "Rail": "Le rail", "Road": "La route"}


@pytest.fixture
def webinar():
    return held()


@pytest.fixture
def question(webinar):
    return SurveyQuestion.objects.create(
        series=webinar.series, kind="choice", text="By which way?", choices=["Rail", "Road", "1."]
    )


def translated(question, texts=None) -> Translation:
    """The texts of a question in French, as far as `texts` has them."""
    translation = Translation.objects.create(kind="question", object_id=question.pk, language="fr")
    for position, (source, text) in enumerate((texts or FRENCH).items()):
        TranslatedParagraph.objects.create(
            translation=translation,
            field="text" if source == question.text else "choices",
            position=position,
            source=source,
            text=text,
        )
    translation.refresh_from_db()
    return translation


def in_french(question) -> tuple[str, list[str]]:
    with override("fr"):
        [found] = shown(SurveyQuestion.objects.filter(pk=question.pk))
    return found.text, found.choices


def test_answer_in_another_language(client, webinar, question):
    survey_of(webinar)
    assert translated(question).up_to_date == 3
    path = "/fr" + webinars_links.survey_path(guest(webinar))
    form = page_of(client.get(path)).form(path)
    assert "Par quelle voie ?" in [legend.text for legend in form.select("legend")]
    assert form.choices(question.key) == {"1": "Le rail", "2": "La route", "3": "1."}
    sent = answer_data() | {"seen": form.fields["seen"], question.key: "2", "may_show": ""}
    assert client.post(path, sent).status_code == 302
    assert SurveyAnswer.objects.get().extra == {question.key: "2"}


def test_show_results_in_the_language_of_the_reader(client, webinar, question):
    survey = survey_of(webinar)
    translated(question)
    for number in range(12):
        own = guest(webinar, email=f"{number}@example.org")
        answer(own, extra={question.key: "1" if number < 6 else "2"})
    actions.close(survey=survey)
    survey.refresh_from_db()

    def counts(path: str) -> dict[str, str]:
        rows = csv.DictReader(io.StringIO(client.get(path).text))
        return {
            f"{row['text']} {row['answer_text']}": row["people"]
            for row in rows
            if row["question"] == question.key and row["answer"] in ("1", "2")
        }

    csv_path = "/webinars/parcels/survey.csv"
    assert counts(csv_path) == {"By which way? Rail": "6", "By which way? Road": "6"}
    with override("fr"):
        [table] = [table for table in public(survey) if table.key == question.key]
    assert table.title == "Par quelle voie ?"
    assert table.rows[:2] == (("1", "Le rail", 6), ("2", "La route", 6))
    page = page_of(client.get("/fr/webinars/parcels/survey/"))
    assert "Par quelle voie ?" in page.headings


@pytest.mark.parametrize(
    ("choices", "french"),
    [
        (["Road", "Rail"], ["La route", "Le rail"]),
        (["Rail", "Sea"], ["Le rail", "Sea"]),
        (["Sea", "Rail", "Road"], ["Sea", "Le rail", "La route"]),
    ],
)
def test_never_show_a_choice_with_the_translation_of_another(question, choices, french):
    translated(question)
    question.choices = choices
    question.save()
    assert in_french(question) == ("Par quelle voie ?", french)


def test_keep_each_choice_one_choice(question):
    translated(question, FRENCH | {"Rail": "Le rail\n\nou le train"})
    assert in_french(question)[1] == ["Le rail\n\nou le train", "La route", "1."]


def test_show_a_changed_question_in_the_original(question):
    translated(question)
    question.text = "By which way not?"
    question.save()
    assert in_french(question) == ("By which way not?", ["Le rail", "La route", "1."])


def test_refuse_answers_to_a_translation_that_has_changed(webinar, question):
    survey = survey_of(webinar)
    translation = translated(question)
    with override("fr"):
        seen = actions.fingerprint(shown(actions.questions_of(survey)))
        translation.paragraphs.filter(source="Rail").update(text="Le train")
        with pytest.raises(ActionRefused):
            answer(guest(webinar), seen=seen, extra={question.key: "1"})
    assert not SurveyAnswer.objects.exists()


def test_translate_only_what_is_asked_in_public_series(member, webinar, question):
    path = f"/translations/question/{question.pk}/"
    listed = "/translations/?language=fr"
    client = signed_in(member)
    page = page_of(client.get(path))
    assert page.one(".crumbs a")["href"] == webinar.series.get_absolute_url()
    assert "By which way?" in client.get(listed).text
    SurveyQuestion.objects.update(is_asked=False)
    assert client.get(path).status_code == 404
    assert "By which way?" not in client.get(listed).text
    SurveyQuestion.objects.update(is_asked=True)
    webinar.status = WebinarStatus.DRAFT
    webinar.starts_at = None
    webinar.save()
    assert not Series.objects.public().filter(pk=webinar.series_id).exists()
    assert client.get(path).status_code == 404


def test_lead_staff_to_the_translations(moderator, question):
    desk = DeskClient()
    desk.force_login(moderator)
    path = f"/admin/community/surveyquestion/{question.pk}/change/"
    link = f"/translations/question/{question.pk}/"
    assert page_of(desk.get(path)).one(f"a[href='{link}']").text == "Translate"
    SurveyQuestion.objects.update(is_asked=False)
    assert link not in desk.get(path).text
    assert desk.get("/admin/community/surveyquestion/add/").status_code == 200


def test_import_by_number(question, member):
    units = [
        ExchangeUnit(f"question/{key}/choices", "Rail", "Le rail")
        for key in (question.pk, "", "x", "9" * 30, "1; --")
    ]
    file = ExchangeFile("en", "fr", units)
    assert [each.outcome for each in compare_file(file)] == [Outcome.NEW, *[Outcome.WRONG] * 4]
    assert import_file(file=file, ticks=[], by=member) == 1
    assert TranslatedParagraph.objects.get().text == "Le rail"


def test_change_no_entry_of_the_search(question):
    translated(question)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT count(*) FROM repository_searchentry WHERE kind = 'question'")
        assert cursor.fetchone() == (0,)
