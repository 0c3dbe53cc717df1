from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import Claim
from community.moderation.claims.actions import claim, release
from repository.workflow import ActionRefused
from tests.factories import CommentFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_claim_for_half_an_hour(moderator):
    held = claim(subject=CommentFactory(), by=moderator)
    assert timedelta(minutes=29) < held.until - timezone.now() <= timedelta(minutes=30)
    assert list(Claim.objects.live()) == [held]
    assert held.events.get().pgh_context.metadata == {"user": moderator.pk}


def test_claim_again_for_longer(moderator):
    subject = CommentFactory()
    first = claim(subject=subject, by=moderator)
    assert claim(subject=subject, by=moderator).until > first.until
    assert Claim.objects.count() == 1


def test_claim_after_another_is_refused_with_name_and_time(moderator, administrator):
    subject = CommentFactory()
    held = claim(subject=subject, by=administrator)
    with pytest.raises(ActionRefused) as refused:
        claim(subject=subject, by=moderator)
    until = timezone.localtime(held.until).strftime("%H:%M")
    assert str(refused.value) == f"Administrator has claimed this until {until}."
    assert Claim.objects.get().by == administrator


def test_claim_after_an_expired_claim(moderator):
    subject = CommentFactory()
    claim(subject=subject, by=UserFactory(staff=True))
    Claim.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert claim(subject=subject, by=moderator).by == moderator
    assert Claim.objects.get().is_live


def test_release_ones_own_claim_only(moderator, administrator):
    subject = CommentFactory()
    claim(subject=subject, by=moderator)
    release(subject=subject, by=administrator)
    assert Claim.objects.count() == 1
    for _time in range(2):
        release(subject=subject, by=moderator)
    assert Claim.objects.count() == 0
