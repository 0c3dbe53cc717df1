from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from partnerships import permissions
from partnerships.listings.forms import FORMS, suggested
from partnerships.models import Suggestion, SuggestionKind
from partnerships.suggestions import actions
from partnerships.suggestions.lists import FILTERS, counted, filter_suggestions, translate_cards
from repository.cases.views import chosen_keys
from repository.pages.addresses import original_url, shown_url
from repository.pages.attempts import attempt
from repository.pages.http import public_page, require_form
from repository.translations.reading import show, with_languages

PAGE_SIZE = 20
PLACES = ("city__country", "country", "offer", "need")


@public_page(parameters=[*FILTERS, "page"])
def listing(request: HttpRequest) -> HttpResponse:
    """List open suggestions, filtered by kind, subject or place."""
    chosen = {facet: chosen_keys(request, facet) for facet in FILTERS}
    page = Paginator(filter_suggestions(chosen).for_cards(), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    kinds = [
        ("", _("All suggestions")),
        (SuggestionKind.OFFER.value, _("Suggested offers")),
        (SuggestionKind.NEED.value, _("Suggested needs")),
    ]
    page.object_list = list(page.object_list)
    translate_cards(page.object_list)
    context = {
        "section": "partnerships",
        "page": page,
        "rows": page.object_list,
        "count": counted(page.paginator.count),
        "kinds": [
            {
                "label": label,
                "url": f"?kind={key}" if key else request.path,
                "is_chosen": chosen["kind"] == ([key] if key else []),
            }
            for key, label in kinds
        ],
    }
    return render(request, "partnerships/suggestions/list.html", context)


@public_page
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a suggestion: place, case, and the possible decisions of its city."""
    rows = Suggestion.objects.visible_to(request.user).select_related(*PLACES)
    rows = with_languages("suggestion", rows)
    suggestion = get_object_or_404(rows, pk=pk)
    signed_in = request.user.is_authenticated
    may_adopt = signed_in and permissions.can_adopt(request.user, suggestion)
    may_decline = may_adopt or (signed_in and permissions.can_decline(request.user, suggestion))
    practices = list(suggestion.practices.only("slug", "name"))
    cases = list(suggestion.cases.published().only("slug", "title", "language"))
    original = original_url(request, suggestion, suggestion.language)
    languages = show("suggestion", suggestion, ("practice", practices), ("case", cases))
    context = {
        "section": "partnerships",
        "suggestion": suggestion,
        "languages": languages,
        "practices": practices,
        "themes": suggestion.themes.all(),
        "cases": cases,
        "made": suggestion.listing,
        "may_adopt": may_adopt and suggestion.is_open,
        "may_decline": may_decline and suggestion.is_open,
        "url": shown_url(request, suggestion, original),
        "original": original,
    }
    response = render(request, "partnerships/suggestions/detail.html", context)
    if may_decline or not suggestion.is_open:
        # The right to decide may end any day: check it for each request.
        response.headers["Cache-Control"] = "private, no-store"
    return response


@never_cache
@require_form
@login_required
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Adopt a suggestion: the form of an offer or need, prefilled."""
    suggestion = to_decide(request, pk, permissions.can_adopt)
    model = actions.MODELS[suggestion.kind]
    form = FORMS[model](
        request.POST if request.method == "POST" else None,
        cities=[suggestion.city],
        initial=suggested(suggestion),
    )
    if request.method == "POST" and form.is_valid():
        with attempt(
            request, form, success=_("Submitted. A broker will review it before others can see it.")
        ) as outcome:
            made = actions.adopt(
                suggestion=suggestion, by=request.user, links=form.links(), **form.values()
            )
        if outcome.succeeded:
            return redirect(made)
    context = {
        "section": "partnerships",
        "word": suggestion.kind,
        "listing": None,
        "suggestion": suggestion,
        "form": form,
        "is_of_city": True,
    }
    return render(request, "partnerships/listings/form.html", context)


@never_cache
@require_form
@login_required
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, then decline the suggestion permanently."""
    suggestion = to_decide(request, pk, permissions.can_decline)
    if request.method == "POST":
        with attempt(request, success=_("Suggestion removed from all pages.")):
            actions.decline(suggestion=suggestion, by=request.user)
        return redirect(suggestion)
    context = {
        "section": "partnerships",
        "suggestion": suggestion,
        "is_of_city": permissions.can_adopt(request.user, suggestion),
    }
    return render(request, "partnerships/suggestions/decline.html", context)


def to_decide(request: HttpRequest, pk: int, may: Any) -> Suggestion:
    """Return a suggestion for members who may decide about it; 404 or 403 otherwise."""
    rows = Suggestion.objects.visible_to(request.user).select_related(*PLACES)
    suggestion = get_object_or_404(rows, pk=pk)
    if not may(request.user, suggestion):
        raise PermissionDenied
    return suggestion
