import csv
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from community.models import (
    Appeal,
    Decision,
    Notification,
    Registration,
    RegistrationStatus,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    Verb,
    Words,
)
from community.moderation.appeals.actions import appeal, decide_appeal
from community.moderation.claims.actions import claim
from community.moderation.decisions.undo import undo
from community.privacy.actions import delete_account
from community.webinars import attendance_figures
from community.webinars import links as webinars_links
from community.webinars.registrations import actions as registrations
from community.webinars.surveys import actions
from community.webinars.surveys import figures as surveys_figures
from repository.models import Webinar, WebinarStatus
from repository.webinars import actions as webinars
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
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
from tests.conftest import staff
from tests.factories import (
    CityFactory,
    CountryFactory,
    OrganizationFactory,
    WebinarFactory,
)
from tests.page import page_of

WHY = {"reason": "private", "message": "It names a person."}


@pytest.fixture
def webinar(db):
    return held()


@pytest.fixture
def survey(webinar):
    return survey_of(webinar)


@pytest.fixture
def own(webinar, survey, member):
    return seat(webinar, member=member, country=CountryFactory(iso2="KE"), gender="man")


def ask(webinar, **fields):
    fields = {"kind": "choice", "text": "By which way?", "choices": ["Rail", "Road"]} | fields
    return SurveyQuestion.objects.create(series=webinar.series, **fields)


# Opening a survey


def test_mail_everybody_with_a_seat_once_it_was_held(db, member, colleague, moderator):
    webinar = WebinarFactory(announced=True, title="Parcels by rail")
    Webinar.objects.update(starts_at=timezone.now() - timedelta(hours=2))
    seat(webinar, member=member)
    guest(webinar)
    seat(webinar, member=colleague)
    Registration.objects.filter(member=colleague).update(status=RegistrationStatus.WAITING)

    webinars.hold(webinar=webinar, by=moderator)
    sent = run_queue()

    assert sorted(message.to[0] for message in sent) == sorted(["afi@example.org", member.email])
    assert {message.subject for message in sent} == {
        "How was it? Two-minute survey: Parcels by rail"
    }
    survey = Survey.objects.get()
    assert survey.is_open
    assert survey.closes_at - timezone.now() > timedelta(days=29)


def test_mail_once_if_it_is_held_twice(db, member, moderator):
    webinar = WebinarFactory(announced=True)
    Webinar.objects.update(starts_at=timezone.now() - timedelta(minutes=5))
    seat(webinar, member=member)
    webinars.hold(webinar=webinar, by=moderator)
    webinars.go_live(webinar=webinar, by=moderator)
    webinars.hold(webinar=webinar, by=moderator)

    assert len(run_queue()) == 1
    assert Survey.objects.count() == 1


def test_count_seats_again_if_it_was_held_too_early(db, member, moderator):
    """Figures are published on the day after its end, when nobody can register any more."""
    kenya = CountryFactory(iso2="KE")
    webinar = WebinarFactory(announced=True)
    Webinar.objects.update(starts_at=timezone.now() - timedelta(minutes=5))
    early = seat(webinar, member=member, country=kenya, gender="man")
    webinars.hold(webinar=webinar, by=moderator)
    answer(Registration.objects.get())
    webinars.go_live(webinar=webinar, by=moderator)
    # Somebody who cancels after answering still counts: all tables are about the same people.
    registrations.cancel(registration=early)
    late = guest(webinar, country=kenya, city=CityFactory(country=kenya))
    webinars.hold(webinar=webinar, by=moderator)

    survey = Survey.objects.get()
    assert survey.seats == {
        "gender": {"man": 1, "woman": 1},
        "country": {"KE": 2},
        "kind": {"member": 1, "guest": 1},
        "city": {"KE": {str(late.city_id): 1, "": 1}},
    }
    actions.close(survey=survey)
    survey.refresh_from_db()
    assert survey.counts["tables"]["attended"] == {"live": 1, "": 1}
    # A closed survey is not counted again.
    late.delete()
    actions.after_change(webinar, "held")
    assert Survey.objects.get().seats == survey.seats


def test_open_no_survey_if_nobody_had_a_seat(db, moderator):
    webinar = WebinarFactory(announced=True)
    Webinar.objects.update(starts_at=timezone.now() - timedelta(hours=2))
    webinars.hold(webinar=webinar, by=moderator)

    assert not Survey.objects.exists()
    assert run_queue() == []


# Answering


def test_answer_stores_what_figures_need(own, member):
    given = answer(own, brokered="yes", partner="Cotonou", comment="Good.", may_show=True)

    assert (given.member, given.is_member, given.country_id, given.gender) == (
        member,
        True,
        "KE",
        "man",
    )
    assert (given.partner, given.words) == ("Cotonou", Words.WAITING)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Kisumu, Kenya", ("kisumu", None)),
        ("  kisumu ", ("kisumu", None)),
        ("Port authority", (None, "ports")),
        ("PA", (None, "ports")),
        # Ambiguous, and in another country.
        ("Springfield", (None, None)),
        ("Kisumu, Benin", (None, None)),
        ("Somebody", (None, None)),
    ],
)
def test_link_partners_that_are_in_the_collection(name, found, own):
    CountryFactory(iso2="BJ")
    CityFactory(slug="kisumu", name="Kisumu", country=CountryFactory(iso2="KE"))
    for iso2 in ("US", "AU"):
        CityFactory(name="Springfield", country=CountryFactory(iso2=iso2))
    OrganizationFactory(slug="ports", name="Port Authority", acronym="PA")
    answer(own, brokered="yes", partner=" ".join(name.split()))

    given = SurveyAnswer.objects.values_list("partner_city__slug", "partner_organization__slug")
    assert given.get() == found
    answer(own, partner=name)
    assert given.get() == (None, None)


def test_change_an_answer_while_the_survey_is_open(own):
    answer(own)
    answer(own, knowledge="none", partner="Nobody, after all")

    [given] = SurveyAnswer.objects.all()
    assert (given.knowledge, given.partner) == ("none", "")


@pytest.mark.parametrize(
    "end",
    [
        lambda own: actions.close(survey=own.webinar.survey),
        lambda own: Survey.objects.update(closes_at=timezone.now()),
        lambda own: Webinar.objects.update(status=WebinarStatus.LIVE),
        lambda own: Registration.objects.update(status=RegistrationStatus.CANCELLED),
        lambda own: own.delete(),
    ],
)
def test_answer_is_refused_afterwards(end, own):
    own_key = own.pk
    end(own)
    own.pk = own_key

    with pytest.raises(ActionRefused):
        answer(own, seen="")
    assert not SurveyAnswer.objects.exists()


def test_answer_the_questions_of_the_series(own):
    question = ask(own.webinar)
    ask(own.webinar, text="No more", is_asked=False)
    given = answer(own, extra={question.key: "2", "q0": "x"})

    assert given.extra == {question.key: "2"}
    assert question.is_answered()


def test_answer_is_refused_if_questions_have_changed(own):
    with pytest.raises(ActionRefused, match="have changed"):
        answer(own, seen=actions.fingerprint([ask(own.webinar)][:0]), extra={})


@pytest.mark.parametrize(
    "wrong",
    [
        {"knowledge": "very"},
        {"partner": "Cotonou", "brokered": "no"},
        {"words": "waiting", "comment": ""},
        {"words": "declined", "comment": ""},
        {"gender": "x"},
    ],
)
def test_constraints_of_answers(wrong, survey):
    data = answer_data(is_member=False) | wrong
    data.pop("may_show")
    with pytest.raises(DatabaseError), transaction.atomic():
        SurveyAnswer.objects.create(survey=survey, **data)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "x"},
        {"choices": ["One"]},
        {"kind": "text"},
    ],
)
def test_constraints_of_questions(wrong, webinar):
    with pytest.raises(DatabaseError), transaction.atomic():
        ask(webinar, **wrong)


# Comments


@pytest.fixture
def words(own):
    return answer(own, comment="Good.", may_show=True)


def review_of(words, by, verb) -> Decision:
    review(words, by, verb, **({} if verb == Verb.APPROVE else WHY))
    return Decision.objects.about(words).first()


def decisions(words) -> list[tuple]:
    rows = Decision.objects.about(words).order_by("pk")
    return list(rows.values_list("verb", "reason", "message", "before", "concerns", "by"))


def news(member) -> list[str]:
    return list(member.notifications.order_by("pk").values_list("event", flat=True))


def test_show_a_comment_hide_and_restore_it(words, member, moderator):
    assert review(words, moderator).words == Words.SHOWN
    assert review(words, moderator, Verb.HIDE, **WHY).words == Words.DECLINED
    assert review(words, moderator, Verb.RESTORE, **WHY).words == Words.SHOWN
    whose = (member.pk, moderator.pk)
    assert decisions(words) == [
        ("approve", "", "", "waiting", *whose),
        ("hide", *WHY.values(), "shown", *whose),
        ("restore", *WHY.values(), "declined", *whose),
    ]
    assert news(member) == ["survey.approved", "survey.hidden", "survey.restored"]


def test_the_author_sees_the_reason_and_appeals(words, member, moderator, administrator, client):
    decision = review_of(words, moderator, Verb.DECLINE)
    client.force_login(member)
    path = f"/appeals/new/{decision.pk}/"
    assert path in [href for _text, href in page_of(client.get("/notifications/")).links]
    page = page_of(client.get(path))
    assert [quote.text for quote in page.select("blockquote")] == ["It names a person.", "Good."]
    assert "Contains personal data" in [fact.text for fact in page.select(".facts dd")]
    webinar = words.survey.webinar
    about = f"Your comment in the survey about “{webinar}”"
    assert page.link(about) == webinar.get_absolute_url()
    client.post(path, {"words": "It is my own name."})
    [made] = Appeal.objects.all()
    with pytest.raises(ActionRefused, match="You made the original decision"):
        decide_appeal(appeal=made, by=moderator, outcome="restored", answer="Yes.")
    decide_appeal(appeal=made, by=administrator, outcome="restored", answer="You are right.")

    words.refresh_from_db()
    assert words.words == Words.WAITING
    assert news(member) == ["survey.declined", "appeal.decided"]


def test_decide_appeal_is_refused_if_the_comment_has_changed(words, own, moderator, member):
    made = appeal(decision=review_of(words, moderator, Verb.DECLINE), by=member, words="Why?")
    answer(own, comment="Better.", may_show=True)
    with pytest.raises(ActionRefused, match="has changed since"):
        decide_appeal(
            appeal=made, by=staff("Moderators", "another"), outcome="restored", answer="Yes."
        )


def test_restore_is_refused_while_an_appeal_waits(words, member, moderator):
    appeal(decision=review_of(words, moderator, Verb.DECLINE), by=member, words="Why?")
    with pytest.raises(ActionRefused, match="There is an open appeal about this"):
        review(words, moderator, Verb.RESTORE, **WHY)


def test_undo_a_decision_within_a_day(words, member, moderator):
    decision = review_of(words, moderator, Verb.APPROVE)
    undo(decision=decision, by=moderator)
    words.refresh_from_db()

    assert words.words == Words.WAITING
    assert news(member) == ["survey.approved", "survey.undone"]
    with pytest.raises(ActionRefused, match="This decision has already been undone"):
        undo(decision=decision, by=moderator)


def test_undo_is_refused_if_the_comment_has_changed(words, own, moderator):
    decision = review_of(words, moderator, Verb.APPROVE)
    answer(own, comment="Better.", may_show=True)
    with pytest.raises(ActionRefused, match="This has changed since the decision"):
        undo(decision=decision, by=moderator)


def test_guests_see_the_decision_on_the_page_of_the_survey(webinar, survey, moderator, client):
    seat_of_guest = guest(webinar)
    words = answer(seat_of_guest, comment="Good.", may_show=True)
    review(words, moderator, Verb.DECLINE, **WHY)

    assert decisions(words)[0][-2:] == (None, moderator.pk)
    assert not Notification.objects.exists()
    page = page_of(client.get(webinars_links.survey_path(seat_of_guest)))
    assert "personal data" in page.one("main .notice").text
    assert page.one("main blockquote").text == "It names a person."
    assert "/appeals/new/" not in page.html


def test_review_is_refused_to_others_than_moderators(words, member, colleague, moderator):
    with pytest.raises(ActionRefused, match="Only moderators can decide this"):
        review(words, colleague)
    moderator.groups.clear()
    with pytest.raises(ActionRefused, match="Only moderators can decide this"):
        review(words, moderator)


def test_review_is_refused_to_the_author(webinar, survey, moderator):
    words = answer(seat(webinar, member=moderator), comment="Good.", may_show=True)
    with pytest.raises(
        ActionRefused, match="This is your own text, so another moderator must decide"
    ):
        review(words, moderator)


def test_review_is_refused_if_a_colleague_has_taken_it(words, moderator):
    claim(subject=words, by=staff("Moderators", "another"))
    with pytest.raises(ActionRefused, match="has claimed this"):
        review(words, moderator)


@pytest.mark.parametrize("missing", [{"reason": ""}, {"message": " "}])
def test_decline_needs_a_reason_and_a_message(missing, words, moderator):
    with pytest.raises(ActionRefused, match="Choose a reason"):
        review(words, moderator, Verb.DECLINE, **WHY | missing)


@pytest.mark.parametrize("verb", [Verb.HIDE, Verb.RESTORE, Verb.REMOVE, Verb.DISMISS])
def test_review_is_refused_in_the_wrong_state(verb, words, moderator):
    with pytest.raises(ActionRefused, match="because the status is"):
        review(words, moderator, verb, **WHY)


def test_changed_comments_wait_again(words, own, moderator):
    review(words, moderator)
    answer(own, comment="Good.", may_show=True)
    words.refresh_from_db()
    assert words.words == Words.SHOWN
    answer(own, comment="Bad.", may_show=True)
    with pytest.raises(ActionRefused, match="has changed since"):
        review(words, moderator)
    assert SurveyAnswer.objects.get().words == Words.WAITING


def test_consent_can_be_withdrawn(words, own, moderator):
    review(words, moderator)
    answer(own, comment="Good.", may_show=False)
    assert SurveyAnswer.objects.get().words == Words.UNSHOWN


def test_delete_account_erases_comments_and_keeps_choices(words, own, member, moderator):
    review(words, moderator)
    delete_account(member=member, by=member, erase=False)

    [given] = SurveyAnswer.objects.all()
    assert (given.comment, given.words, given.member, given.registration) == ("", "", None, None)
    assert given.knowledge == "much"


def test_erase_texts_of_guests_after_half_a_year(webinar, survey, moderator):
    question = ask(webinar, kind="text", choices=[])
    shown = answer(guest(webinar), comment="Good.", may_show=True)
    review(shown, moderator)
    other = guest(webinar, email="other@example.org")
    answer(other, brokered="yes", partner="X", comment="Y", extra={question.key: "Z"})
    assert actions.forget_words() == 0
    Webinar.objects.update(starts_at=timezone.now() - timedelta(days=181))

    assert actions.forget_words() == 1
    assert SurveyAnswer.objects.get(registration=other).extra == {}
    assert list(SurveyAnswer.objects.values_list("partner", "comment").order_by("pk")) == [
        ("", "Good."),
        ("", ""),
    ]
    assert actions.forget_words() == 0


# Closing, and the published figures


def test_close_due_surveys(own, survey):
    answer(own)
    assert actions.close_due() == 0
    Survey.objects.update(closes_at=timezone.now())

    assert actions.close_due() == 1
    assert actions.close_due() == 0
    survey.refresh_from_db()
    assert survey.counts["seats"] == 1
    assert survey.counts["tables"]["gender"] == {"man": 1, "": 0}


def test_figures_count_everybody_with_a_seat(webinar, survey):
    question = ask(webinar)
    kenya = CountryFactory(iso2="KE")
    answered(webinar, 6, kenya, "woman", extra={question.key: "1"})
    answered(webinar, 5, None, "man", knowledge="some", extra={question.key: "2"})
    for number in range(7):
        guest(webinar, email=f"{number}@example.org", country=kenya, gender="")
    assert surveys_figures.public(survey) == []
    actions.close(survey=survey)
    survey.refresh_from_db()

    tables = {table.key: table.rows for table in surveys_figures.public(survey)}
    assert tables["knowledge"] == (
        ("much", "Yes, a lot", 6),
        ("some", "Yes, a little", 5),
        ("none", "No", 0),
        ("", "No answer", 7),
    )
    assert tables[question.key] == (("1", "Rail", 6), ("2", "Road", 5), ("", "No answer", 7))
    assert tables["country"] == (("KE", "Kenya", 13), ("", "Not known", 5))
    assert [row[2] for row in tables["kind"]] == [11, 7]


def test_figures_stay_after_an_account_is_deleted(webinar, survey):
    answered(webinar, 6)
    actions.close(survey=survey)
    survey.refresh_from_db()
    before = surveys_figures.public(survey)
    member = SurveyAnswer.objects.all()[0].member
    delete_account(member=member, by=member, erase=True)

    assert surveys_figures.public(Survey.objects.get()) == before
    assert surveys_figures.count(survey)["tables"]["knowledge"]["much"] == 6


def test_figures_of_a_series_stay_when_it_goes_on(webinar, survey):
    """The difference of two totals would reveal what a survey hides: 3 who say no."""
    day = timezone.localdate()
    answered(webinar, 20)
    answered(webinar, 9, knowledge="none")
    actions.close(survey=survey)
    Survey.objects.update(
        opened_at=timezone.now() - timedelta(days=40), closed_at=timezone.now() - timedelta(days=9)
    )

    def published():
        tables = surveys_figures.public_of_series(webinar.series, day)
        return [row[2] for row in {table.key: table for table in tables}["knowledge"].rows]

    assert published() == [20, 0, 9]
    # An open survey of another webinar does not delay them.
    other = held(series=webinar.series, slug="other", number=webinar.number + 1)
    another = survey_of(other)
    answered(other, 20)
    answered(other, 8, knowledge="some")
    answered(other, 3, knowledge="none")
    assert published() == [20, 0, 9]
    actions.close(survey=another)
    assert published() == [20, 0, 9]
    day += timedelta(days=1)
    assert published() == [40, None, None]


DAYS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), max_size=8)


@given(DAYS)
def test_published_batches_do_not_change(days):
    """Checked for the morning and the evening of each day."""
    begun = sorted(days)
    start = date(2026, 1, 1)

    def moment(day):
        return datetime.combine(start, time(12), tzinfo=UTC) + timedelta(days=day)

    def published(day, *, evening):
        surveys = [
            Survey(
                pk=pk,
                opened_at=moment(first),
                closed_at=moment(first + length) if first + length < day + evening else None,
            )
            for pk, (first, length) in enumerate(begun)
            if first < day + evening
        ]
        return [
            [survey.pk for survey in batch]
            for batch in surveys_figures.batches(surveys)
            if surveys_figures.last_day(batch) < start + timedelta(days=day)
        ]

    before = []
    for day in range(75):
        for evening in (False, True):
            after = published(day, evening=evening)
            assert after[: len(before)] == before
            before = after
    assert [pk for batch in before for pk in batch] == list(range(len(begun)))


def test_totals_of_a_series_wait_for_the_last_survey(webinar, survey, client):
    answered(webinar, 20)
    answered(webinar, 6, knowledge="some")
    answered(webinar, 3, knowledge="none")
    other = held(series=webinar.series, slug="other", number=webinar.number + 1)
    another = survey_of(other)
    answered(other, 12)
    answered(other, 8, knowledge="some")
    actions.close(survey=survey)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert surveys_figures.public_of_series(webinar.series, tomorrow) == []
    actions.close(survey=another)

    assert surveys_figures.public_of_series(webinar.series, timezone.localdate()) == []
    tables = surveys_figures.public_of_series(webinar.series, tomorrow)
    assert [table.key for table in tables] == list(surveys_figures.CHOICES)
    # The 3 at one webinar are hidden, with the 6 and the totals that would reveal them.
    known = {table.key: table for table in tables}["knowledge"]
    assert [row[2] for row in known.rows] == [32, None, None]
    of_series = attendance_figures.answers(webinar.series, tomorrow).tables[1]
    assert (of_series.key, of_series.title) == ("survey-knowledge", "Did you learn something new?")
    assert [row[1] for row in of_series.rows] == [32, "not shown", "not shown"]
    # The page of the series has them from the next day on.
    Survey.objects.update(closed_at=timezone.now() - timedelta(days=1))
    path = f"/series/{webinar.series.slug}/"
    assert "Did you learn something new?" in page_of(client.get(path)).headings
    file = client.get(f"{path}survey-knowledge.csv").content.decode("utf-8-sig")
    assert list(csv.reader(StringIO(file)))[1][:2] == ["Yes, a lot", "32"]
