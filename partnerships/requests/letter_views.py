"""The letter of endorsement of a request: private to its city and the brokers."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from partnerships import permissions
from partnerships.models import PartnershipRequest
from partnerships.requests import drafts as actions
from partnerships.requests.views import own
from repository.pages.attempts import attempt


@never_cache
@require_safe
@login_required
@csp_override({"default-src": [CSP.NONE], "sandbox": True})
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the letter."""
    rows = PartnershipRequest.objects.visible_to(request.user).select_related("city")
    asked = get_object_or_404(rows, pk=pk)
    if not permissions.can_read_letter(request.user, asked):
        raise PermissionDenied
    if not asked.endorsement:
        raise Http404
    try:
        content = asked.endorsement.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        content,
        content_type="application/pdf",
        as_attachment=True,
        filename=f"endorsement-{asked.pk}.pdf",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload a letter, replacing the previous one."""
    asked = own(request, pk)
    upload = request.FILES.get("letter")
    with attempt(request, success=_("The letter is attached."), field="file"):
        if upload is None:
            raise ValidationError(_("Choose a file first."))
        actions.attach_letter(partnership_request=asked, upload=upload, by=request.user)
    return redirect(asked)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove the letter."""
    asked = own(request, pk)
    with attempt(request, success=_("The letter is removed.")):
        actions.remove_letter(partnership_request=asked, by=request.user)
    return redirect(asked)
