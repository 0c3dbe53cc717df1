"""The review of matches: a broker withdraws one on its own page, and can undo this."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from community.models import Decision, User, Verb
from partnerships import permissions
from partnerships.desk.reviewable import BrokeredReview
from partnerships.matches import closing
from partnerships.matches.actions import concerned
from partnerships.models import Match, MatchStatus


class MatchReview(BrokeredReview):
    model = Match
    word = "match"
    # Can be undone because a city expresses interest only once: a mistake must not lose it.
    results = {Verb.WITHDRAW: MatchStatus.WITHDRAWN}
    lock_to_restore = staticmethod(closing.lock_to_restore)
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
