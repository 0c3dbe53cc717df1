"""Decisions of moderators, newest first, with links to undo or revise them."""

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.models import Decision, Verb
from community.moderation.decisions import undo
from community.moderation.reviewable import MODERATE, reviewable_of, reviewed_with
from repository.text.parsing import page_number

A_PAGE = 50


@permission_required(MODERATE, raise_exception=True)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """A page of decisions, of all moderators or of the current one."""
    reviewables = reviewed_with(MODERATE)
    kinds = ContentType.objects.get_for_models(*(each.model for each in reviewables)).values()
    rows = Decision.objects.filter(content_type__in=kinds).exclude(verb=Verb.DELETE_ACCOUNT)
    is_mine = "mine" in request.GET
    if is_mine:
        rows = rows.filter(by=request.user)
    page = page_number(request.GET.get("p", "1"))
    start = (page - 1) * A_PAGE
    subjects = GenericPrefetch("subject", [each.queryset() for each in reviewables])
    # Primary keys are chronological, and indexed.
    rows = rows.select_related("by__membership").order_by("-pk").prefetch_related(subjects)
    found = list(rows[start : start + A_PAGE + 1])
    facts = undo.facts_about(decision.subject for decision in found[:A_PAGE])
    context = {
        **admin.site.each_context(request),
        "title": _("Decision log"),
        "rows": [
            {
                "decision": decision,
                "kind": ContentType.objects.get_for_id(decision.content_type_id).name,
                "url": review_url(decision),
                "undoable": review_url(decision)
                and not undo.why_not(decision, request.user, facts),
            }
            for decision in found[:A_PAGE]
        ],
        "is_mine": is_mine,
        "page": max(page, 1),
        "has_next": len(found) > A_PAGE,
    }
    return render(request, "community/moderation/decisions.html", context)


def review_url(decision: Decision) -> str:
    """The URL of the review page of a decision's subject; empty if it has none."""
    reviewable = reviewable_of(decision.subject)
    is_there = reviewable is not None and reviewable.exists(decision.subject)
    return reviewable.address(decision.subject) if reviewable and is_there else ""
