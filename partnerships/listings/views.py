from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from community.dashboard.dashboard import decisions_about, key_of
from community.models import User
from partnerships import permissions
from partnerships.board import entries as board_entries
from partnerships.listings import actions
from partnerships.listings.forms import FORMS, blank, initial
from partnerships.listings.interest import express
from partnerships.matches.forms import InterestForm
from partnerships.models import (
    Listing,
    ListingStatus,
    Match,
    Modality,
    Need,
    Offer,
    PartnershipRequest,
    Representation,
    Suggestion,
)
from partnerships.representation.views import lead_to_asking
from repository.models import City, Organization
from repository.pages.addresses import original_url, shown_url
from repository.pages.attempts import attempt
from repository.pages.http import public_page, require_form
from repository.text.parsing import whole_number
from repository.translations.reading import show, with_languages

# The maximum of similar listings of each kind, on the same practices.
ALIKE = 3
# For members who represent nobody.
ASK_FIRST: dict[type[Listing], Promise] = {
    Offer: gettext_lazy(
        "Only people who represent a city or an organisation can add an offer. Once"
        " a broker approves your request, you can do this."
    ),
    Need: gettext_lazy(
        "Only a city’s representatives can add a need. Once a broker approves your "
        "request to represent your city, you can do this."
    ),
}
# The similar listings shown beside it change with the board.
with_board = public_page


@with_board
def detail(request: HttpRequest, pk: int, model: type[Listing]) -> HttpResponse:
    """Show one offer or need: owner, subjects, modality, validity and evidence."""
    word = model._meta.model_name
    rows: Any = with_languages(word, model._default_manager.visible_to(request.user))
    listing = rows.select_related(*owners_of(model)).filter(pk=pk).first()
    if listing is None:
        # The URL of a listing that an earlier release published and a suggestion replaces.
        return redirect(replacement(request.user, pk, model), permanent=True)
    keeps = request.user.is_authenticated and permissions.can_keep(request.user, listing)
    practices = list(listing.practices.only("slug", "name"))
    cases = list(listing.cases.published().only("slug", "title", "language"))
    original = original_url(request, listing, listing.language)
    also = ("practice", practices), ("case", cases)
    languages = show(word, listing, *also)
    context = {
        "section": "partnerships",
        "listing": listing,
        "languages": languages,
        "word": word,
        "practices": practices,
        "themes": listing.themes.all(),
        "cases": cases,
        "experiences": listing.experiences.published().prefetch_related("subject"),
        "keeps": keeps,
        "modalities": [Modality(key).label for key in listing.modalities],
        "is_over": listing.is_over,
        "may_offer": model is Need and may_offer(request.user),
        "alike": alike(listing, [practice.pk for practice in practices]),
        "url": shown_url(request, listing, original),
        "original": original,
    }
    brokers = request.user.is_staff and permissions.can_broker(request.user)
    if brokers:
        context["review_url"] = reverse("admin:review", args=[word, listing.pk])
    if keeps:
        context["speaks"] = permissions.speaks_for(request.user, listing.owner)
    if keeps and not listing.is_published:
        context["decision"] = decisions_about([listing]).get(key_of(listing))
    response = render(request, "partnerships/listings/detail.html", context)
    if keeps or brokers or not listing.is_published:
        # The right to edit may end any day: check it for each request.
        response.headers["Cache-Control"] = "private, no-store"
    return response


def may_offer(user: User | AnonymousUser) -> bool:
    """Whether to show how to offer something: to visitors, and to who can write an offer."""
    return not user.is_authenticated or Representation.objects.of(user).current().exists()


def replacement(user: User, pk: int, model: type[Listing]) -> Suggestion:
    """Return the suggestion that replaces a listing which its place never made, or 404."""
    replaced = model._default_manager.filter(pk=pk, status=ListingStatus.REPLACED)
    suggestions = Suggestion.objects.visible_to(user).filter(kind=model._meta.model_name)
    return get_object_or_404(suggestions, key__in=replaced.values("report_key"))


def owners_of(model: type[Listing]) -> list[str]:
    """Return the relations to possible owners, for select_related."""
    is_offer = issubclass(model, Offer)
    return ["city__country", "country", *(["organization"] if is_offer else [])]


def alike(listing: Any, practices: list[int]) -> list[tuple[str, list[board_entries.Row]]]:
    """Return open listings on the same practices: first the opposite kind, then the same kind."""
    word = listing._meta.model_name
    rows = board_entries.of_practices(practices, most=ALIKE + 1)
    own = [row for row in rows if row.kind == word and row.pk != listing.pk]
    other = [row for row in rows if (row.kind == "offer") != (word == "offer")]
    names = ("wanted", "offered") if word == "offer" else ("offered", "wanted")
    groups = zip(names, (other[:ALIKE], own[:ALIKE]), strict=True)
    return [(name, found) for name, found in groups if found]


@never_cache
@require_form
@login_required
def new(request: HttpRequest, model: type[Listing]) -> HttpResponse:
    """Write an offer or a need.

    `?need=` is the primary key of a need that the offer answers, `?organization=slug` selects the
    owner. Members who represent nobody are directed to requesting it.
    """
    mine = owned_by(request.user, model)
    if not any(mine.values()):
        return lead_to_asking(request, ASK_FIRST[model])
    form = FORMS[model](
        request.POST if request.method == "POST" else None,
        **mine,
        initial=blank() | (initial_offer(request, mine["organizations"]) if model is Offer else {}),
    )
    if request.method == "POST" and form.is_valid():
        with attempt(
            request, form, success=_("Submitted. A broker will review it before others can see it.")
        ) as outcome:
            listing = actions.create(
                model=model, owner=form.owner, by=request.user, links=form.links(), **form.values()
            )
        if outcome.succeeded:
            return redirect(listing)
    is_of_city = bool(mine["cities"])
    context = about(model) | {"form": form, "is_of_city": is_of_city}
    return render(request, "partnerships/listings/form.html", context)


def owned_by(user: User, model: type[Listing]) -> dict[str, list]:
    """Return the cities and organisations for which a member can currently write listings."""
    cities = Representation.objects.cities_of(user)
    organizations = Representation.objects.organizations_of(user)
    mine = City.objects.filter(pk__in=cities).select_related("country").order_by("name", "pk")
    return {
        "cities": list(mine),
        "organizations": list(Organization.objects.filter(pk__in=organizations))
        if model is Offer
        else [],
    }


def initial_offer(request: HttpRequest, organizations: list[Organization]) -> dict[str, Any]:
    """Return the initial owner of an offer, and data of the need that it answers."""
    slug = request.GET.get("organization", "")
    owner = next((f"organization-{body.pk}" for body in organizations if body.slug == slug), None)
    return initial_from_need(request) | ({"owner": owner} if owner else {})


def initial_from_need(request: HttpRequest) -> dict[str, Any]:
    """Return the initial data of an offer that answers a need on the board."""
    key = whole_number(request.GET.get("need", ""))
    need = Need.objects.open().filter(pk=key).first() if key else None
    if need is None:
        return {}
    found = {
        name: list(getattr(need, name).values_list("pk", flat=True))
        for name in ("practices", "themes")
    }
    return found | {"modalities": need.modalities, "languages": need.languages}


def about(model: type[Listing], listing: Any = None) -> dict[str, Any]:
    word = model._meta.model_name
    return {"section": "partnerships", "word": word, "listing": listing}


def get_editable(request: HttpRequest, pk: int, model: type[Listing]) -> Any:
    """Return a listing for members who may edit it; 404 if it is not visible to the reader."""
    rows: models.QuerySet = model._default_manager.visible_to(request.user)
    listing = get_object_or_404(rows.select_related(*owners_of(model)), pk=pk)
    if not permissions.can_keep(request.user, listing):
        raise PermissionDenied
    return listing


@never_cache
@require_form
@login_required
def edit(request: HttpRequest, pk: int, model: type[Listing]) -> HttpResponse:
    """Edit an existing offer or need."""
    listing = get_editable(request, pk, model)
    form = FORMS[model](
        request.POST if request.method == "POST" else None,
        cities=[listing.city] if listing.city else [],
        organizations=[listing.owner] if isinstance(listing.owner, Organization) else [],
        initial=initial(listing),
    )
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as outcome:
            listing = actions.change(
                listing=listing, by=request.user, links=form.links(), **form.values()
            )
        if outcome.succeeded:
            if listing.is_published:
                messages.success(request, _("Changes saved."))
            else:
                messages.success(
                    request, _("Submitted. A broker will review it before others can see it.")
                )
            return redirect(listing)
    context = about(model, listing) | {"form": form, "is_of_city": bool(listing.city)}
    return render(request, "partnerships/listings/form.html", context)


@never_cache
@require_form
@login_required
def close(request: HttpRequest, pk: int, model: type[Listing]) -> HttpResponse:
    """Confirm, then close the listing."""
    listing = get_editable(request, pk, model)
    if request.method == "POST":
        with attempt(request, success=_("Closed and removed from the board.")):
            actions.close(listing=listing, by=request.user)
        return redirect(listing)
    return render(request, "partnerships/listings/close.html", about(model, listing))


@never_cache
@require_form
@login_required
def interest_new(request: HttpRequest, pk: int) -> HttpResponse:
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
