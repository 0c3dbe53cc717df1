from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.dashboard.dashboard import decisions_about, key_of
from community.writing.attachments.files import private_file, sandboxed
from partnerships.desk.roles import for_brokers
from partnerships.models import Representation
from partnerships.representation import actions, address_checks, addresses
from partnerships.representation.cards import card_of, with_tasks
from partnerships.representation.forms import RepresentationForm
from repository.models import City, Organization
from repository.pages.attempts import attempt
from repository.pages.http import require_form
from repository.pages.lists import page_of
from repository.text.lists import with_commas

A_PAGE = 20


@never_cache
@require_safe
@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """List the current, pending and past representations of the member."""
    rows = with_tasks(Representation.objects.of(request.user)).select_related(
        "city__country", "city__profile", "organization", "country"
    )
    page = page_of(rows.order_by("-asked_at", "-pk"), request, size=A_PAGE)
    shown = list(page.object_list)
    decisions = decisions_about(shown)
    cards = {row.pk: card_of(row) for row in shown if row.is_current and row.city}
    context = {
        "page": page,
        "rows": [(row, decisions.get(key_of(row)), cards.get(row.pk)) for row in shown],
    }
    return render(request, "partnerships/representation/list.html", context)


@never_cache
@require_form
@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """Request to represent a city or an organisation.

    `?city=slug` or `?organization=slug` prefills it.
    """
    form = RepresentationForm(
        request.POST if request.method == "POST" else None,
        files=request.FILES if request.method == "POST" else None,
        user=request.user,
        initial={
            "city": named_city(request.GET.get("city", "")),
            "organization": named_organization(request.GET.get("organization", "")),
        },
    )
    if request.method == "POST" and form.is_valid():
        with attempt(
            request,
            form,
            success=_("A broker will review your request and reply to you."),
            field="letter",
        ) as outcome:
            actions.ask(by=request.user, **form.values())
        if outcome.succeeded:
            return redirect("partnerships:representation_list")
    return render(request, "partnerships/representation/form.html", {"form": form})


def lead_to_asking(request: HttpRequest, message: str) -> HttpResponse:
    """Direct members who represent nobody to requesting it, or to their requests."""
    messages.info(request, message)
    has_asked = Representation.objects.of(request.user).asked().exists()
    return redirect(f"partnerships:representation_{'list' if has_asked else 'ask'}")


def named_city(slug: str) -> str:
    """Return a city as the form accepts it ("Kisumu, Kenya"); empty if it does not exist."""
    rows = City.objects.select_related("country").filter(slug=slug.replace("\0", ""))
    return next((with_commas([row.localized_name, row.country.localized_name]) for row in rows), "")


def named_organization(slug: str) -> Organization | None:
    if not slug:
        return None
    return Organization.objects.filter(slug=slug.replace("\0", "")).first()


def own(request: HttpRequest, pk: int) -> Representation:
    """Return a representation of the reader; brokers can see others but not act for them."""
    found = get_object_or_404(Representation.objects.visible_to(request.user), pk=pk)
    if found.member_id != request.user.pk:
        raise PermissionDenied
    return found


def verb(act: Callable[..., Representation], done) -> Callable[..., HttpResponse]:
    """Return a view that takes a step of the member."""

    @require_POST
    @login_required
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        with attempt(request, success=done()):
            act(representation=own(request, pk), by=request.user)
        return redirect("partnerships:representation_list")

    view.__doc__ = act.__doc__
    return view


withdraw = verb(actions.withdraw, lambda: _("Request withdrawn."))
resign = verb(actions.resign, lambda: _("You no longer represent this city or organisation."))


@require_safe
@login_required
@sandboxed
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the letter of a request, for the member and brokers."""
    found = get_object_or_404(Representation.objects.visible_to(request.user), pk=pk)
    return private_file(found.letter, f"letter-{found.pk}")


# Send a message to an official address, and the page on which its reader confirms it.


@for_brokers
@require_POST
def send_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message to the official address, and return to the review page."""
    representation = get_object_or_404(Representation, pk=pk)
    with attempt(request, success=_("Email sent to the official address.")):
        address_checks.send_check(representation=representation, by=request.user)
    return redirect("admin:review", "representation", pk)


@never_cache
@require_form
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Show who asks to represent what, and confirm the address."""
    check = addresses.check_from(token)
    if check is None or not addresses.is_current(check):
        context = {"section": "partnerships", "is_invalid": True}
        return render(request, "partnerships/representation/address.html", context, status=410)
    if request.method == "POST":
        with attempt(request) as outcome:
            address_checks.confirm(check=check)
        if outcome.succeeded:
            messages.success(request, _("Address confirmed."))
        return redirect(request.path)
    context = {
        "section": "partnerships",
        "representation": check.representation,
        "confirmed_at": addresses.confirmed_at(check.representation),
        "is_open": addresses.is_open(check),
    }
    return render(request, "partnerships/representation/address.html", context)
