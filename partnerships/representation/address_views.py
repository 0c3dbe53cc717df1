"""Send a message to an official address, and the page on which its reader confirms it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from partnerships.desk.roles import for_brokers
from partnerships.models import Representation
from partnerships.representation import address_checks, addresses
from repository.pages.attempts import attempt
from repository.pages.http import require_form


@for_brokers
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message to the official address, and return to the review page."""
    representation = get_object_or_404(Representation, pk=pk)
    with attempt(request, success=_("Email sent to the official address.")):
        address_checks.send_check(representation=representation, by=request.user)
    return redirect("admin:review", "representation", pk)


@never_cache
@require_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
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
