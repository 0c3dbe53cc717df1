from allauth.account.decorators import reauthentication_required
from allauth.core import ratelimit
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.accounts.rate_limits import is_within_limit, too_many_requests
from community.models import User
from community.privacy.actions import delete_account
from community.privacy.export import archive_of
from community.privacy.forms import ERASE, DeletionForm
from repository.pages.attempts import attempt
from repository.pages.http import require_form


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """What members can do with the data we hold on them."""
    return render(request, "community/privacy/personal_data.html")


@require_POST
@login_required
@reauthentication_required
def export(request: HttpRequest) -> HttpResponse:
    """Everything that we hold on a member, as one archive."""
    if not is_within_limit(request, "export"):
        return too_many_requests(request)
    name = f"exchange-{request.user.handle or request.user.pk}.zip"
    archive = archive_of(User.objects.get(pk=request.user.pk))
    return FileResponse(archive, as_attachment=True, filename=name, content_type="application/zip")


@require_form
@login_required
def delete(request: HttpRequest) -> HttpResponse:
    """Delete the account and redirect to the home page, signed out."""
    try:
        return delete_reauthenticated(request)
    except ReauthenticationRequired:
        if request.method == "POST":
            # Reauthenticate before the form is sent: otherwise its data would be stored until
            # then.
            return redirect("community:account_delete")
        raise


@reauthentication_required(app="account")
def delete_reauthenticated(request: HttpRequest) -> HttpResponse:
    user = User.objects.get(pk=request.user.pk)
    form = DeletionForm(request.POST or None, user=user)
    if request.method == "POST":
        if not ratelimit.consume(request, action="reauthenticate", user=request.user):
            return too_many_requests(request)
        if form.is_valid():
            erase = form.cleaned_data["contributions"] == ERASE
            with attempt(request, form) as outcome:
                delete_account(member=user, by=user, erase=erase)
            if outcome.succeeded:
                logout(request)
                messages.success(request, _("Your account was deleted."))
                return redirect("repository:home")
    return render(request, "community/privacy/account_delete.html", {"form": form})
