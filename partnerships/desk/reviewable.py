"""Decisions of brokers that can be undone or appealed."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from community.models import Decision, User, Verb
from partnerships import permissions
from partnerships.clusters import joining
from partnerships.desk.brokered import BrokeredReview
from partnerships.desk.notices import speakers
from partnerships.listings import actions as listings
from partnerships.matches import closing
from partnerships.matches.actions import concerned
from partnerships.models import (
    ApplicationStatus,
    ClusterApplication,
    ListingStatus,
    Match,
    MatchStatus,
    Need,
    Offer,
    PartnershipRequest,
    Representation,
    RepresentationStatus,
    RequestStatus,
)
from partnerships.representation import review as representation_review
from partnerships.requests import review as requests_review


class OnPageOfItsOwn(BrokeredReview):
    """Decided on a page of its app."""

    def address(self, found: Any) -> str:
        return reverse(f"admin:partnerships_{found._meta.model_name}_review", args=[found.pk])


class RepresentationReview(OnPageOfItsOwn):
    model = Representation
    word = "representation"
    results = {
        Verb.DECLINE: RepresentationStatus.DECLINED,
        Verb.END: RepresentationStatus.ENDED,
    }
    lock = staticmethod(representation_review.lock_to_restore)
    restore_subject = staticmethod(representation_review.restore_representation)

    def members_to_notify(self, subject: Representation) -> list[int]:
        return [subject.member_id]

    def is_own(self, user: User, subject: Representation) -> bool:
        return subject.member_id == user.pk

    def is_concerned(self, user: User, decision: Decision, subject: Representation) -> bool:
        return decision.concerns_id == user.pk


class RequestReview(OnPageOfItsOwn):
    model = PartnershipRequest
    word = "request"
    # A published request has readers: it can be closed, but publication cannot be undone.
    results = {
        Verb.REQUEST_CHANGES: RequestStatus.CHANGES_REQUESTED,
        Verb.DECLINE: RequestStatus.DECLINED,
    }
    lock = staticmethod(requests_review.lock_to_restore)
    restore_subject = staticmethod(requests_review.restore_request)


class ListingReview(OnPageOfItsOwn):
    results = {
        Verb.REQUEST_CHANGES: ListingStatus.CHANGES_REQUESTED,
        Verb.DECLINE: ListingStatus.DECLINED,
    }
    lock = staticmethod(listings.lock_to_restore)
    restore_subject = staticmethod(listings.restore_listing)

    def members_to_notify(self, subject: Any) -> Iterable[int]:
        return speakers(subject)

    def owner(self, subject: Any) -> Any:
        return subject.owner


class OfferReview(ListingReview):
    model = Offer
    word = "offer"


class NeedReview(ListingReview):
    model = Need
    word = "need"


class MatchReview(BrokeredReview):
    model = Match
    word = "match"
    # Can be undone because a city expresses interest only once: a mistake must not lose it.
    results = {Verb.WITHDRAW: MatchStatus.WITHDRAWN}
    lock = staticmethod(closing.lock_to_restore)
    restore_subject = staticmethod(closing.restore_match)

    def members_to_notify(self, subject: Match) -> Iterable[int]:
        return concerned(subject)

    def is_own(self, user: User, subject: Match) -> bool:
        return permissions.speaks_for_one_of(user, [subject.city_id, subject.request.city_id])

    def is_concerned(self, user: User, decision: Decision, subject: Match) -> bool:
        return False

    def address(self, found: Match) -> str:
        """The page of the match, with its next steps and all that is known about it."""
        return reverse("admin:match", args=[found.pk])

    def page_and_details(self, subject: Match) -> dict[str, Any]:
        return {"subject": subject.request, "match": str(subject.pk)}


class ClusterApplicationReview(OnPageOfItsOwn):
    model = ClusterApplication
    word = "cluster-application"
    results = {
        Verb.APPROVE: ApplicationStatus.ACCEPTED,
        Verb.DECLINE: ApplicationStatus.DECLINED,
    }
    lock = staticmethod(joining.lock_for)
    restore_subject = staticmethod(joining.restore_application)

    def is_own(self, user: User, subject: ClusterApplication) -> bool:
        return permissions.is_own_application(user, subject)

    def can_appeal(self, decision: Decision, subject: ClusterApplication) -> bool:
        # The city can ask again.
        return False

    def page_and_details(self, subject: ClusterApplication) -> dict[str, Any]:
        return {"subject": subject.cluster, "application": str(subject.pk)}


REVIEWABLES = [
    RepresentationReview(),
    RequestReview(),
    OfferReview(),
    NeedReview(),
    MatchReview(),
    ClusterApplicationReview(),
]
