"""What a moderator reads before deciding: the texts, the flags, what is like it."""

from typing import Any

from django.db import models
from django.utils.html import linebreaks

from community.discussion.contributions import Contribution
from community.models import Flag, ProposedPractice, Revision, SurveyAnswer, TagProposal
from community.moderation.flags import flag_weight
from community.writing.drafts.similar import practices_like
from repository.cases.models import SECTIONS
from repository.models import CaseStudy, Tag
from repository.search.queries import case_ids

SIMILAR = 5


def parts(subject: Any) -> list[tuple[Any, str]]:
    """The texts as readers see them: (heading, HTML)."""
    if isinstance(subject, CaseStudy):
        texts = [(name, subject.rendered.get(key, "")) for key, name in SECTIONS.items()]
        return [(name, html) for name, html in texts if html]
    if isinstance(subject, SurveyAnswer):
        return [("", linebreaks(subject.comment, autoescape=True))]
    if isinstance(subject, Contribution):
        # In the order of the form: the database keeps them in an order of its own.
        fields = [field for field in subject._meta.fields if field.name in subject.rendered]
        return [
            (field.verbose_name if len(fields) > 1 else "", subject.rendered[field.name])
            for field in fields
        ]
    return []


def flags_with_records(subject: models.Model) -> list[tuple[Flag, flag_weight.Record]]:
    """The flags about something, each with how far its member can be relied on."""
    flags = list(Flag.objects.about(subject).select_related("by"))
    known = flag_weight.records(flag.by_id for flag in flags)
    return [(flag, known[flag.by_id]) for flag in flags]


def similar(subject: Any) -> list[models.Model]:
    """What a moderator may want to compare with: like cases, or what was said on the same page."""
    if isinstance(subject, CaseStudy):
        found = [key for key in case_ids(subject.title) if key != subject.pk][:SIMILAR]
        cases = CaseStudy.objects.in_bulk(found)
        return [cases[key] for key in found if key in cases]
    if isinstance(subject, ProposedPractice):
        return [*practices_like(subject.name)]
    if isinstance(subject, TagProposal):
        return list(Tag.objects.for_object(subject.subject))
    if isinstance(subject, Revision):
        rows = subject.case.revisions.waiting().exclude(pk=subject.pk)
        return list(rows[:SIMILAR])
    if isinstance(subject, Contribution):
        rows = type(subject).objects.filter(
            content_type=subject.content_type, object_id=subject.object_id
        )
        return list(rows.exclude(pk=subject.pk).order_by("-created_at")[:SIMILAR])
    return []


def about_case(subject: Any) -> dict[str, Any]:
    """What came with a case: the word of its author, its files, the practices it proposes."""
    if not isinstance(subject, CaseStudy):
        return {}
    return {
        "submission": subject.submissions.select_related("by").first(),
        "figures": subject.evidence.select_related("reference", "webinar"),
        "files": subject.attachments.all(),
        "proposed": subject.proposed_practices.filter(outcome=""),
    }
