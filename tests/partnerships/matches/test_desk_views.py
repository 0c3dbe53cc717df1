from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import CannedText, Decision
from partnerships.models import Match
from tests.collection import signed_in
from tests.community.conftest import add_app
from tests.community.writing.drafts.cases import as_user
from tests.factories import OrganizationFactory
from tests.factories.partnerships import InterestFactory, QuestionFactory
from tests.page import page_of
from tests.partnerships.matches.pairs import pair, rival

pytestmark = pytest.mark.django_db

WORDS = {"verb": "withdraw", "reason": "fit", "message": "The plans have changed."}


@pytest.fixture
def desk(broker):
    add_app(broker)
    return signed_in(broker)


def path(both) -> str:
    return f"/admin/partnerships/matches/{both.match.pk}/"


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def act(desk, both, name, **sent):
    return desk.post(path(both), {"act": name, **sent})


def done(desk, both, name, **sent) -> list[str]:
    """The messages after a step that is not refused."""
    return page_of(desk.post(path(both), {"act": name, **sent}, follow=True)).messages


def test_only_for_brokers(desk, moderator, stranger, client):
    both = pair(proposed=True)
    add_app(moderator)
    assert desk.get(path(both)).status_code == 200
    assert signed_in(moderator).get(path(both)).status_code == 403
    assert [as_user(who).get(path(both)).status_code for who in (stranger, both.asked)] == [403] * 2
    assert client.get(path(both)).status_code == 302
    assert desk.get("/admin/partnerships/matches/999999/").status_code == 404


def test_show_why_it_fits_before_the_points(desk):
    both = pair()
    place = {"place": both.city.pk}
    known = {"code": "fit.case", "about": "practice:window", "count": 1, **place}
    points = {"points": 20.0, "most": 40.0, "is_known": True}
    unknown = {"points": 5.0, "most": 10.0, "is_known": False}
    both.match.ranking = {
        "total": 49.0,
        "factors": [
            {"factor": "fit", "reasons": [known], **points},
            {"factor": "load", "reasons": [{"code": "load.unknown", **place}], **unknown},
        ],
        "notes": [{"code": "note.unrepresented", **place}],
    }
    both.match.save()
    section = page_of(desk.get(path(both))).one("[aria-labelledby=factors]")
    assert section.one(".headline").text == "Kisumu has adopted “window”"
    assert [each.text for each in section.select(".grounds.ask li")] == [
        "No one represents Kisumu here yet. Who could answer for it?",
        "Does Kisumu have capacity for a partner this year?",
    ]
    details = section.one("details")
    assert details.select("p")[0].text == "49.0 of 100 points"
    assert [each.text for each in details.select("dd")] == [
        "A published case describes the work of Kisumu on “window”.",
        "Kisumu has not stated how many partners it can work with.",
    ]


def test_consider_propose_extend(desk):
    both = pair(origin="interest")
    assert act(desk, both, "consider").headers["Location"] == path(both)
    assert both.now().status == "candidate"
    page = page_of(act(desk, both, "propose", reply_by="9999-12-31", message="You are alike."))
    assert page.wrong_fields == ["reply_by"]
    sent = {"reply_by": day(9), "message": "You are alike."}
    assert done(desk, both, "propose", **sent) == ["Proposed to both cities."]
    found = both.now()
    assert (found.status, found.message, found.reply_by.isoformat()) == (
        "proposed",
        "You are alike.",
        day(9),
    )
    assert page_of(act(desk, both, "extend", reply_by=day(2))).wrong_fields == [""]
    assert done(desk, both, "extend", reply_by=day(12)) == ["Deadline extended."]
    assert both.now().reply_by.isoformat() == day(12)


def test_propose_with_a_facilitator_where_one_is_welcome(desk):
    both = pair(request__facilitator_welcome=True)
    helper = OrganizationFactory(name="Port agency")
    assert page_of(desk.get(path(both))).select("[name=facilitator]")
    act(desk, both, "propose", reply_by=day(9), facilitator=helper.pk)
    assert both.now().facilitator == helper
    page = page_of(desk.get(path(both)))
    assert "Facilitator: Port agency" in page.one("[aria-labelledby=who]").lines
    other = pair(request__facilitator_welcome=False)
    assert page_of(desk.get(path(other))).select("[name=facilitator]") == []
    act(desk, other, "propose", reply_by=day(9), facilitator=helper.pk)
    assert (other.now().status, other.now().facilitator) == ("proposed", None)


def test_propose_with_a_canned_text(desk):
    both = pair()
    canned = CannedText.objects.create(
        used_by="brokers", reason="other", language="en", title="Alike", text="You are alike."
    )
    choices = [each["value"] for each in page_of(desk.get(path(both))).select("[name=canned]")]
    assert {"", str(canned.pk)} <= {*choices}
    act(desk, both, "propose", reply_by=day(9), message="And close.", canned=canned.pk)
    assert both.now().message == "You are alike.\n\nAnd close."


def test_withdraw_with_a_reason(desk):
    both = pair(proposed=True)
    [error] = page_of(act(desk, both, "withdraw", **WORDS | {"message": ""})).errors
    assert error.startswith("Choose a reason")
    assert done(desk, both, "withdraw", **WORDS) == ["Match withdrawn."]
    assert (both.now().status, Decision.objects.get().reason) == ("withdrawn", "fit")
    page = page_of(desk.post(path(both), {"act": "withdraw", **WORDS}, follow=True))
    assert page.outcomes[-1] == "error"


@pytest.mark.parametrize(
    ("state", "title", "says"),
    [
        ({}, "Remove candidate", "No city is told."),
        ({"proposed": True}, "Withdraw match", "The cities involved will read your reason."),
    ],
)
def test_say_who_is_told_of_a_withdrawal(desk, state, title, says):
    form = page_of(desk.get(path(pair(**state)))).one("form[aria-labelledby=end]")
    assert [form.one("h2").text, form.one("button[name=act]").text] == [title, title]
    assert form.select("p.help")[0].text == says


def test_end_an_introduction(desk):
    both = pair(introduced=True)
    assert done(desk, both, "part", **WORDS) == ["Introduction ended."]
    assert (both.now().status, both.now().request.status) == ("withdrawn", "open")


def test_note(desk):
    both = pair()
    assert done(desk, both, "note", words="Called on Monday.") == ["Note saved."]
    note = page_of(desk.get(path(both))).one("form[aria-labelledby=note] textarea")
    assert note.node.text() == "Called on Monday."


def test_pass_questions_on_and_return_answers(desk):
    both = pair(proposed=True)
    question = QuestionFactory(match=both.match, by=both.asked)
    questions = page_of(desk.get(path(both))).one("[aria-labelledby=questions]")
    assert questions.one("blockquote").text == "Who pays for the journey?"
    forwarded = done(desk, both, f"pass-{question.pk}", words="Who pays?")
    assert forwarded == ["Question forwarded."]
    question.refresh_from_db()
    assert question.passed_words == "Who pays?"
    assert done(desk, both, f"return-{question.pk}", words="They do.") == ["Answer forwarded."]
    question.refresh_from_db()
    assert question.passed_answer == "They do."


@pytest.mark.parametrize("name", ["", "burn", "pass-999999", "return-x", "\0", "part"])
def test_unknown_acts_are_refused(name, desk):
    both = pair(proposed=True)
    page = page_of(desk.post(path(both), {"act": name}, follow=True))
    assert page.outcomes == ["error"]


@pytest.mark.parametrize("text", ["\0", "x" * 100_000, "\u202e"])
@pytest.mark.parametrize("name", ["propose", "withdraw", "note"])
def test_act_with_hostile_texts(name, text, desk):
    both = pair()
    sent = {"words": text, "message": text, "reply_by": text, "reason": text, "canned": text}
    assert act(desk, both, name, **sent).status_code in (200, 302)


@pytest.mark.parametrize("status", ["candidate", "proposed", "introduced", "declined"])
def test_show_with_a_fixed_number_of_queries(status, desk, django_assert_max_num_queries):
    both = pair(introduced=True, origin="interest")
    InterestFactory(match=both.match)
    Match.objects.update(status=status)
    desk.get(path(both))
    with django_assert_max_num_queries(12) as few:
        desk.get(path(both))
    rival(both)
    rival(both)
    with django_assert_max_num_queries(len(few)):
        desk.get(path(both))
