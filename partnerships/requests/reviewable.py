"""The review of requests: opened, returned or declined; later reopened or closed."""

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import User, Verb
from community.moderation.duplicates import Duplicate
from community.moderation.reviewable import QueueRows
from partnerships.desk.reviewable import BrokeredReview
from partnerships.models import Modality, PartnershipRequest, RequestStatus, SnoozeReason
from partnerships.pipeline import actions as handling
from partnerships.requests import actions, requirements, review
from partnerships.requests.review_forms import NoteForm, RequestDecisionForm
from partnerships.requests.similar import TEXTS, close_requests, similar
from partnerships.requests.unfit import warnings_about
from repository.models import Practice

# The step of the request that each decision takes.
STEP_OF = {verb: step for verb, (step, _event) in review.STEP_OF.items()} | {
    Verb.REOPEN: "reopen",
    Verb.CLOSE: "close",
}


class RequestReview(BrokeredReview):
    model = PartnershipRequest
    word = "request"
    template = "partnerships/requests/review.html"
    form_class = RequestDecisionForm
    # A published request has readers: it can be closed, but publication cannot be undone.
    results = {
        Verb.REQUEST_CHANGES: RequestStatus.CHANGES_REQUESTED,
        Verb.DECLINE: RequestStatus.DECLINED,
    }
    lock_to_restore = staticmethod(review.lock_to_restore)
    restore_subject = staticmethod(review.restore_request)

    def for_page(self) -> QuerySet:
        rows = PartnershipRequest.objects.select_related(
            "city__country", "created_by", "inspired_by", "handling__owner"
        )
        # Annotate the names shown, to avoid a query for each.
        return rows.annotate(
            practice_names=names_of(Practice.objects.filter(partnership_requests=OuterRef("pk"))),
            offered_names=names_of(Practice.objects.filter(offered_in_requests=OuterRef("pk"))),
        )

    def texts(self, subject: PartnershipRequest) -> list[tuple[Any, str]]:
        texts = [
            (PartnershipRequest._meta.get_field(name).verbose_name, subject.rendered.get(name, ""))
            for name in TEXTS
        ]
        return [(name, html) for name, html in texts if html]

    def similar(self, subject: PartnershipRequest) -> QuerySet[PartnershipRequest]:
        return similar(subject)

    def similar_url(self, other: PartnershipRequest) -> str:
        return self.address(other)

    def duplicates(self, subject: PartnershipRequest, user: User) -> list[Duplicate]:
        return close_requests(subject, user)

    def context(self, subject: PartnershipRequest) -> dict[str, Any]:
        musts = requirements.parse_requirements(subject.musts)
        return {
            "modalities": [Modality(key).label for key in subject.modalities],
            "musts": [requirements.words(each) for each in musts],
            "handling_acts": handling.possible(subject, subject.matches.all()),
            "warnings": warnings_about(subject),
            "snooze_reasons": SnoozeReason.choices,
            "note_form": NoteForm(instance=subject),
        }

    def verbs(self, found: PartnershipRequest) -> list[Verb]:
        steps = actions.STEPS
        return [verb for verb, step in STEP_OF.items() if found.status in steps[step].sources]

    def label(self, found: PartnershipRequest, verb: Verb) -> str:
        return _("Open request") if verb == Verb.APPROVE else super().label(found, verb)

    def fingerprint(self, found: PartnershipRequest) -> str:
        return review.fingerprint(found)

    def apply(
        self, found: PartnershipRequest, verb: Verb, *, by: User, form: Any, words: dict
    ) -> None:
        data = form.cleaned_data
        if verb == Verb.CLOSE:
            reason, message = data["closing"], words["message"]
            actions.close(partnership_request=found, by=by, reason=reason, message=message)
        elif verb == Verb.REOPEN:
            actions.reopen(partnership_request=found, by=by, message=words["message"])
        else:
            step = {"seen": data["seen"], "form_step": data["form_step"]}
            review.decide(partnership_request=found, verb=verb, by=by, **step, **words)

    def done(self, verb: Verb) -> str:
        return _("Opened") if verb == Verb.APPROVE else super().done(verb)

    def waiting(self) -> Iterable[QueueRows]:
        yield QueueRows(
            "request",
            gettext_lazy("Requests to review"),
            PartnershipRequest.objects.submitted().awake(),
            title="title",
            since="submitted_at",
            city="city",
        )


def names_of(practices: QuerySet[Practice]) -> ArraySubquery:
    return ArraySubquery(practices.order_by("name").values("name"))
