"""The pages on which a focal point writes a request, in four steps.

A new request is a form with all fields, of which the first step shows some; each step of a saved
one has only its own fields. Every button saves the step, also those that lead to another step.
"""

from collections.abc import Sequence
from functools import partial
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

from community.dashboard.dashboard import decisions_about, key_of
from community.models import Decision, User
from community.writing.preserved_input import (
    EditConflict,
    FormToken,
    changes_between,
    sent_by_another,
    sent_mark,
)
from partnerships.models import (
    ListingStatus,
    Need,
    Offer,
    PartnershipRequest,
    Representation,
    RequestCopy,
    RequestStatus,
)
from partnerships.requests import documents, drafts, no_city_views
from partnerships.requests.check_views import address_of_step, as_text, label_of, progress
from partnerships.requests.form_steps import (
    BY_NUMBER,
    FIRST,
    FormStep,
    Gap,
    gaps_of,
    opening_step,
    step_after,
)
from partnerships.requests.forms import FORM_TOKENS, MAX_PRACTICES, RequestForm, initial_of
from repository.models import CaseStudy, City, Practice
from repository.pages.http import require_form
from repository.text.parsing import plain, whole_number
from repository.translations.reading import CARD, translate
from repository.workflow import ActionRefused

# Maximum size of a form copy in characters; more than all its fields can hold.
MAX_KEPT = 60_000
MAX_TITLE_LENGTH = PartnershipRequest._meta.get_field("title").max_length or 0


@never_cache
@require_form
def new(request: HttpRequest) -> HttpResponse:
    """Write a new request; `?case=`, `?practice=`, `?offer=` or `?need=` prefills it.

    From a case nothing is ticked in advance: a city chooses what it wants to learn. A need is one
    of the city's own.
    """
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
@require_form
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a request that is with its city: `?step=` is the step, otherwise the first with a gap.

    With `?check=1` missing answers are marked, and saving leads to the page with all answers.
    """
    if refusal := kept_for_owner(request):
        return refusal
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    rows = PartnershipRequest.objects.visible_to(request.user).select_related("city")
    asked = get_object_or_404(rows, pk=pk)
    cities = cities_of(request.user)
    if asked.city_id not in {city.pk for city in cities}:
        raise PermissionDenied
    if request.method == "POST":
        return save(request, asked, cities)
    if asked.status not in drafts.WRITABLE:
        messages.warning(
            request,
            _("You can’t edit “%(title)s” because its status is “%(status)s”.")
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
    """Return the initial values for a request inspired by a case, practice, offer or need."""
    slug = plain(request.GET.get("case", ""))
    case = CaseStudy.objects.published().filter(slug=slug).first() if slug else None
    if case is not None:
        translate(("case", [case]), only=CARD)
        return {
            "title": named(case.title),
            "inspired_by": case.pk,
        }
    slug = plain(request.GET.get("practice", ""))
    practice = Practice.objects.filter(slug=slug).first() if slug else None
    if practice is not None:
        translate(("practice", [practice]))
        return {
            "title": named(practice.name),
            "practices": [practice.pk],
            "themes": keys(practice.themes),
        } | situation(practice, request.GET.getlist("has"))
    key = whole_number(request.GET.get("offer", ""))
    offer = Offer.objects.open().filter(pk=key).first() if key else None
    if offer is not None:
        translate(("offer", [offer]), only=CARD)
        return {
            "title": named(offer.title),
            "practices": keys(offer.practices)[:MAX_PRACTICES],
            "themes": keys(offer.themes),
            "modalities": offer.modalities,
            "cases": keys(offer.cases.published()),
            "facilitator_welcome": offer.organization_id is not None,
        }
    key = whole_number(request.GET.get("need", ""))
    needs = Need.objects.of_those_of(request.user).exclude(status=ListingStatus.REPLACED)
    need = needs.filter(pk=key).first() if key else None
    return from_need(need) if need is not None else {}


def from_need(need: Need) -> dict[str, Any]:
    """Return the values of a request that asks for what the city has said that it needs."""
    return {
        "city": need.city_id,
        "title": need.title,
        "challenge": need.description,
        "language": need.language,
        "practices": keys(need.practices)[:MAX_PRACTICES],
        "themes": keys(need.themes),
        "modalities": need.modalities,
        "languages": need.languages,
    }


def situation(practice: Practice, checked: Sequence[str]) -> dict[str, str]:
    """Describe which requirements a city has, from their numbers checked on the practice's page."""
    has = [text for number, text in enumerate(practice.requirements, 1) if str(number) in checked]
    if not has:
        return {}
    lacks = [text for text in practice.requirements if text not in has]
    return {
        "resources": listed(_("We have:"), has),
        "challenge": listed(_("We don’t have yet:"), lacks) if lacks else "",
    }


def listed(heading: str, texts: Sequence[str]) -> str:
    return "\n".join([heading, *(f"- {text}" for text in texts)])


def named(title: str) -> str:
    return (_("We’re interested: %(title)s") % {"title": title})[:MAX_TITLE_LENGTH]


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
    for name in [*RequestForm.base_fields, "base", "step", "check"]:
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
    """Save the step, and go where the button leads."""
    form_token = FORM_TOKENS.of_form(request, asked.pk if asked else 0)
    base = request.POST.get("base", "")
    step = BY_NUMBER.get(request.POST.get("step", "")) if asked else None
    initial = initial_for(asked) if asked else None
    form = RequestForm(request.POST, cities=cities, step=step, initial=initial)
    page = partial(form_page, request, asked, cities, form_token=form_token, base=base)
    if "suggest" in request.POST:
        # Nothing is saved, and nothing is wrong yet.
        initial = form.typed()
        return page(form=RequestForm(cities=cities, step=step, initial=initial, suggest=True))
    if not form.is_valid():
        return page(form=form)
    values = form.values()
    try:
        if asked is None:
            asked = drafts.create(
                values=with_known_goals(values), by=request.user, token=form_token.token
            )
        else:
            began = documents.unsealed(base)
            asked = drafts.save_draft(
                partnership_request=asked, values=values, base=began, by=request.user
            )
    except EditConflict as change:
        if asked is None:
            # A form that created a request and is sent again belongs to that request.
            asked = PartnershipRequest.objects.get(token=form_token.token)
            values = {name: value for name, value in values.items() if name in drafts.SHOWN_FIRST}
            step = FIRST
        return merge_page(request, asked, cities, change, values, step)
    except ActionRefused as refusal:
        form.add_error(None, str(refusal))
        return page(form=form)
    RequestCopy.objects.filter(member=request.user, token=form_token.token).delete()
    return redirect_by_button(request, asked, form.step)


def redirect_by_button(
    request: HttpRequest, asked: PartnershipRequest, step: FormStep
) -> HttpResponse:
    """Lead to another step, to the page that checks all answers, or to the request."""
    following = BY_NUMBER.get(request.POST.get("to", ""))
    if following is None and "continue" in request.POST and not request.POST.get("check"):
        following = step_after(step)
    if following is not None:
        return redirect(address_of_step(asked, following))
    if request.POST.keys() & {"submit", "continue"}:
        return redirect("partnerships:request_submit", asked.pk)
    messages.success(request, _("Draft saved."))
    return redirect(asked)


def with_known_goals(values: dict[str, Any]) -> dict[str, Any]:
    """Begin with the goals that the city named in its last request, for want of others."""
    if values["goals"]:
        return values
    rows = PartnershipRequest.objects.filter(city=values["city"], goals__isnull=False)
    last = rows.order_by("-created_at", "-pk").first()
    return values | {"goals": list(last.goals.all()) if last else []}


def initial_for(asked: PartnershipRequest) -> dict[str, Any]:
    """Return the initial data for a saved request, with what its city's profile says besides."""
    initial = initial_of(documents.document_of(asked))
    return initial | {"languages": asked.working_languages}


def merge_page(
    request: HttpRequest,
    asked: PartnershipRequest,
    cities: list[City],
    change: EditConflict,
    values: dict[str, Any],
    step: FormStep | None,
) -> HttpResponse:
    """Show the merged text and the changes, after a colleague has saved the request."""
    now = change.now
    mine = now | documents.document(values)
    merged, both = documents.merge(documents.unsealed(request.POST.get("base", "")), now, mine)
    form = RequestForm(cities=cities, step=step, initial=initial_of(merged))
    # All fields, to describe the changes.
    fields = RequestForm(cities=cities, initial=initial_of(mine))
    changes = changes_between(
        [name for name in documents.FIELDS if now[name] != mine[name]],
        label=lambda name: label_of(name, fields),
        theirs=lambda name: as_text(name, now, fields),
        mine=lambda name: as_text(name, mine, fields),
        both=both,
    )
    return form_page(request, asked, cities, form=form, base=documents.sealed(now), changes=changes)


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
    data = kept(request) if form is None else None
    gaps = gaps_of(asked) if asked else []
    now = documents.document_of(asked) if asked else None
    is_checking = bool((data or request.POST or request.GET).get("check"))
    if form is None:
        if asked is not None:
            initial = initial_for(asked)
        base = data.get("base", "") if data is not None else ""
        if data is not None and not data.get("city") and len(cities) == 1:
            # A draft from the time before the member had a city.
            data["city"] = str(cities[0].pk)
        step = chosen_step(request, data, asked, gaps) if asked else None
        form = RequestForm(data, cities=cities, step=step, initial=initial)
        if is_checking and data is None:
            form.mark_gaps(gaps)
    context = {
        "section": "partnerships",
        "asked": asked,
        "form": form,
        "progress": progress(form.step, now, gaps),
        "following": step_after(form.step),
        "before": BY_NUMBER.get(str(form.step.number - 1)) if asked else None,
        "has_languages_of_city": asked is not None and not asked.languages,
        "decision": decision_on(asked),
        "is_checking": is_checking,
        "form_token": form_token
        or FORM_TOKENS.new(member=request.user.pk, subject=asked.pk if asked else 0),
        "base": base or (documents.sealed(now) if now else ""),
        "is_copy": data is not None,
        "changes": changes,
        "action": reverse("partnerships:request_edit", args=[asked.pk]) if asked else request.path,
    }
    return render(request, "partnerships/requests/form.html", context)


def chosen_step(
    request: HttpRequest, data: QueryDict | None, asked: PartnershipRequest, gaps: list[Gap]
) -> FormStep | None:
    """Return the step to show of a saved request; None for a text with all fields."""
    if data is not None:
        return BY_NUMBER.get("".join(data.getlist("step")[-1:]))
    return BY_NUMBER.get(request.GET.get("step", "")) or opening_step(asked, gaps)


def decision_on(asked: PartnershipRequest | None) -> Decision | None:
    """Return the decision of the brokers that asks for changes."""
    if asked is None or asked.status != RequestStatus.CHANGES_REQUESTED:
        return None
    return decisions_about([asked]).get(key_of(asked))
