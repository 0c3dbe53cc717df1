from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.formats import date_format

from partnerships.matches.answers import answer
from partnerships.models import (
    Answer,
    Match,
    PartnershipRequest,
    Question,
    Representation,
    Side,
)
from repository.models import City
from tests.community.writing.drafts.cases import as_user
from tests.factories import CaseStudyFactory, EvidenceFactory, PracticeFactory
from tests.factories.partnerships import InterestFactory, QuestionFactory, RepresentationFactory
from tests.page import Page, page_of
from tests.partnerships.matches.pairs import notified, pair

pytestmark = pytest.mark.django_db


def path(both, rest="") -> str:
    return f"/partnerships/matches/{both.match.pk}/{rest}"


YES = {"side": "candidate", "answer": "yes", "words": ""}
NO = {"side": "candidate", "answer": "no", "refusal": "capacity", "words": "Next year."}


def page_for(who, both) -> Page:
    page = page_of(as_user(who).get(path(both)))
    assert page.status == 200
    return page


# Visibility


@pytest.mark.parametrize("traits", [{"proposed": True}, {"introduced": True}])
def test_show_to_both_cities_and_brokers(traits, stranger, broker, moderator, client):
    both = pair(**traits)
    seen = [as_user(who).get(path(both)).status_code for who in (both.asking, both.asked, broker)]
    hidden = [as_user(who).get(path(both)).status_code for who in (stranger, moderator)]
    assert (seen, hidden) == ([200, 200, 200], [404, 404])
    assert client.get(path(both)).headers["Location"].startswith("/accounts/login/")
    assert not Match.objects.visible_to(AnonymousUser()).exists()


def test_hide_an_interest_from_the_city_that_asks():
    both = pair(origin="interest")
    InterestFactory(match=both.match, by=both.asked)
    assert as_user(both.asking).get(path(both)).status_code == 404
    interest = page_for(both.asked, both).one("[aria-labelledby=interest]")
    assert "A training of two weeks" in interest.text
    Match.objects.update(status="withdrawn")
    assert len(page_for(both.asked, both).select("main .notice")) == 1


def test_match_is_not_found_once_the_right_has_ended():
    both = pair(introduced=True)
    browser = as_user(both.asked)
    assert browser.get(path(both)).status_code == 200
    Representation.objects.filter(member=both.asked).update(
        until=timezone.localdate() - timedelta(days=1)
    )
    assert browser.get(path(both)).status_code == 404
    assert browser.post(path(both, "messages/"), {"body": "Hello"}).status_code == 404


# Contents


def test_name_no_person_of_the_other_city_before_the_introduction():
    both = pair(proposed=True, message="You are alike.")
    for who, other in ((both.asking, both.asked), (both.asked, both.asking)):
        page = page_for(who, both)
        assert page.one("[aria-labelledby=message] .words").text == "You are alike."
        for secret in (other.display_name, other.email, f"{other.handle}@city.example"):
            assert secret not in page.html


def test_name_the_people_after_the_introduction():
    both = pair(introduced=True)
    for who in (both.asking, both.asked):
        page = page_for(who, both)
        contacts = page.one("[aria-labelledby=contacts]")
        for name in ("asked-1", "asking-1"):
            assert contacts.link(f"{name}@city.example") == f"mailto:{name}@city.example"
        assert contacts.lines.count("Head of the trade office") == 2
        assert "asked-1@example.org" not in page.html


def test_hide_the_people_again_when_the_introduction_has_ended():
    both = pair(introduced=True)
    Match.objects.update(status="withdrawn")
    assert "asked-1@city.example" not in page_for(both.asking, both).html


def test_hide_the_answer_of_the_other_from_a_city_that_has_not_answered():
    both = pair(
        proposed=True,
        candidate_answer="yes",
        candidate_words="Gladly.",
        candidate_answered_at=timezone.now(),
    )
    page = page_for(both.asking, both)
    assert "Gladly." not in page.html
    assert "accepted on" not in page.html
    assert page_for(both.asked, both).one(".notice q").text == "Gladly."


def test_hide_why_a_city_said_no_from_the_other():
    both = pair(proposed=True)
    as_user(both.asked).post(path(both, "answer/"), NO)
    page = page_for(both.asking, both)
    assert "Next year." not in page.html
    assert "No capacity right now" not in page.html


def test_show_the_reasons_of_the_ranking():
    practice = PracticeFactory(name="Single window", slug="window")
    both = pair(proposed=True)
    factor = {"points": 12.5, "most": 40.0, "is_known": True}
    reason = {"place": both.city.pk, "about": f"practice:{practice.slug}", "count": 1}
    both.match.ranking = {
        "total": 12.5,
        "factors": [
            {"factor": "fit", "reasons": [{"code": "fit.offer", **reason}], **factor},
            {"factor": "load", "reasons": [{"code": "load.full", **reason}], **factor},
            {"factor": "setting", "reasons": [{"code": "gone", **reason}], **factor},
        ],
        "notes": [{"code": "note.unrepresented", "place": both.city.pk}],
    }
    both.match.save()
    page = page_for(both.asking, both)
    reasons = [each.text for each in page.select("[aria-labelledby=why] dd")]
    assert reasons == ["Kisumu offers to share its experience with “Single window”."]
    # The workload of a city is visible to brokers only.
    assert "already has as many partners" not in page.html
    assert "No one represents Kisumu yet" not in page.html


def test_show_each_city_what_the_other_brings(broker):
    practice = PracticeFactory(name="Single window", slug="window")
    cold = PracticeFactory(name="Cold storage", slug="cold")
    both = pair(proposed=True)
    case = CaseStudyFactory(
        slug="window", title="One window", published=True, cities=[both.city], practices=[practice]
    )
    EvidenceFactory(
        case=case,
        value=None,
        numerator=1,
        denominator=6,
        display="⅙",
        label="of it",
        practice=practice,
    )
    PartnershipRequest.objects.update(inspired_by=case)
    factor = {"points": 12.5, "most": 40.0, "is_known": True}
    place = {"place": both.city.pk}
    known = {"code": "fit.case", "about": f"practice:{practice.slug}", "count": 1, **place}
    given = {"code": "reciprocity.met", "about": f"practice:{cold.slug}", **place}
    unknown = {"code": "languages.unknown", **place}
    both.match.ranking = {
        "total": 12.5,
        "factors": [
            {"factor": "fit", "reasons": [known], **factor},
            {"factor": "reciprocity", "reasons": [given], **factor},
            {"factor": "languages", "reasons": [unknown], **factor},
        ],
    }
    both.match.save()
    page = page_for(both.asking, both)
    assert page.one("h1").text == "Kisumu has adopted “Single window”"
    why = page.one("[aria-labelledby=why]")
    assert [each.lines for each in why.select(".reasons > li")] == [
        [
            "⅙",
            (
                "Your request was inspired by a case from Kisumu: “Single window”. of it "
                "Case, figure 1: One window"
            ),
        ],
        ["Kisumu asks for help in return with “Cold storage”."],
    ]
    assert why.link("Case, figure 1: One window") == "/cases/window/#figure-1"
    assert [each.text for each in why.select(".grounds.ask li")] == [
        "Which languages does Kisumu work in?"
    ]
    page = page_for(both.asked, both)
    assert page.one("h1").text == "Cotonou asks for your help with “Single window”"
    assert [each.text for each in page.select(".reasons > li > p > b")] == [
        "Cotonou can help you in return with “Cold storage”.",
        "The request from Cotonou was inspired by your case.",
    ]
    assert [each.text for each in page.select(".grounds.ask li")] == [
        "Which languages do you work in?"
    ]
    # Brokers read both.
    page = page_for(broker, both)
    assert page.one("h1").text == both.request.title
    assert [each.text for each in page.select("[aria-labelledby=why] .headline")] == [
        "Kisumu has adopted “Single window”",
        "Cotonou asks for your help with “Single window”",
    ]


def test_answer_the_questions_of_a_city_that_is_asked():
    both = pair(
        proposed=True,
        request__language="fr",
        request__title="Des colis",
        request__languages=["fr"],
        request__resources="Un hangar",
        request__practices=[PracticeFactory(name="Single window")],
        request__offered_practices=[PracticeFactory(name="Cold storage")],
        request__modalities=["study-visit"],
    )
    City.objects.filter(pk=both.city.pk).update(working_languages=["en", "sw"])
    page = page_for(both.asked, both)
    assert [each.text for each in page.select(".labelled > section > h2")] == [
        "What they ask",
        "Who asks",
        "What each city gives",
        "Language",
        "Time and cost",
        "If you accept",
        "If you decline",
    ]
    asks = page.one("[aria-labelledby=asks]")
    assert asks.one(".prose")["lang"] == "fr"
    assert "Language of the text: French" in asks.lines
    give, get = page.select(".gives > div")
    assert give.lines == ["You would give", "Experience with: Single window", "As: Study visit"]
    assert get.lines[:3] == ["You would get", "Experience with: Cold storage", "Un hangar"]
    assert page.one("[aria-labelledby=language]").lines == [
        "Language",
        "No common language. Clarify who could interpret before you accept.",
        "Cotonou: French",
        "Kisumu: English, Swahili",
    ]
    # The answer stays in view on a phone: its button sends the form of the page.
    assert (
        page.one(".dock button")["form"]
        == page.select(f"form[action='{path(both, 'answer/')}']")[0]["id"]
    )
    # The other city reads the same from its side.
    page = page_for(both.asking, both)
    assert [each.text for each in page.select(".labelled > section > h2")][:3] == [
        "What you ask",
        "Who could help",
        "What each city gives",
    ]
    assert [each.text for each in page.select(".gives h3")] == ["You would get", "You would give"]


@pytest.mark.parametrize("traits", [{"proposed": True}, {"introduced": True}])
def test_show_with_a_fixed_number_of_queries(traits, django_assert_max_num_queries):
    both = pair(**traits)
    browser = as_user(both.asked)
    browser.get(path(both))
    with django_assert_max_num_queries(12) as queries:
        browser.get(path(both))
    few = len(queries)
    if "proposed" in traits:
        QuestionFactory.create_batch(3, match=both.match, side="candidate")
    RepresentationFactory.create_batch(3, city=both.match.request.city)
    with django_assert_max_num_queries(few):
        browser.get(path(both))


# Answer


def test_answer_yes_then_yes_introduces():
    both = pair(proposed=True)
    sent = as_user(both.asked).post(path(both, "answer/"), YES)
    assert sent.headers["Location"] == path(both)
    as_user(both.asking).post(path(both, "answer/"), YES | {"side": "requester"})
    assert both.now().status == "introduced"


def test_answer_no():
    both = pair(proposed=True)
    assert as_user(both.asked).post(path(both, "answer/"), NO).status_code == 302
    found = both.now()
    assert (found.status, found.candidate_refusal, found.candidate_words) == (
        "declined",
        "capacity",
        "Next year.",
    )


def test_answer_no_without_a_reason_shows_the_form_again():
    both = pair(proposed=True)
    page = page_of(as_user(both.asked).post(path(both, "answer/"), NO | {"refusal": ""}))
    assert page.wrong_fields == ["refusal"]
    assert page.one("details.no[open] [name=words]").node.text() == "Next year."
    assert both.now().status == "proposed"


def test_answer_is_refused_to_others(stranger, broker, client):
    both = pair(proposed=True)
    got = [as_user(who).post(path(both, "answer/"), YES).status_code for who in (stranger, broker)]
    assert got == [404, 403]
    assert as_user(both.asking).post(path(both, "answer/"), YES).status_code == 403
    assert client.post(path(both, "answer/"), YES).status_code == 302
    assert both.now().candidate_answer == ""


def test_answer_in_the_wrong_state_and_twice():
    both = pair(proposed=True)
    browser = as_user(both.asked)

    def message() -> str:
        return page_of(browser.post(path(both, "answer/"), YES, follow=True)).messages[-1]

    message()
    assert message() == "Your city has already answered."
    Match.objects.update(status="withdrawn")
    assert "You can’t answer" in message()


def test_answer_too_late():
    both = pair(proposed=True, reply_by=timezone.localdate() - timedelta(days=1))
    assert path(both, "answer/") not in [form.action for form in page_for(both.asked, both).forms]
    page = page_of(as_user(both.asked).post(path(both, "answer/"), YES, follow=True))
    assert page.outcomes[-1] == "error"
    assert both.now().status == "expired"


@pytest.mark.parametrize("text", ["\0", "x" * 100_000, "\u202eevil"])
@pytest.mark.parametrize("name", ["side", "answer", "refusal", "words"])
def test_answer_with_hostile_texts(name, text):
    both = pair(proposed=True)
    answer = as_user(both.asked).post(path(both, "answer/"), NO | {name: text})
    assert answer.status_code in (200, 302)


def test_answer_for_each_city_as_the_representative_of_both():
    both = pair(proposed=True)
    RepresentationFactory(member=both.asked, city=both.match.request.city)
    browser = as_user(both.asked)
    assert page_for(both.asked, both).buttons.count("Accept proposal") == 2
    for side in ("candidate", "requester"):
        browser.post(path(both, "answer/"), YES | {"side": side})
    assert both.now().status == "introduced"


# Withdraw


def test_withdraw_from_a_match(stranger, broker):
    both = pair(proposed=True)
    browser = as_user(both.asking)
    browser.post(path(both, "answer/"), YES | {"side": "requester"})
    form = page_of(browser.get(path(both))).form(path(both, "withdraw/"))
    assert form.fields == {"side": "requester"}
    assert browser.get(path(both, "withdraw/")).status_code == 405
    others = [as_user(who).post(path(both, "withdraw/")).status_code for who in (stranger, broker)]
    assert others == [404, 403]
    for message in ("no longer part of this match", "because its status is"):
        page = page_of(browser.post(path(both, "withdraw/"), form.fields, follow=True))
        assert message in page.messages[-1]
    assert both.now().status == "withdrawn"


# Questions


def test_ask_pass_on_answer_and_return(broker):
    """What each of the two cities reads, and when."""
    from partnerships.matches.questions import forward_answer, forward_question

    both = pair(proposed=True)
    asked, asking = as_user(both.asked), as_user(both.asking)
    words = "We in Kisumu ask: who pays?"
    page = page_of(
        asked.post(path(both, "questions/"), {"side": "candidate", "words": words}, follow=True)
    )
    waiting = page.one(".question").lines
    assert words in waiting
    assert "who pays?" not in page_for(both.asking, both).html
    question = Question.objects.get()
    reply = path(both, f"questions/{question.pk}/reply/")
    assert asking.post(reply, {"x": 1}).status_code == 404
    forward_question(question=question, by=broker, words="Who pays?")
    page = page_for(both.asked, both)
    passed_on = page.one(".question").lines
    assert (words in passed_on, passed_on == waiting) == (True, False)
    page = page_for(both.asking, both)
    assert page.one(".question blockquote").text == "Who pays?"
    assert "We in Kisumu ask" not in page.html
    name = f"reply-{question.pk}-words"
    assert page.form(reply).fields == {name: ""}
    assert page_of(asking.post(reply, {name: ""})).errors == ["Enter your answer."]
    assert asked.post(reply, {name: "We do."}).status_code == 403
    asking.post(reply, {name: "We do; call Ms A."})
    assert "We do" not in page_for(both.asked, both).html
    forward_answer(question=Question.objects.get(), by=broker, words="They do.")
    page = page_for(both.asked, both)
    assert page.one(".question").lines == ["Your city asks:", words, "Answer:", "They do."]
    assert "Ms A" not in page.html
    assert asked.get(reply).status_code == 405


def test_ask_is_refused_to_others(stranger, broker):
    both = pair(proposed=True)
    sent = {"side": "candidate", "words": "Who pays?"}
    people = (stranger, broker, both.asking)
    got = [as_user(who).post(path(both, "questions/"), sent).status_code for who in people]
    assert (got, Question.objects.count()) == ([404, 403, 403], 0)
    assert as_user(both.asked).get(path(both, "questions/")).status_code == 405


def test_ask_nothing_or_too_late():
    both = pair(proposed=True)
    browser = as_user(both.asked)
    page = page_of(browser.post(path(both, "questions/"), {"side": "candidate", "words": ""}))
    assert page.errors == ["Enter your question."]
    Match.objects.update(status="declined")
    sent = {"side": "candidate", "words": "Who pays?"}
    refused = page_of(browser.post(path(both, "questions/"), sent, follow=True))
    assert refused.outcomes == ["error"]
    assert notified() == []


@pytest.mark.parametrize("side", ["%s", "%d%(x)s", "\0", "x" * 5000])
@pytest.mark.parametrize("act", ["answer/", "questions/", "withdraw/"])
def test_act_for_an_unknown_side(act, side):
    both = pair(proposed=True)
    for sent in (YES, NO):
        status = as_user(both.asked).post(path(both, act), sent | {"side": side}).status_code
        assert status in (200, 302)
    found = both.now()
    assert (found.status, found.candidate_answer) == ("proposed", "")


def test_answer_is_beside_the_two_cities_until_it_is_given():
    both = pair(proposed=True)
    page = page_for(both.asked, both)
    assert date_format(both.match.reply_by) in page.one("aside .call.answer").text
    answer(match=both.match, side=Side.CANDIDATE, by=both.asked, value=Answer.YES)
    assert page_for(both.asked, both).select(".call") == []
