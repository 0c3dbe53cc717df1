"""The letter of endorsement of a request: private to its city and the brokers."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.writing.attachments.files import private_file, sandboxed
from partnerships import permissions
from partnerships.models import PartnershipRequest
from partnerships.requests import drafts as actions
from partnerships.requests.views import own
from repository.pages.attempts import attempt


@never_cache
@require_safe
@login_required
@sandboxed
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the letter."""
    rows = PartnershipRequest.objects.visible_to(request.user).select_related("city")
    asked = get_object_or_404(rows, pk=pk)
    if not permissions.can_read_letter(request.user, asked):
        raise PermissionDenied
    return private_file(asked.endorsement, f"endorsement-{asked.pk}")


@require_POST
@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a letter, replacing the previous one."""
    asked = own(request, pk)
    upload = request.FILES.get("letter")
    with attempt(request, success=_("Letter attached."), field="file"):
        if upload is None:
            raise ValidationError(_("Choose a file."))
        actions.attach_letter(partnership_request=asked, upload=upload, by=request.user)
    return redirect(asked)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the letter."""
    asked = own(request, pk)
    with attempt(request, success=_("Letter removed.")):
        actions.remove_letter(partnership_request=asked, by=request.user)
    return redirect(asked)
