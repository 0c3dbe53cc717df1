"""Undo the publication of a case, within minutes and only if nobody has responded to it."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from community.models import (
    Comment,
    Decision,
    Experience,
    Flag,
    NoticeKind,
    Revision,
    TagProposal,
)
from community.notices.notify import notify, withdraw
from repository.models import CaseStatus, CaseStudy, Reference

# What only published cases receive.
RESPONSES = (Comment, Experience, Flag, TagProposal)
PUBLIC = (CaseStatus.PUBLISHED, CaseStatus.ARCHIVED)


def has_moved_on() -> Q:
    """Whether a published case has been changed or responded to, as a column of cases."""
    kind = ContentType.objects.get_for_model(CaseStudy)
    responses = Q(Exists(Revision.objects.filter(case=OuterRef("pk"))))
    for model in RESPONSES:
        rows = model._default_manager.filter(content_type=kind, object_id=OuterRef("pk"))
        responses |= Q(Exists(rows))
    return responses | Q(Exists(changes()))


def changes() -> QuerySet:
    """Events of a published case that another one follows, since it was last private."""
    events = CaseStudy.pgh_event_model.objects
    later = events.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id"))
    return events.filter(
        Exists(later),
        ~Exists(later.exclude(status__in=PUBLIC)),
        pgh_obj_id=OuterRef("pk"),
        status__in=PUBLIC,
    )


def has_moved_on_now(case: CaseStudy) -> bool:
    return CaseStudy.objects.filter(has_moved_on(), pk=case.pk).exists()


def undo_publication(case: CaseStudy, decision: Decision) -> None:
    """Return a locked case to its state before its publication, with its new references."""
    references = published_with(case)
    case.status, case.published_at = CaseStatus(decision.before), None
    case.save(update_fields=["status", "published_at", "updated_at"])
    Reference.objects.filter(pk__in=references).update(is_proposed=True)


def published_with(case: CaseStudy) -> list[int]:
    """Primary keys of references that became public with the case and that no other case cites."""
    published = case.events.filter(status=CaseStatus.PUBLISHED).order_by("-pgh_id").first()
    if published is None:
        return []
    # All events of one transaction have the same time.
    shown = Reference.pgh_event_model.objects.filter(
        pgh_obj_id=OuterRef("pk"),
        pgh_label="update",
        pgh_created_at=published.pgh_created_at,
        is_proposed=False,
    )
    were_proposed = Reference.pgh_event_model.objects.filter(
        pgh_obj_id=OuterRef("pk"), is_proposed=True
    )
    elsewhere = CaseStudy.objects.exclude(pk=case.pk).filter(references=OuterRef("pk"))
    found = case.references.filter(Exists(shown), Exists(were_proposed), ~Exists(elsewhere))
    return list(found.values_list("pk", flat=True))


def withdraw_notices(undoing: Decision, decision: Decision, case: CaseStudy) -> None:
    """Delete the notices of a publication; notify authors who have read theirs that it is undone.

    No email has been sent about it (`events.HELD`).
    """
    readers = withdraw(case, [f"decision-{decision.pk}", f"case-new-{case.pk}"])
    authors = set(case.authors.values_list("pk", flat=True))
    notify(
        authors & readers,
        kind=NoticeKind.DECISION,
        event="case.publication-undone",
        subject=case,
        key=f"decision-{undoing.pk}",
        decision=str(undoing.pk),
        message=undoing.message,
    )
