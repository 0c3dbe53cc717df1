from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partnerships.listings.interest import express
from partnerships.matches.forms import InterestForm
from partnerships.models import Match, PartnershipRequest, Representation
from partnerships.representation.views import lead_to_asking
from repository.models import City
from repository.pages.attempts import attempt
from repository.pages.http import require_form


@never_cache
@require_form
@login_required
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Express interest in an open request, in three questions."""
    rows = PartnershipRequest.objects.visible_to(request.user).select_related("city__country")
    wanted = get_object_or_404(rows, pk=pk)
    mine = Representation.objects.cities_of(request.user)
    cities = City.objects.filter(pk__in=mine).exclude(pk=wanted.city_id).order_by("name")
    if not cities and not mine.exists():
        return lead_to_asking(
            request,
            _(
                "Only a city’s representatives can express interest. Once a broker approves"
                " your request to represent your city, you can do this."
            ),
        )
    if not cities:
        raise PermissionDenied(
            _("This is your own city’s request. Only other cities can express interest.")
        )
    form = InterestForm(request.POST or None, cities=cities)
    if request.method == "POST" and form.is_valid():
        with attempt(
            request,
            form,
            success=_(
                "Interest sent. A broker will review it. You’ll find the answer on this page."
            ),
        ) as outcome:
            match = express(partnership_request=wanted, by=request.user, **form.cleaned_data)
        if outcome.succeeded:
            return redirect(match)
    known = Match.objects.visible_to(request.user).filter(request=wanted, city__in=cities)
    context = {
        "section": "partnerships",
        "wanted": wanted,
        "form": form,
        "cities": cities,
        "known": known.select_related("city", "request"),
    }
    return render(request, "partnerships/listings/interest_form.html", context)
