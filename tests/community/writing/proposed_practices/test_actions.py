"""Answers to practices proposed by authors."""

import pytest

from community.models import Claim, Decision, Follow, ProposedPractice, Verb
from community.moderation.claims.actions import claim
from community.writing.drafts import actions as drafts_actions
from community.writing.proposed_practices.actions import EVENTS, decide, fingerprint
from repository.models import CaseStatus, CaseStudy, Practice
from repository.workflow import ActionRefused
from tests.conftest import staff
from tests.factories import CaseStudyFactory, PracticeFactory, ThemeFactory
from tests.races import race

WORDS = {"reason": "unclear", "message": "Say how it differs from a bonded warehouse."}


@pytest.fixture
def another(db):
    return staff("Moderators", "another")


@pytest.fixture
def proposed(member, colleague):
    case = CaseStudyFactory(
        status="submitted", title="Parcels", authors=[member, colleague], themes=[ThemeFactory()]
    )
    return ProposedPractice.objects.create(
        case=case, by=member, name="Village parcel desks", summary="One desk for all carriers."
    )


def words(verb) -> dict:
    return {
        Verb.APPROVE: {},
        Verb.MERGE: {"practice": Practice.objects.first()},
        Verb.DECLINE: WORDS,
    }[verb]


def notices_of(person) -> list[tuple[str, str]]:
    return [(row.event, row.subject.title) for row in person.notifications.order_by("pk")]


def test_accept_creates_a_practice_of_the_case(proposed, member, colleague, moderator):
    decision = decide(proposed=proposed, verb=Verb.APPROVE, by=moderator)
    practice = Practice.objects.get()
    assert (practice.slug, practice.name, practice.summary) == (
        "village-parcel-desks",
        "Village parcel desks",
        "One desk for all carriers.",
    )
    case = proposed.case
    assert list(practice.themes.all()) == list(case.themes.all())
    assert list(case.practices.all()) == [practice]
    proposed.refresh_from_db()
    assert (proposed.outcome, proposed.practice) == ("accepted", practice)
    assert (decision.by, decision.concerns, decision.verb) == (moderator, member, "approve")
    assert (notices_of(member), notices_of(colleague)) == ([("practice.accepted", "Parcels")], [])
    event = proposed.events.order_by("-pgh_id").first()
    assert (event.outcome, event.pgh_context.metadata["user"]) == ("accepted", moderator.pk)


def test_accept_with_corrections(proposed, moderator):
    decide(
        proposed=proposed,
        verb=Verb.APPROVE,
        by=moderator,
        name=" Shared  parcel desks ",
        summary="One desk in each village.",
    )
    assert Practice.objects.values_list("slug", "name", "summary").get() == (
        "shared-parcel-desks",
        "Shared parcel desks",
        "One desk in each village.",
    )


def test_accept_a_name_in_another_script(proposed, moderator):
    PracticeFactory(slug="practice", name="保税")
    decide(proposed=proposed, verb=Verb.APPROVE, by=moderator, name="乡村包裹")
    assert Practice.objects.get(name="乡村包裹").slug == "practice-2"


def test_merge_links_the_existing_practice(proposed, member, moderator):
    practice = PracticeFactory()
    decide(proposed=proposed, verb=Verb.MERGE, by=moderator, practice=practice)
    proposed.refresh_from_db()
    assert (proposed.outcome, proposed.practice) == ("accepted", practice)
    assert list(proposed.case.practices.all()) == [practice]
    assert notices_of(member) == [("practice.merged", "Parcels")]


def test_merge_notifies_followers_of_the_practice(proposed, stranger, moderator):
    practice = PracticeFactory()
    Follow.objects.create(member=stranger, subject=practice)
    CaseStudy.objects.update(status=CaseStatus.PUBLISHED, published_at="2026-01-01T00:00Z")
    decide(proposed=proposed, verb=Verb.MERGE, by=moderator, practice=practice)
    assert notices_of(stranger) == [("case.new", "Parcels")]


def test_decline_notifies_the_author_of_the_reason(proposed, member, moderator):
    decision = decide(proposed=proposed, verb=Verb.DECLINE, by=moderator, **WORDS)
    proposed.refresh_from_db()
    assert (proposed.outcome, proposed.practice, Practice.objects.count()) == ("declined", None, 0)
    assert (decision.reason, decision.message) == (WORDS["reason"], WORDS["message"])
    assert member.notifications.get().details["message"] == WORDS["message"]


def test_decide_without_required_data_is_refused(proposed, moderator):
    PracticeFactory(name="VILLAGE parcel desks")
    for refused in (
        {"verb": Verb.DECLINE},
        {"verb": Verb.MERGE},
        {"verb": Verb.HIDE, **WORDS},
        {"verb": Verb.APPROVE},  # there is one of this name
        {"verb": Verb.APPROVE, "name": "x" * 91},
        {"verb": Verb.APPROVE, "name": "Other", "seen": "older"},
    ):
        with pytest.raises(ActionRefused):
            decide(proposed=proposed, by=moderator, **refused)
    assert (Decision.objects.count(), Practice.objects.count()) == (0, 1)
    assert decide(
        proposed=proposed,
        verb=Verb.APPROVE,
        by=moderator,
        name="Other",
        seen=fingerprint(proposed),
    )


@pytest.mark.parametrize("verb", EVENTS)
def test_decide_twice_is_refused(proposed, moderator, member, verb):
    PracticeFactory()
    decide(proposed=proposed, verb=verb, by=moderator, **words(verb))
    with pytest.raises(ActionRefused, match="already answered"):
        decide(proposed=proposed, verb=verb, by=moderator, **words(verb))
    assert (Decision.objects.count(), member.notifications.count()) == (1, 1)


@pytest.mark.parametrize("status", CaseStatus.values)
def test_decide_only_while_the_case_is_with_the_moderators(proposed, moderator, status):
    CaseStudy.objects.update(
        status=status, published_at="2026-01-01T00:00Z", archived_reason="Over."
    )
    if status in ("submitted", "published"):
        decide(proposed=proposed, verb=Verb.APPROVE, by=moderator)
        return
    with pytest.raises(ActionRefused, match="The authors are editing the case again"):
        decide(proposed=proposed, verb=Verb.APPROVE, by=moderator)


def test_decide_about_ones_own_is_refused(proposed, member, colleague):
    for author in (member, colleague):
        with pytest.raises(ActionRefused, match="You proposed this"):
            decide(proposed=proposed, verb=Verb.APPROVE, by=author)


def test_decide_about_a_practice_claimed_by_another_is_refused(proposed, moderator, administrator):
    claim(subject=proposed, by=administrator)
    with pytest.raises(ActionRefused, match="has claimed this"):
        decide(proposed=proposed, verb=Verb.APPROVE, by=moderator)
    decide(proposed=proposed, verb=Verb.APPROVE, by=administrator)
    assert Claim.objects.count() == 0


def decide_at_once(proposed, member, moderator, another) -> tuple:
    outcomes = race(
        proposed.case,
        lambda: decide(proposed=proposed, verb=Verb.APPROVE, by=moderator),
        lambda: decide(proposed=proposed, verb=Verb.DECLINE, by=another, **WORDS),
    )
    return outcomes, Decision.objects.count(), member.notifications.count()


@pytest.mark.django_db(transaction=True)
def test_decide_at_the_same_moment_once(proposed, member, moderator, another):
    assert decide_at_once(proposed, member, moderator, another) == (["done", "refused"], 1, 1)


@pytest.mark.django_db(transaction=True)
def test_accept_while_the_author_withdraws_the_case(proposed, member, moderator):
    outcomes = race(
        proposed.case,
        lambda: decide(proposed=proposed, verb=Verb.APPROVE, by=moderator),
        lambda: drafts_actions.withdraw(case=proposed.case, by=member),
    )
    # In either order: nothing is decided about a withdrawn case.
    assert outcomes in (["done", "done"], ["done", "refused"])
    accepted = Practice.objects.count()
    assert accepted == (1 if outcomes == ["done", "done"] else 0)
    assert ProposedPractice.objects.exclude(outcome="").count() == accepted


@pytest.mark.django_db(transaction=True)
def test_accept_two_of_one_name_at_the_same_moment(proposed, member, moderator, another):
    theme = proposed.case.themes.get()
    other = ProposedPractice.objects.create(
        case=CaseStudyFactory(status="submitted", authors=[member], themes=[theme]),
        by=member,
        name=proposed.name,
        summary="The same.",
    )
    # Each is held where it links its new practice with the theme.
    outcomes = race(
        theme,
        lambda: decide(proposed=proposed, verb=Verb.APPROVE, by=moderator),
        lambda: decide(proposed=other, verb=Verb.APPROVE, by=another),
    )
    assert outcomes == ["done", "refused"]
    assert Practice.objects.count() == 1
