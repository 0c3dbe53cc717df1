from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community.dashboard import dashboard, rows


@require_safe
@login_required
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """The member's dashboard: drafts, tasks, follows and contributions."""
    found = dashboard.find(request.user)
    parts = dashboard.parts(found)
    waiting = dashboard.waiting(found)
    context = {
        "drafts": dashboard.drafts(found),
        "copies": dashboard.copies(found),
        "waiting": waiting,
        "things": sum(card.things for card in waiting),
        "parts": [part for part in parts if not part.is_in_rail],
        "rail": [part for part in parts if part.is_in_rail],
        "days": dashboard.days(found),
        "call": dashboard.call(found),
        "follows": dashboard.follows(found),
        "contributions": dashboard.contributions(found),
        "has_profile": bool(found.rows[rows.memberships]),
    }
    return render(request, "community/dashboard/desk.html", context)
