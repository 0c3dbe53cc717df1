from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.models import Decision
from partnerships import permissions
from partnerships.clusters import actions, figures, joining
from partnerships.clusters.forms import JoinForm, NewsForm, RemoveNewsForm
from partnerships.models import Cluster, ClusterApplication, ClusterNews, Representation
from repository.cases.views import MAX_CHOSEN
from repository.models import City
from repository.pages.addresses import original_url
from repository.pages.attempts import attempt
from repository.pages.http import public_page, require_form
from repository.pages.lists import page_of
from repository.text.parsing import whole_number
from repository.translations.reading import CARD, show, translate, with_languages

# Pages of clusters depend on the board, as their figures count offers, needs and requests.
BOARD = "/partnerships/"
with_figures = public_page(parameters=["page"])
NEWS_A_PAGE = 10
CLUSTERS_A_PAGE = 30
# The maximum number of cities named; the figures give their total.
MAX_CITIES = 120


@with_figures
def listing(request: HttpRequest) -> HttpResponse:
    """List the clusters visible to the reader."""
    visible = Cluster.objects.visible_to(request.user)
    rows = figures.with_figures(visible, "cities", "countries")
    page = page_of(rows, request, size=CLUSTERS_A_PAGE)
    page.object_list = list(page.object_list)
    translate(("cluster", page.object_list), only=CARD)
    response = render(
        request, "partnerships/clusters/list.html", {"section": "partnerships", "page": page}
    )
    return private_to_brokers(response, request)


@with_figures
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a cluster with its cities, news and figures."""
    visible = with_languages("cluster", Cluster.objects.visible_to(request.user))
    cluster = get_object_or_404(figures.with_figures(visible), slug=slug)
    news = cluster.news.filter(hidden_at=None).select_related("city__country")
    cities = list(cluster.cities.select_related("country")[:MAX_CITIES])
    user = request.user
    original = original_url(request, cluster, cluster.language)
    languages = show("cluster", cluster)
    context = {
        "section": "partnerships",
        "cluster": cluster,
        "languages": languages,
        "themes": cluster.themes.all(),
        "cities": cities,
        "figures": figures.figures(cluster, cities, most=MAX_CHOSEN),
        "counted_at": timezone.now(),
        "page": page_of(news, request, size=NEWS_A_PAGE),
        "can_post": user.is_authenticated and permissions.can_post_news(user, cluster),
        "applications": pending_applications(user, cluster),
        "join_form": join_form(user, cluster),
        "is_broker": permissions.can_broker(user),
        "original": original,
    }
    response = render(request, "partnerships/clusters/detail.html", context)
    return private_to_brokers(response, request)


def private_to_brokers(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Prevent caching for brokers, who can see clusters that are not public."""
    if permissions.can_broker(request.user):
        response.headers["Cache-Control"] = "private, no-store"
    return response


@never_cache
@require_form
@login_required
def news_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Post news as a focal point of a city of the cluster."""
    cluster = get_object_or_404(Cluster.objects.visible_to(request.user), slug=slug)
    if not permissions.can_post_news(request.user, cluster):
        raise PermissionDenied
    cities = cluster.cities.filter(pk__in=Representation.objects.cities_of(request.user))
    form = NewsForm(request.POST if request.method == "POST" else None, cities=cities)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form, success=_("News published on the cluster’s page.")) as outcome:
            actions.post(cluster=cluster, by=request.user, **form.cleaned_data)
        if outcome.succeeded:
            return redirect(cluster)
    context = {"cluster": cluster, "form": form}
    return render(request, "partnerships/clusters/news_form.html", context)


@never_cache
@require_form
@login_required
def news_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm before news is removed; brokers give a reason."""
    visible = Cluster.objects.visible_to(request.user)
    rows = ClusterNews.objects.filter(cluster__in=visible).select_related("cluster", "city")
    news = get_object_or_404(rows, pk=pk)
    if not permissions.can_remove_news(request.user, news):
        if news.hidden_at is not None:  # hidden news must not be revealed to others
            raise Http404
        raise PermissionDenied
    is_own = news.by_id == request.user.pk
    sent = request.POST if request.method == "POST" else None
    form = None if is_own else RemoveNewsForm(sent)
    if request.method == "POST" and (form is None or form.is_valid()):
        words = actions.OWN if form is None else form.words()
        with attempt(request, success=_("News removed.")):
            actions.remove_news(news=news, by=request.user, words=words)
        return redirect(news.cluster)
    context = {"news": news, "form": form}
    return render(request, "partnerships/clusters/news_remove.html", context)


# Cities that ask to join a cluster, for their focal points.


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
def application_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an application with its state and the decision."""
    found = get_object_or_404(visible_applications(request), pk=pk)
    context = {
        "section": "partnerships",
        "application": found,
        "decision": Decision.objects.about(found).standing().order_by("-pk").first(),
        "may_withdraw": found.is_pending and permissions.speaks_for(request.user, found.city),
    }
    return render(request, "partnerships/clusters/application.html", context)


@require_POST
@login_required
def application_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an application back."""
    found = get_object_or_404(visible_applications(request), pk=pk)
    if not permissions.speaks_for(request.user, found.city):
        raise PermissionDenied
    with attempt(request, success=_("Application withdrawn.")):
        joining.withdraw(application=found, by=request.user)
    return redirect(found)


def visible_applications(request: HttpRequest):
    rows = ClusterApplication.objects.visible_to(request.user)
    return rows.select_related("cluster", "city__country")
