from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from partnerships.listings.interest import express
from partnerships.matches.forms import InterestForm
from partnerships.models import Match, PartnershipRequest, Representation
from partnerships.representation.views import lead_to_asking
from repository.models import City
from repository.pages.attempts import attempt


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
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
                "Only people who speak for a city can answer a request. Once a broker has "
                "agreed that you speak for your city, you can say that it is interested."
            ),
        )
    if not cities:
        raise PermissionDenied(_("This is for those who speak for another city."))
    form = InterestForm(request.POST or None, cities=cities)
    if request.method == "POST" and form.is_valid():
        with attempt(
            request, form, success=_("Thank you. A broker reads it and comes back to you here.")
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
