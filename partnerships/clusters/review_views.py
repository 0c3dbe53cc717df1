"""The page where a broker decides whether a city joins a cluster."""

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.models import Verb
from community.moderation.reviews.views import about
from partnerships import permissions
from partnerships.clusters import joining
from partnerships.desk.forms import BrokerDecisionForm
from partnerships.models import ClusterApplication
from repository.pages.attempts import attempt

LIST = "admin:partnerships_clusterapplication_changelist"
VERBS = [Verb.APPROVE, Verb.DECLINE]
# The maximum number of cities of the cluster that are named.
SHOWN = 60


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an application with the cities of its cluster, and the possible decisions."""
    if not permissions.can_broker(request.user):
        raise PermissionDenied
    rows = ClusterApplication.objects.select_related("cluster", "city__country", "by__membership")
    application = get_object_or_404(rows, pk=pk)
    language = (application.by and application.by.language) or settings.LANGUAGE_CODE
    form = BrokerDecisionForm(request.POST or None, language=language, verbs=VERBS)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        verb = Verb(data["verb"])
        done = _("Decision saved: %(verb)s.") % {"verb": verb.label}
        with attempt(request, form, success=done) as outcome:
            joining.decide(
                application=application,
                verb=verb,
                by=request.user,
                reason=data["reason"],
                message=data["message"],
            )
        if outcome.succeeded:
            return redirect(LIST)
        application = rows.get(pk=pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Application to join a cluster"),
        "application": application,
        "cities": application.cluster.cities.select_related("country")[:SHOWN],
        "form": form,
        "verbs": VERBS if application.is_pending else [],
        "is_own": permissions.is_own_application(request.user, application),
        **about(application, application, request.user),
    }
    return render(request, "partnerships/clusters/review.html", context)
