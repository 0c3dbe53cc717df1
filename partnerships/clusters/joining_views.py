"""Cities that ask to join a cluster, for their focal points."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.models import Decision
from partnerships import permissions
from partnerships.clusters import joining
from partnerships.clusters.forms import JoinForm
from partnerships.models import Cluster, ClusterApplication, Representation
from repository.models import City
from repository.pages.attempts import attempt
from repository.text.parsing import whole_number


def join_form(user: Any, cluster: Cluster) -> JoinForm | None:
    """Return the form for the cities that can ask to join; None without any."""
    if not user.is_authenticated:
        return None
    cities = permissions.cities_that_can_join(user, cluster)
    return JoinForm(cities=cities) if cities else None


def pending_applications(user: Any, cluster: Cluster) -> Sequence[ClusterApplication]:
    """Return the pending applications of the cities that the user represents."""
    if not user.is_authenticated:
        return []
    mine = cluster.applications.pending().of_cities_of(user)
    return mine.select_related("city")


@require_POST
@login_required
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for a city of the member to join."""
    cluster = get_object_or_404(Cluster.objects.visible_to(request.user), slug=slug)
    mine = City.objects.filter(pk__in=Representation.objects.cities_of(request.user))
    city = mine.filter(pk=whole_number(request.POST.get("city", ""))).first()
    if city is None:
        raise PermissionDenied
    note = request.POST.get("note", "").replace("\0", "")
    with attempt(request, success=_("Application sent. A broker will review it.")) as outcome:
        application = joining.ask_to_join(cluster=cluster, city=city, note=note, by=request.user)
    return redirect(application if outcome.succeeded else cluster)


@never_cache
@require_safe
@login_required
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an application with its state and the decision."""
    found = get_object_or_404(visible(request), pk=pk)
    context = {
        "section": "partnerships",
        "application": found,
        "decision": Decision.objects.about(found).standing().order_by("-pk").first(),
        "may_withdraw": found.is_pending and permissions.speaks_for(request.user, found.city),
    }
    return render(request, "partnerships/clusters/application.html", context)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an application back."""
    found = get_object_or_404(visible(request), pk=pk)
    if not permissions.speaks_for(request.user, found.city):
        raise PermissionDenied
    with attempt(request, success=_("Application withdrawn.")):
        joining.withdraw(application=found, by=request.user)
    return redirect(found)


def visible(request: HttpRequest):
    rows = ClusterApplication.objects.visible_to(request.user)
    return rows.select_related("cluster", "city__country")
