"""The review of offers and needs by brokers."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.models import User, Verb
from community.moderation.reviewable import QueueRows
from partnerships.desk.notices import speakers
from partnerships.desk.reviewable import BrokeredReview
from partnerships.listings import actions
from partnerships.listings.keys import whose
from partnerships.models import ListingStatus, Modality, Need, Offer

VERBS = [Verb.APPROVE, Verb.REQUEST_CHANGES, Verb.DECLINE]


class ListingReview(BrokeredReview):
    name_in_queue: Promise
    template = "partnerships/listings/review.html"
    results = {
        Verb.REQUEST_CHANGES: ListingStatus.CHANGES_REQUESTED,
        Verb.DECLINE: ListingStatus.DECLINED,
    }
    lock_to_restore = staticmethod(actions.lock_to_restore)
    restore_subject = staticmethod(actions.restore_listing)

    def for_page(self) -> QuerySet:
        owners = ["city__country", "country", "created_by"]
        return self.model._default_manager.select_related(*owners)

    def context(self, subject: Any) -> dict[str, Any]:
        others = self.model._default_manager.none()
        if subject.country is None:
            others = self.model._default_manager.filter(**whose(subject.owner))
        return {
            "modalities": [Modality(key).label for key in subject.modalities],
            "others": others.exclude(pk=subject.pk).order_by("-changed_at")[:5],
        }

    def verbs(self, found: Any) -> list[Verb]:
        possible = [verb for verb in VERBS if found.status in actions.STEPS[verb].sources]
        return [verb for verb in possible if verb != Verb.APPROVE or not found.is_read]

    def fingerprint(self, found: Any) -> str:
        return actions.fingerprint(found)

    def apply(self, found: Any, verb: Verb, *, by: User, form: Any, words: dict) -> None:
        seen = form.cleaned_data["seen"]
        actions.decide(listing=found, verb=verb, by=by, seen=seen, **words)

    def members_to_notify(self, subject: Any) -> Iterable[int]:
        return speakers(subject)

    def owner(self, subject: Any) -> Any:
        return subject.owner

    def waiting(self) -> Iterable[QueueRows]:
        rows = self.model._default_manager.waiting()
        yield QueueRows(
            self.word, self.name_in_queue, rows, title="title", since="changed_at", city="city"
        )


class OfferReview(ListingReview):
    model = Offer
    word = "offer"
    name_in_queue = _("Offers to review")

    def for_page(self) -> QuerySet:
        return super().for_page().select_related("organization")


class NeedReview(ListingReview):
    model = Need
    word = "need"
    name_in_queue = _("Needs to review")
