from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community import desk
from community.models import Membership


@require_safe
@login_required
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """The member's own desk: drafts, what waits for them, what they follow, what they sent."""
    user = request.user
    found = desk.find(user)
    context = {
        "drafts": desk.drafts(found),
        "waiting": desk.waiting(found),
        "parts": desk.parts(found),
        "follows": desk.follows(user),
        "contributions": desk.contributions(user, found),
        "has_profile": Membership.objects.filter(member=user).exists(),
    }
    return render(request, "community/desk.html", context)
