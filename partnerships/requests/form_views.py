"""The page on which a focal point writes a request."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.models import User
from community.writing.preserved_input import (
    EditConflict,
    FormToken,
    changes_between,
    sent_by_another,
    sent_mark,
)
from partnerships.models import Offer, PartnershipRequest, Representation, RequestCopy
from partnerships.requests import documents, drafts, no_city_views, requirements
from partnerships.requests.forms import FORM_TOKENS, RequestForm, initial_of
from repository.models import CaseStudy, City, Practice
from repository.text.parsing import plain, whole_number
from repository.workflow import ActionRefused

# Maximum size of a form copy in characters; more than all its fields can hold.
MAX_KEPT = 60_000
MAX_TITLE_LENGTH = PartnershipRequest._meta.get_field("title").max_length or 0


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write a new request; `?case=`, `?practice=` or `?offer=` prefills it."""
    if refusal := kept_for_owner(request):
        return refusal
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    cities = cities_of(request.user)
    if not cities:
        return no_city(request)
    if request.method == "POST":
        return save(request, None, cities)
    return form_page(request, None, cities, initial=wanted(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a request that is with its city."""
    if refusal := kept_for_owner(request):
        return refusal
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    asked = get_object_or_404(PartnershipRequest.objects.visible_to(request.user), pk=pk)
    cities = cities_of(request.user)
    if asked.city_id not in {city.pk for city in cities}:
        raise PermissionDenied
    if request.method == "POST":
        return save(request, asked, cities)
    if asked.status not in drafts.WRITABLE:
        messages.warning(
            request,
            _("“%(title)s” cannot be changed now: its status is “%(status)s”.")
            % {"title": asked.title, "status": asked.get_status_display()},
        )
        return redirect(asked)
    return form_page(request, asked, cities)


def cities_of(user: User) -> list[City]:
    mine = Representation.objects.cities_of(user)
    return list(City.objects.filter(pk__in=mine).select_related("country"))


def no_city(request: HttpRequest) -> HttpResponse:
    """Let members without a city ask to represent one; their form input is preserved."""
    form_token = FORM_TOKENS.sent(request)
    if form_token is not None:
        keep(request, form_token, request.user)
    token = form_token.token if form_token else sent_mark(request.GET, "copy")
    copies = RequestCopy.objects.filter(member=request.user, token=token)
    return no_city_views.page(
        request,
        initial=wanted(request),
        copy=token if token and copies.exists() else "",
        was_sent=form_token is not None,
    )


# Prefilled requests


def wanted(request: HttpRequest) -> dict[str, Any]:
    """Return the initial values for a request inspired by a case, practice or offer."""
    slug = plain(request.GET.get("case", ""))
    case = CaseStudy.objects.published().filter(slug=slug).first() if slug else None
    if case is not None:
        return {
            "title": named(case.title),
            "practices": keys(case.practices),
            "themes": keys(case.themes),
            "goals": keys(case.goals),
            "cases": [case.pk],
            "inspired_by": case.pk,
        }
    slug = plain(request.GET.get("practice", ""))
    practice = Practice.objects.filter(slug=slug).first() if slug else None
    if practice is not None:
        return {
            "title": named(practice.name),
            "practices": [practice.pk],
            "themes": keys(practice.themes),
        }
    key = whole_number(request.GET.get("offer", ""))
    offer = Offer.objects.open().filter(pk=key).first() if key else None
    if offer is not None:
        return {
            "title": named(offer.title),
            "practices": keys(offer.practices),
            "themes": keys(offer.themes),
            "modalities": offer.modalities,
            "cases": keys(offer.cases.published()),
            "facilitator_welcome": offer.organization_id is not None,
        }
    return {}


def named(title: str) -> str:
    return (_("We want this: %(title)s") % {"title": title})[:MAX_TITLE_LENGTH]


def keys(rows: models.Manager) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


# Expired sessions


def kept_for_owner(request: HttpRequest) -> HttpResponse | None:
    """If another member opened the form, save its text for them and return the response."""
    return sent_by_another(
        request, FORM_TOKENS, lambda form_token, owner: keep(request, form_token, owner)
    )


def keep(request: HttpRequest, form_token: FormToken, member: User) -> None:
    """Save the form fields, up to a size that no form reaches by typing."""
    sent: dict[str, list[str]] = {}
    left = MAX_KEPT
    for name in [*RequestForm.base_fields, "base"]:
        texts = [plain(text) for text in request.POST.getlist(name)]
        left -= sum(map(len, texts))
        if left < 0:
            break
        sent[name] = texts
    drafts.keep(member=member, token=form_token.token, sent=sent)


def kept(request: HttpRequest) -> QueryDict | None:
    """Return the saved text that the query string names, in the form of submitted data."""
    token = sent_mark(request.GET, "copy")
    copy = RequestCopy.objects.filter(member=request.user, token=token).first() if token else None
    if copy is None:
        return None
    data = QueryDict(mutable=True)
    for name, texts in copy.sent.items():
        data.setlist(name, texts)
    return data


# Saving


def save(
    request: HttpRequest, asked: PartnershipRequest | None, cities: list[City]
) -> HttpResponse:
    """Save, then submit or preview, depending on the button."""
    form_token = FORM_TOKENS.of_form(request, asked.pk if asked else 0)
    base = request.POST.get("base", "")
    now = documents.document_of(asked) if asked else None
    form = RequestForm(request.POST, cities=cities, initial=initial_of(now) if now else None)
    if "suggest" in request.POST:
        # Nothing is saved, and nothing is wrong yet.
        form = RequestForm(cities=cities, initial=form.typed(), suggest=True)
        return form_page(request, asked, cities, form=form, form_token=form_token, base=base)
    if not form.is_valid():
        return form_page(request, asked, cities, form=form, form_token=form_token, base=base)
    values = form.values()
    try:
        if asked is None:
            asked = drafts.create(values=values, by=request.user, token=form_token.token)
        else:
            began = documents.unsealed(base)
            asked = drafts.save_draft(
                partnership_request=asked, values=values, base=began, by=request.user
            )
    except EditConflict as change:
        # A form that created a request and is sent again belongs to that request.
        asked = asked or PartnershipRequest.objects.get(token=form_token.token)
        return merge_page(request, asked, cities, change, values)
    except ActionRefused as refusal:
        form.add_error(None, str(refusal))
        return form_page(request, asked, cities, form=form, form_token=form_token, base=base)
    RequestCopy.objects.filter(member=request.user, token=form_token.token).delete()
    if "submit" in request.POST:
        return redirect("partnerships:request_submit", asked.pk)
    messages.success(request, _("Your draft is saved."))
    return redirect(asked)


def merge_page(request, asked, cities, change, values) -> HttpResponse:
    """Show the merged text and the changes, after a colleague has saved the request."""
    mine, now = documents.document(values), change.now
    base = documents.unsealed(request.POST.get("base", ""))
    merged, both = documents.merge(base, now, mine)
    form = RequestForm(cities=cities, initial=initial_of(merged))
    fields = {name: form.fields.get(name) for name in documents.FIELDS}
    changes = changes_between(
        [name for name in documents.FIELDS if now[name] != mine[name]],
        label=lambda name: fields[name].label if fields[name] else _("What a partner must be"),
        theirs=lambda name: as_text(name, now, form),
        mine=lambda name: as_text(name, mine, form),
        both=both,
    )
    return form_page(request, asked, cities, form=form, base=documents.sealed(now), changes=changes)


def as_text(name: str, document: documents.Document, form: RequestForm) -> str:
    """Return a field of a document as text, for comparison."""
    value = document[name]
    if name == "musts":
        return "\n".join(map(requirements.words, requirements.parse_requirements(value)))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    field = form.fields[name]
    if not hasattr(field, "choices"):
        return value or ""
    labels = {str(getattr(key, "value", key)): str(label) for key, label in field.choices}
    several = value if isinstance(value, list) else [value]
    return "\n".join(labels.get(str(key), str(key)) for key in several if key is not None)


def form_page(
    request: HttpRequest,
    asked: PartnershipRequest | None,
    cities: list[City],
    *,
    form: RequestForm | None = None,
    initial: dict[str, Any] | None = None,
    form_token: FormToken | None = None,
    base: str = "",
    changes=(),
) -> HttpResponse:
    is_copy = False
    now = documents.document_of(asked) if asked else None
    if form is None:
        initial = initial_of(now) if now else initial
        data = kept(request)
        is_copy = data is not None
        base = data.get("base", "") if data is not None else ""
        if data is not None and not data.get("city") and len(cities) == 1:
            # A draft from the time before the member had a city.
            data["city"] = str(cities[0].pk)
        form = RequestForm(data, cities=cities, initial=initial)
    context = {
        "section": "partnerships",
        "asked": asked,
        "form": form,
        "form_token": form_token
        or FORM_TOKENS.new(member=request.user.pk, subject=asked.pk if asked else 0),
        "base": base or (documents.sealed(now) if now else ""),
        "is_copy": is_copy,
        "changes": changes,
        "action": reverse("partnerships:request_edit", args=[asked.pk]) if asked else request.path,
    }
    return render(request, "partnerships/requests/form.html", context)
