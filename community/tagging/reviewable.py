"""The review of proposed tags."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.discussion.subjects import content_type
from community.models import ProposalStatus, TagProposal, User, Verb
from community.moderation.queue.columns import theme_of_case
from community.moderation.reviewable import QueueRows
from community.moderation.reviews.decision_page import AnswerReview
from community.tagging import actions
from repository.models import CaseStudy, Tag, Webinar
from repository.workflow import ActionRefused, lock, lock_or_none


class TagProposalReview(AnswerReview):
    model = TagProposal
    word = "tag"
    undone_event = "tag.undone"
    results = {Verb.APPROVE: ProposalStatus.ACCEPTED, Verb.DECLINE: ProposalStatus.DECLINED}
    restore_subject = staticmethod(actions.restore_proposal)

    def page(self, subject: TagProposal) -> Any:
        return subject.subject

    def author(self, subject: TagProposal) -> User | None:
        return subject.by

    def similar(self, subject: TagProposal) -> list[Tag]:
        return list(Tag.objects.for_object(subject.subject))

    def verbs(self, found: TagProposal) -> list[Verb]:
        is_open = found.is_waiting and actions.is_open(found.subject)
        return list(actions.STEPS) if is_open else []

    def apply(self, found: TagProposal, verb: Verb, *, by: User, form: Any, words: dict) -> None:
        if verb == Verb.APPROVE:
            actions.accept(proposal=found, by=by)
        elif verb == Verb.DECLINE:
            actions.decline(proposal=found, by=by, **words)
        else:
            raise ActionRefused(_("This isn’t possible here."))

    def queryset(self) -> Any:
        return TagProposal.objects.prefetch_related("subject")

    def lock(self, subject: TagProposal) -> TagProposal:
        if subject.subject is not None:
            # At most ten tags, also with concurrent requests.
            lock_or_none(type(subject.subject), subject.object_id, no_key=True)
        return lock(TagProposal, subject.pk)

    def described(self, subject: TagProposal) -> dict[str, str]:
        text = _("Your tag “%(name)s”, proposed for “%(page)s”")
        words = {"name": subject.name, "page": subject.subject}
        return {"text": text % words, "url": subject.get_absolute_url()}

    def waiting(self) -> Iterable[QueueRows]:
        proposals = TagProposal.objects.waiting()
        language = CaseStudy.objects.filter(pk=OuterRef("object_id")).values("language")[:1]
        yield QueueRows(
            "tag-case",
            gettext_lazy("Tags for cases"),
            # A proposal for a case that is not public cannot be answered.
            proposals.filter(
                content_type=content_type("case"),
                object_id__in=CaseStudy.objects.published().values("pk"),
            ),
            title="name",
            author="by",
            language=Subquery(language),
            theme=theme_of_case("object_id"),
        )
        yield QueueRows(
            "tag-webinar",
            gettext_lazy("Tags for webinars"),
            proposals.filter(
                content_type=content_type("webinar"), object_id__in=Webinar.objects.values("pk")
            ),
            title="name",
            author="by",
        )
