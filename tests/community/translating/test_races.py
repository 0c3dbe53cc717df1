"""Two members at once: claims, submissions and answers."""

import pytest

from community.models import Decision, TranslationProposal
from community.translating.actions import accept, claim, decline, submit
from repository.models import Original, Translation
from tests.community.translating.proposals import (
    kind_of,
    reviews,
    saved,
    seen,
    submitted,
    whole,
)
from tests.community.writing.revisions.revisions import make_known
from tests.factories import PracticeFactory, UserFactory
from tests.races import race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def practice():
    return PracticeFactory(name="Parcels", summary="Few.", description="One.", needs="")


def original_of(row) -> Original:
    return Original.objects.get(kind=kind_of(row).name, object_id=row.pk)


def test_two_members_claim_at_once(practice):
    first, second = UserFactory(), UserFactory()

    def claims(by):
        return lambda: claim(kind=kind_of(practice), row=practice, language="es", by=by)

    assert race(original_of(practice), claims(first), claims(second)) == ["done", "refused"]
    assert TranslationProposal.objects.count() == 1


def test_submit_twice_at_once(practice):
    member = UserFactory()
    make_known(member)
    proposal = saved(practice, member, whole(practice))
    mark = seen(practice)

    def send():
        submit(proposal=proposal, seen=mark, by=member)

    # The second one waits for the member's lock, which the first one holds.
    assert race(original_of(practice), send, send) == ["done", "refused"]
    assert Translation.objects.get().paragraphs.count() == 3


def test_a_reviewer_and_a_moderator_answer_at_once(practice, moderator):
    member, reviewer = UserFactory(), reviews(UserFactory())
    proposal = submitted(practice, member)
    outcomes = race(
        original_of(practice),
        lambda: accept(proposal=proposal, by=reviewer),
        lambda: decline(proposal=proposal, by=moderator, reason="unclear", message="No."),
    )
    assert outcomes == ["done", "refused"]
    assert Decision.objects.count() == 1
