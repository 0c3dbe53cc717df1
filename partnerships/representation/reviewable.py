"""The review of members who ask to represent a city or an organisation."""

from collections.abc import Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Decision, User, Verb
from community.moderation.reviewable import QueueRows
from partnerships.desk.reviewable import BrokeredReview
from partnerships.listings.keys import whose
from partnerships.models import Representation, RepresentationStatus
from partnerships.representation import addresses
from partnerships.representation import review as actions
from partnerships.representation.review_forms import CityDecisionForm, OrganizationDecisionForm
from repository.workflow import ActionRefused

MAX_NAME_LENGTH = 120


class RepresentationReview(BrokeredReview):
    model = Representation
    word = "representation"
    template = "partnerships/representation/review.html"
    results = {
        Verb.DECLINE: RepresentationStatus.DECLINED,
        Verb.END: RepresentationStatus.ENDED,
    }
    lock_to_restore = staticmethod(actions.lock_to_restore)
    restore_subject = staticmethod(actions.restore_representation)

    def for_page(self) -> QuerySet:
        # Whether the official address is a verified address of the member.
        confirmed = EmailAddress.objects.filter(
            user=OuterRef("member"), email__iexact=OuterRef("official_email"), verified=True
        )
        rows = Representation.objects.select_related(
            "member__membership", "city__country", "organization", "country"
        )
        return rows.annotate(is_confirmed=Exists(confirmed), **addresses.columns())

    def author(self, subject: Representation) -> User:
        return subject.member

    def context(self, subject: Representation) -> dict[str, Any]:
        return {
            "is_asked": subject.status == RepresentationStatus.ASKED,
            "can_check_address": addresses.can_be_sent(subject),
            "others": others(subject),
        }

    def form(self, found: Representation, data: Any, *, query: Any) -> Any:
        form_class = OrganizationDecisionForm if found.is_of_organization else CityDecisionForm
        return form_class(
            data,
            representation=found,
            look_for=query.get("look_for", "")[:MAX_NAME_LENGTH],
            language=found.member.language or settings.LANGUAGE_CODE,
        )

    def verbs(self, found: Representation) -> list[Verb]:
        if found.status == RepresentationStatus.ASKED:
            return [Verb.APPROVE, Verb.DECLINE]
        return [Verb.APPROVE, Verb.END] if found.status == RepresentationStatus.APPROVED else []

    def label(self, found: Representation, verb: Verb) -> str:
        if found.status != RepresentationStatus.APPROVED:
            return super().label(found, verb)
        return _("Save end date") if verb == Verb.APPROVE else _("End now")

    def decide(self, found: Representation, *, by: User, form: Any) -> str:
        is_given = found.status == RepresentationStatus.APPROVED
        done = super().decide(found, by=by, form=form)
        return _("Saved") if is_given and form.cleaned_data["verb"] == Verb.APPROVE else done

    def apply(self, found: Representation, verb: Verb, *, by: User, form: Any, words: dict) -> None:
        until, message = form.cleaned_data["until"], words["message"]
        if verb == Verb.APPROVE and found.status == RepresentationStatus.APPROVED:
            actions.set_last_day(representation=found, by=by, until=until)
        elif verb == Verb.APPROVE:
            actions.approve(
                representation=found, by=by, choice=form.chosen(), until=until, message=message
            )
        elif verb == Verb.DECLINE:
            actions.decline(representation=found, by=by, **words)
        elif verb == Verb.END:
            actions.end(representation=found, by=by, **words)
        else:
            raise ActionRefused(_("This isn’t possible here."))

    def members_to_notify(self, subject: Representation) -> list[int]:
        return [subject.member_id]

    def is_own(self, user: User, subject: Representation) -> bool:
        return subject.member_id == user.pk

    def is_concerned(self, user: User, decision: Decision, subject: Representation) -> bool:
        return decision.concerns_id == user.pk

    def waiting(self) -> Iterable[QueueRows]:
        yield QueueRows(
            "representation",
            gettext_lazy("Requests to represent a city or organisation"),
            Representation.objects.asked(),
            title="place",
            since="asked_at",
            city="city",
        )


def others(representation: Representation) -> list[Representation]:
    """Return other representations and requests for the same city or organisation, oldest first."""
    if representation.represented is None:
        return []
    rows = Representation.objects.filter(
        **whose(representation.represented),
        status__in=[RepresentationStatus.ASKED, RepresentationStatus.APPROVED],
    )
    return list(rows.exclude(pk=representation.pk).select_related("member__membership")[:20])
