"""What moderators decided, newest first: the way back to it, to undo it or to decide anew."""

from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.models import (
    Comment,
    Decision,
    Experience,
    ProposedPractice,
    Revision,
    SurveyAnswer,
    TagProposal,
    User,
    Verb,
)
from community.moderation.decisions import undo
from community.moderation.reviews.views import REVIEWED, for_moderators, page_of, word_of
from repository.models import CaseStudy
from repository.text.parsing import page_number

A_PAGE = 50
# Subjects of which more than their row is asked.
NAMED = [
    CaseStudy.objects.prefetch_related("authors"),
    Comment.objects.prefetch_related("subject"),
    Experience.objects.select_related("city").prefetch_related("subject"),
    ProposedPractice.objects.select_related("case"),
    Revision.objects.select_related("case"),
    SurveyAnswer.objects.select_related("survey__webinar"),
    TagProposal.objects.prefetch_related("subject"),
    User.objects.select_related("membership"),
]


@for_moderators
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """A page of decisions, of all moderators or of the reader alone."""
    kinds = ContentType.objects.get_for_models(*REVIEWED.values()).values()
    rows = Decision.objects.filter(content_type__in=kinds).exclude(verb=Verb.DELETE_ACCOUNT)
    is_mine = "mine" in request.GET
    if is_mine:
        rows = rows.filter(by=request.user)
    page = page_number(request.GET.get("p", "1"))
    start = (page - 1) * A_PAGE
    # By number: in the order in which they were taken, for which there is an index.
    found = list(
        rows.select_related("by")
        .order_by("-pk")
        .prefetch_related(GenericPrefetch("subject", NAMED))[start : start + A_PAGE + 1]
    )
    facts = undo.facts_about(decision.subject for decision in found[:A_PAGE])
    context = {
        **admin.site.each_context(request),
        "title": _("What was decided"),
        "rows": [
            {
                "decision": decision,
                "kind": ContentType.objects.get_for_id(decision.content_type_id).name,
                "word": word_of(here(decision)),
                "undoable": here(decision) is not None
                and not undo.why_not(decision, request.user, facts),
            }
            for decision in found[:A_PAGE]
        ],
        "is_mine": is_mine,
        "page": max(page, 1),
        "has_next": len(found) > A_PAGE,
    }
    return render(request, "community/moderation/decisions.html", context)


def here(decision: Decision) -> Any:
    """What was decided about, where there is a page on which it is decided anew."""
    subject: models.Model | None = decision.subject
    if isinstance(subject, User) and not hasattr(subject, "membership"):
        return None
    return subject if subject is not None and page_of(subject) is not None else None
