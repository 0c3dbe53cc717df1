"""The review of cases: submitted ones, and flags on public ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import Decision, Flag, FlagOutcome, User, Verb
from community.moderation.decisions.rules import Facts
from community.moderation.duplicates import Duplicate, of_case
from community.moderation.flags.case_flags import VERBS as FLAG_VERBS
from community.moderation.flags.case_flags import answer_flags
from community.moderation.queue.columns import flagged, theme_of_case
from community.moderation.reviewable import QueueRows, Reviewable, own_contribution
from community.moderation.reviews import case_review, publication
from community.moderation.reviews.decision_page import DecisionPage
from community.permissions import has_written, is_author
from community.writing.drafts import documents
from community.writing.drafts.documents import document_of
from community.writing.drafts.similar import similar_cases
from community.writing.revisions.differences import FieldChange, field_changes
from repository.cases.actions import restore
from repository.cases.models import SECTIONS
from repository.models import CaseStatus, CaseStudy, Tag
from repository.workflow import ActionRefused


@dataclass(frozen=True)
class Round:
    """The decision that requested changes, and the changes since the submission that it was about.

    `changes` is None if the text of that submission was not recorded.
    """

    decision: Decision
    changes: list[FieldChange] | None


def last_round(case: CaseStudy) -> Round | None:
    """The last round of a case; None if no changes were requested."""
    decision = (
        Decision.objects.about(case)
        .standing()
        .filter(verb=Verb.REQUEST_CHANGES)
        .select_related("by__membership")
        .first()
    )
    if decision is None:
        return None
    earlier = case.submissions.filter(created_at__lt=decision.created_at).first()
    if earlier is None or not earlier.document:
        return Round(decision, None)
    # A field added since then was empty.
    before = documents.empty() | earlier.document
    return Round(decision, field_changes(before, documents.document_of(case)))


# Emails about the publication wait a little longer (`events.HELD_FOR`).
PUBLICATION_UNDONE_WITHIN = timedelta(minutes=10)
# Facts of a case beside its text, in the order of the review page.
TEXTS = ("setting", "cost", "time", "source")
LINKED = ("cities", "countries", "organizations", "themes", "goals", "practices")


def facts_of(case: CaseStudy) -> list[tuple[str, str, list[Any]]]:
    """The facts of a case that are not empty: (field, label, values)."""
    facts: list[tuple[str, str, list[Any]]] = [
        (name, str(CaseStudy._meta.get_field(name).verbose_name), list(getattr(case, name).all()))
        for name in LINKED
    ]
    facts.append(("tags", _("tags"), [tag.name for tag in Tag.objects.for_object(case)]))
    facts += [
        (name, str(CaseStudy._meta.get_field(name).verbose_name), [getattr(case, name)])
        for name in TEXTS
        if getattr(case, name)
    ]
    return [fact for fact in facts if fact[2]]


class CaseReview(DecisionPage, Reviewable):
    model = CaseStudy
    word = "case"
    # Including verbs that answer flags (`case_flags.py`) and ARCHIVE at the desk
    # (`case_steps.py`).
    results = {
        Verb.APPROVE: CaseStatus.PUBLISHED,
        Verb.REQUEST_CHANGES: CaseStatus.CHANGES_REQUESTED,
        Verb.DECLINE: CaseStatus.DECLINED,
        Verb.DISMISS: CaseStatus.PUBLISHED,
        Verb.ARCHIVE: CaseStatus.ARCHIVED,
    }
    # Later a published case has readers: it is archived, not sent back.
    undone_within = {Verb.APPROVE: PUBLICATION_UNDONE_WITHIN}
    # The authors are notified of an undoing only if they were notified of the decision.
    undone_events = {
        Verb.REQUEST_CHANGES: "contribution.undone",
        Verb.DECLINE: "contribution.undone",
        Verb.ARCHIVE: "case.restored",
    }

    def author(self, subject: CaseStudy) -> User | None:
        return subject.authors.order_by("pk").first()

    def texts(self, subject: CaseStudy) -> list[tuple[Any, str]]:
        texts = [(name, subject.rendered.get(key, "")) for key, name in SECTIONS.items()]
        return [(name, html) for name, html in texts if html]

    def similar(self, subject: CaseStudy) -> list[CaseStudy]:
        found = similar_cases(document_of(subject), case=subject)
        return [case for case, _reason in found]

    def duplicates(self, subject: CaseStudy, user: User) -> list[Duplicate]:
        return of_case(subject, subject.title, subject.summary, user=user)

    def context(self, subject: CaseStudy) -> dict[str, Any]:
        """What came with a case, and what has changed since the last round."""
        return {
            "submission": subject.submissions.defer("document")
            .select_related("by__membership")
            .first(),
            "round": last_round(subject) if subject.status == CaseStatus.SUBMITTED else None,
            "facts": facts_of(subject),
            "references": subject.references.order_by("key"),
            "figures": subject.evidence.select_related("reference", "webinar"),
            "photograph": subject.shown_photograph,
            "files": subject.attachments.all(),
            "proposed": subject.proposed_practices.filter(outcome=""),
        }

    def verbs(self, found: CaseStudy) -> list[Verb]:
        if found.status == CaseStatus.SUBMITTED:
            return list(case_review.STEPS)
        return FLAG_VERBS if found.is_published and Flag.objects.about(found).open() else []

    def why_not(self, found: CaseStudy, user: User) -> str:
        return own_contribution() if has_written(user, found) else ""

    def fingerprint(self, found: CaseStudy) -> str:
        return case_review.fingerprint(found)

    def apply(self, found: CaseStudy, verb: Verb, *, by: User, form: Any, words: dict) -> None:
        if verb in case_review.STEPS:
            seen = form.cleaned_data["seen"]
            case_review.decide(case=found, verb=verb, by=by, seen=seen, **words)
        else:
            answer_flags(case=found, verb=verb, by=by, **words)

    def done(self, verb: Verb) -> str:
        return _("Published") if verb == Verb.APPROVE else super().done(verb)

    def queryset(self) -> Any:
        cases = CaseStudy.objects.prefetch_related("authors")
        return cases.annotate(has_moved_on=publication.has_moved_on())

    def has_moved_on(self, decision: Decision, subject: CaseStudy, facts: Facts) -> bool:
        if super().has_moved_on(decision, subject, facts):
            return True
        if decision.verb != Verb.APPROVE:
            return False
        # Annotated in lists.
        known = getattr(subject, "has_moved_on", None)
        return publication.has_moved_on_now(subject) if known is None else known

    def restore(self, subject: CaseStudy, decision: Decision, *, by: User) -> None:
        # Former authors as well, as in `case_review.decide`.
        if refusal := self.why_not(subject, by):
            raise ActionRefused(refusal)
        if decision.verb == Verb.ARCHIVE:
            restore(case=subject, by=by)
        elif decision.verb == Verb.APPROVE:
            publication.undo_publication(subject, decision)
        elif decision.verb != Verb.DISMISS:
            subject.status = CaseStatus(decision.before)
            subject.save(update_fields=["status", "updated_at"])
        # Reopen the flags that it answered.
        decision.flags.update(outcome="", decision=None)

    def notify_undone(self, undoing: Decision, decision: Decision, subject: CaseStudy) -> None:
        if decision.verb == Verb.APPROVE:
            publication.withdraw_notices(undoing, decision, subject)
            return
        if event := self.undone_events.get(Verb(decision.verb)):
            authors = list(subject.authors.values_list("pk", flat=True))
            case_review.notify_authors(undoing, subject, event, authors)

    def is_concerned(self, user: User, decision: Decision, subject: CaseStudy) -> bool:
        return is_author(user, subject)

    def described(self, subject: CaseStudy) -> dict[str, str]:
        text = _("Your case “%(title)s”") % {"title": subject.title}
        return {"text": text, "url": subject.get_absolute_url()}

    def other_authors(self, appeal: Any) -> set[int]:
        authors = appeal.decision.subject.authors
        return set(authors.exclude(pk=appeal.by_id).values_list("pk", flat=True))

    def restore_on_appeal(
        self, subject: CaseStudy, first: Decision, decision: Decision, *, by: User
    ) -> None:
        if first.verb == Verb.ARCHIVE:
            restore(case=subject, by=by)
            first.flags.update(outcome=FlagOutcome.DISMISSED, decision=decision)
        else:
            # Back to the queue: nobody has approved it yet.
            subject.status = CaseStatus.SUBMITTED
            subject.save(update_fields=["status", "updated_at"])

    def waiting(self) -> Iterable[QueueRows]:
        authors = CaseStudy.authors.through.objects.filter(casestudy=OuterRef("pk"))
        columns = {"title": "title", "language": "language", "theme": theme_of_case("pk")}
        yield QueueRows(
            "case",
            gettext_lazy("Cases"),
            CaseStudy.objects.filter(status=CaseStatus.SUBMITTED),
            since="updated_at",
            author=Subquery(authors.order_by("pk").values("user")[:1]),
            **columns,
        )
        yield QueueRows(
            "flagged-case",
            gettext_lazy("Flagged cases"),
            flagged(CaseStudy.objects.filter(status=CaseStatus.PUBLISHED)),
            since="flagged_at",
            **columns,
        )
