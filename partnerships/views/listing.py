from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from community.desk import decisions_about, key_of
from partnerships import listed, permissions
from partnerships.actions import listing as actions
from partnerships.forms.listing import FORMS, blank, initial
from partnerships.models import Listing, Modality, Need, Offer, Representation
from repository.actions import ActionRefused
from repository.http import public_page
from repository.models import City

require_form = require_http_methods(["GET", "HEAD", "POST"])
# Of each kind on the same practices.
ALIKE = 3
# What stands beside it changes with the board.
with_board = partial(public_page, also=["/partnerships/"])


@with_board
def detail(request: HttpRequest, pk: int, model: type[Listing]) -> HttpResponse:
    """One offer or need: whose, what, how, until when, and what shows that it is real."""
    rows: Any = model._default_manager.visible_to(request.user)
    owners = ["city__country", "country"]
    owners += ["organization"] if hasattr(model, "organization") else []
    listing = get_object_or_404(rows.select_related(*owners), pk=pk)
    keeps = request.user.is_authenticated and permissions.can_keep(request.user, listing)
    practices = list(listing.practices.only("slug", "name"))
    context = {
        "section": "partnerships",
        "listing": listing,
        "word": model._meta.model_name,
        "practices": practices,
        "themes": listing.themes.all(),
        "cases": listing.cases.published().only("slug", "title", "language"),
        "experiences": listing.experiences.published().prefetch_related("subject"),
        "keeps": keeps,
        "modalities": [Modality(key).label for key in listing.modalities],
        "is_over": listing.is_over,
        "alike": alike(listing, [practice.pk for practice in practices]),
        "url": request.build_absolute_uri(listing.get_absolute_url()),
    }
    brokers = request.user.is_staff and permissions.can_broker(request.user)
    if brokers:
        context["review_url"] = reverse(
            f"admin:partnerships_{model._meta.model_name}_review", args=[listing.pk]
        )
    if keeps and not listing.is_published:
        context["decision"] = decisions_about([listing]).get(key_of(listing))
    response = render(request, "partnerships/listing_detail.html", context)
    if keeps or brokers or not listing.is_published:
        # Who keeps it may lose that right by the day: what they may do is asked each time.
        response.headers["Cache-Control"] = "private, no-store"
    return response


def alike(listing: Any, practices: list[int]) -> list[tuple[str, list[listed.Row]]]:
    """What else is on the board about the same practices: who answers it first, then its like."""
    word = listing._meta.model_name
    rows = listed.of_practices(practices, most=ALIKE + 1)
    own = [row for row in rows if row.kind == word and row.pk != listing.pk]
    other = [row for row in rows if (row.kind == "offer") != (word == "offer")]
    names = ("wanted", "offered") if word == "offer" else ("offered", "wanted")
    groups = zip(names, (other[:ALIKE], own[:ALIKE]), strict=True)
    return [(name, found) for name, found in groups if found]


@never_cache
@require_form
@login_required
def new(request: HttpRequest, model: type[Listing]) -> HttpResponse:
    """The form in which a focal point writes what the city offers or needs.

    `?need=` is the primary key of a need that is to be answered by an offer. Who speaks for no city
    is told how to.
    """
    mine = Representation.objects.cities_of(request.user)
    cities = City.objects.filter(pk__in=mine).select_related("country")
    if not cities:
        return render(request, "partnerships/listing_no_city.html", about(model), status=403)
    form = FORMS[model](
        request.POST if request.method == "POST" else None,
        cities=cities,
        initial=blank() | (answering(request) if model is Offer else {}),
    )
    if request.method == "POST" and form.is_valid():
        try:
            listing = actions.create(
                model=model, city=form.city, by=request.user, links=form.links(), **form.values()
            )
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. A broker reads it before others see it."))
            return redirect(listing)
    return render(request, "partnerships/listing_form.html", about(model) | {"form": form})


def answering(request: HttpRequest) -> dict[str, Any]:
    """What an offer begins with that answers a need on the board."""
    key = primary_key(request.GET.get("need", ""))
    need = Need.objects.open().filter(pk=key).first() if key else None
    if need is None:
        return {}
    found = {
        name: list(getattr(need, name).values_list("pk", flat=True))
        for name in ("practices", "themes")
    }
    return found | {"modalities": need.modalities, "languages": need.languages}


def primary_key(text: str) -> int | None:
    """A primary key from an address; None for what cannot be one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def about(model: type[Listing], listing: Any = None) -> dict[str, Any]:
    word = model._meta.model_name
    return {"section": "partnerships", "word": word, "listing": listing}


def kept(request: HttpRequest, pk: int, model: type[Listing]) -> Any:
    """An offer or need that the reader may know of, for whoever may change it."""
    rows: models.QuerySet = model._default_manager.visible_to(request.user)
    listing = get_object_or_404(rows.select_related("city__country", "country"), pk=pk)
    if not permissions.can_keep(request.user, listing):
        raise PermissionDenied
    return listing


@never_cache
@require_form
@login_required
def edit(request: HttpRequest, pk: int, model: type[Listing]) -> HttpResponse:
    """The same form for what is there."""
    listing = kept(request, pk, model)
    form = FORMS[model](
        request.POST if request.method == "POST" else None,
        cities=[listing.city] if listing.city else [],
        initial=initial(listing),
    )
    if request.method == "POST" and form.is_valid():
        try:
            listing = actions.change(
                listing=listing, by=request.user, links=form.links(), **form.values()
            )
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if listing.is_published:
                messages.success(request, _("It is changed."))
            else:
                messages.success(request, _("Thank you. A broker reads it before others see it."))
            return redirect(listing)
    return render(request, "partnerships/listing_form.html", about(model, listing) | {"form": form})


@require_POST
@login_required
def confirm(request: HttpRequest, pk: int, model: type[Listing]) -> HttpResponse:
    """Say for the city that what was drawn from a report is so."""
    listing = kept(request, pk, model)
    try:
        actions.confirm(listing=listing, by=request.user)
    except ActionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. It is now shown as confirmed."))
    return redirect(listing)


@never_cache
@require_form
@login_required
def close(request: HttpRequest, pk: int, model: type[Listing]) -> HttpResponse:
    """Ask once more, then take it from the board."""
    listing = kept(request, pk, model)
    if request.method == "POST":
        try:
            actions.close(listing=listing, by=request.user)
        except ActionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("It is closed and no longer on the board."))
        return redirect(listing)
    return render(request, "partnerships/listing_close.html", about(model, listing))
