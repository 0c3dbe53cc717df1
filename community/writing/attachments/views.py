from hashlib import blake2b
from http import HTTPStatus

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from community import permissions
from community.accounts.rate_limits import is_within_limit, too_many_requests
from community.models import Attachment
from community.writing.attachments import actions
from community.writing.attachments.files import private_file, stored_file
from community.writing.attachments.models import SMALL_WIDTH
from repository.models import CaseStudy
from repository.pages.attempts import attempt


class AttachmentForm(django_forms.Form):
    file = django_forms.FileField(allow_empty_file=True)
    caption = django_forms.CharField(max_length=200)


def writable(request: HttpRequest, slug: str) -> CaseStudy:
    case = get_object_or_404(CaseStudy.objects.visible_to(request.user), slug=slug)
    if not permissions.can_write(request.user, case):
        raise PermissionDenied
    return case


@login_required
@require_POST
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Upload a file."""
    case = writable(request, slug)
    if not is_within_limit(request, "case-file"):
        return too_many_requests(request, keeps_input=True)
    form = AttachmentForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a file and describe what it shows."))
        return back(case)
    sent = form.cleaned_data
    with attempt(request, success=_("File attached."), field="file"):
        actions.attach(case=case, upload=sent["file"], caption=sent["caption"], by=request.user)
    return back(case)


@login_required
@require_POST
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Delete a file."""
    case = writable(request, slug)
    attachment = get_object_or_404(case.attachments, pk=pk)
    with attempt(request, success=_("File deleted.")):
        actions.detach(attachment=attachment, by=request.user)
    return back(case)


def back(case: CaseStudy) -> HttpResponse:
    # The files are beside the figures.
    path = reverse("community:case_edit", args=[case.slug])
    return redirect(f"{path}?step=evidence#attachments")


@require_safe
@csp_override({"default-src": [CSP.NONE], "sandbox": True})
def show(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Serve a file to everyone who may see the case; never as active content.

    `?width=800` asks for the smaller copy of a picture, see `Attachment.srcset`. No other query is
    answered: caches would store each answer.
    """
    case = get_object_or_404(CaseStudy.objects.visible_to(request.user), slug=slug)
    if case.is_archived and not permissions.can_moderate(request.user):
        raise Http404
    attachment: Attachment = get_object_or_404(case.attachments, pk=pk)
    file: FieldFile = attachment.file
    if asked := request.META["QUERY_STRING"]:
        if asked != f"width={SMALL_WIDTH}" or not attachment.srcset:
            raise Http404
        if attachment.small.storage.exists(str(attachment.small.name)):
            file = attachment.small
    # The content under a random name never changes.
    etag = f'"{blake2b(str(file.name).encode(), digest_size=12).hexdigest()}"'
    if case.is_published and (unchanged := get_conditional_response(request, etag=etag)):
        # No cache may store a failed condition and serve it to others.
        is_same = unchanged.status_code == HTTPStatus.NOT_MODIFIED
        return cache_for_a_minute(unchanged, etag) if is_same else unchanged
    name = f"{case.slug}-{attachment.pk}"
    if not case.is_published:
        return private_file(file, name, attachment.kind)
    return cache_for_a_minute(stored_file(file, name, attachment.kind), etag)


def cache_for_a_minute(response: HttpResponse, etag: str) -> HttpResponse:
    """Let caches hold a file of a public case for one minute only: the case may be archived."""
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=60, must-revalidate"
    return response
