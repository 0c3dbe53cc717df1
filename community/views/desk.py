from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community import desk


@require_safe
@login_required
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """The member's own desk: drafts, what waits for them, what they follow, what they sent."""
    found = desk.find(request.user)
    context = {
        "drafts": desk.drafts(found),
        "copies": desk.copies(found),
        "waiting": desk.waiting(found),
        "parts": desk.parts(found),
        "follows": desk.follows(found),
        "contributions": desk.contributions(found),
        "has_profile": bool(found.rows["own-mark"]),
    }
    return render(request, "community/desk.html", context)
