from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.writing.attachments.files import private_file, sandboxed
from partnerships import permissions
from partnerships.agreements import actions, page_views
from partnerships.agreements.forms import DescriptionForm, FacilitatorForm
from partnerships.agreements.progress import with_light
from partnerships.agreements.write_up import write_up
from partnerships.models import Match, Partnership
from partnerships.spaces.tabs import Tab, address
from partnerships.spaces.views import space_page
from repository.pages.attempts import attempt
from repository.pages.http import public_page, require_form


def found_partnership(request: HttpRequest, pk: int) -> Partnership:
    """Return a partnership visible to the reader; Http404 otherwise."""
    rows = with_light(Partnership.objects.visible_to(request.user), on=timezone.localdate())
    return get_object_or_404(rows.select_related("inspired_by", "resulting_case"), pk=pk)


def own_partnership(request: HttpRequest, pk: int) -> Partnership:
    """Return a partnership that the reader may act on."""
    partnership = found_partnership(request, pk)
    if not permissions.can_run_partnership(request.user, partnership):
        raise PermissionDenied
    return partnership


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a partnership: parties, subjects, progress and outcome."""
    if request.user.is_authenticated:
        return own_page(request, pk)
    return public_detail(request, pk)


@public_page
def public_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return page_of(request, found_partnership(request, pk))


@never_cache
@require_safe
def own_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The page in parts for the parties and brokers; `?tab=public` is what others see."""
    partnership = found_partnership(request, pk)
    is_others = not permissions.can_run_partnership(request.user, partnership)
    if is_others or request.GET.get("tab") == "public":
        return page_of(request, partnership, is_preview=not is_others)
    return space_page(request, space_of(request, partnership), partnership)


def space_of(request: HttpRequest, partnership: Partnership) -> Match | None:
    """The match of a partnership, for readers who may enter its space: facilitators may not."""
    rows = Match.objects.visible_to(request.user).select_related(
        "city__country",
        "request__city__country",
        "facilitator",
        "interest",
        "plan",
        "partnership",
        "recorded",
    )
    match = rows.filter(pk=partnership.match_id).first()
    return match if match and permissions.can_enter(request.user, match) else None


def page_of(
    request: HttpRequest, partnership: Partnership, *, is_preview: bool = False
) -> HttpResponse:
    """The public page, which parties can look at before it is public."""
    context = {
        "section": "partnerships",
        "partnership": partnership,
        "is_preview": is_preview,
        **page_views.described(request.user, partnership, may_run=False),
    }
    return render(request, "partnerships/agreements/detail.html", context)


@never_cache
@require_form
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the description of a partnership."""
    partnership = own_partnership(request, pk)
    initial = {name: getattr(partnership, name) for name in ("title", "summary", "baseline")} | {
        "practices": partnership.practices.all(),
        "themes": partnership.themes.all(),
    }
    form = DescriptionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form, success=_("Changes saved.")) as outcome:
            actions.describe(partnership=partnership, by=request.user, **form.cleaned_data)
        if outcome.succeeded:
            return redirect(address(partnership, Tab.AGREEMENT))
    context = {
        "form": form,
        "partnership": partnership,
        "back": address(partnership, Tab.AGREEMENT),
    }
    return render(request, "partnerships/agreements/edit.html", context)


@login_required
@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take a step: begin, stall, resume, complete or discontinue."""
    partnership = own_partnership(request, pk)
    if verb not in actions.STEPS:
        raise Http404
    form = page_views.form_of(
        verb, request.POST, decides=permissions.acts_as_staff(request.user, partnership)
    )
    if not form.is_valid():
        context = {
            "form": form,
            "partnership": partnership,
            "label": page_views.STEP_LABELS[verb],
            "verb": verb,
            "back": address(partnership, Tab.PROGRESS),
        }
        return render(request, "partnerships/agreements/step.html", context)
    data = form.cleaned_data
    return answered(
        request,
        partnership,
        lambda: actions.take_step(partnership=partnership, verb=verb, by=request.user, **data),
        page_views.STEP_MESSAGES[verb],
        tab=Tab.PROGRESS,
    )


@login_required
@require_POST
def publicity(request: HttpRequest, pk: int) -> HttpResponse:
    """Set whether the reader's city wants the partnership to be public."""
    partnership = own_partnership(request, pk)
    wanted = request.POST.get("public") == "yes"
    with attempt(request) as outcome:
        found = actions.want_public(partnership=partnership, wanted=wanted, by=request.user)
    if outcome.succeeded and found.is_public:
        messages.success(request, _("This partnership has a public page that everyone can read."))
    elif outcome.succeeded:
        messages.success(
            request, _("Choice saved. A partnership becomes public when all its cities want it.")
        )
    return redirect(address(partnership, Tab.AGREEMENT))


@login_required
@require_POST
def facilitator_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an organisation or a city that supports both sides, as a broker."""
    partnership = own_partnership(request, pk)
    if not permissions.can_broker(request.user):
        raise PermissionDenied
    form = FacilitatorForm(request.POST)
    if not form.is_valid():
        for mistakes in form.errors.values():
            messages.error(request, " ".join(mistakes))
        return redirect(address(partnership, Tab.AGREEMENT))
    return answered(
        request,
        partnership,
        lambda: actions.add_facilitator(
            partnership=partnership, helper=form.helper, by=request.user
        ),
        _("Facilitator added."),
    )


@login_required
@require_POST
def facilitator_remove(request: HttpRequest, pk: int, party: int) -> HttpResponse:
    """Remove a facilitator, as a broker."""
    partnership = own_partnership(request, pk)
    if not permissions.can_broker(request.user):
        raise PermissionDenied
    return answered(
        request,
        partnership,
        lambda: actions.remove_facilitator(partnership=partnership, party=party, by=request.user),
        _("Facilitator removed."),
    )


@login_required
@require_POST
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a case on the outcome, and redirect to its form."""
    partnership = own_partnership(request, pk)
    if not permissions.parties_of(request.user, partnership):
        raise PermissionDenied
    include = "include_problems" in request.POST
    with attempt(request) as outcome:
        made = write_up(partnership=partnership, by=request.user, include_problems=include)
    if not outcome.succeeded:
        return redirect(address(partnership, Tab.PROGRESS))
    if made.authors.filter(pk=request.user.pk).exists():
        return redirect(reverse("community:case_edit", args=[made.slug]))
    messages.info(
        request,
        _("A colleague has already started this case. Ask them to invite you as an author."),
    )
    return redirect(address(partnership, Tab.PROGRESS))


@require_safe
@login_required
@sandboxed
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreement, for its parties and the brokers."""
    partnership = own_partnership(request, pk)
    return private_file(partnership.agreement, f"agreement-{partnership.pk}")


def answered(
    request: HttpRequest, partnership: Partnership, act, done: str, *, tab: Tab = Tab.AGREEMENT
) -> HttpResponse:
    """Run an action, show its outcome, and redirect to the part of the page."""
    with attempt(request, success=done):
        act()
    return redirect(address(partnership, tab))
