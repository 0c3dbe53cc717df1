from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.discussion.contributions import Contribution
from community.discussion.subjects import FLAGGED, find
from community.models import Flag, User
from community.moderation.flags.actions import flag
from community.moderation.flags.forms import FlagForm
from community.permissions import can_moderate
from repository.models import CaseStudy
from repository.pages.attempts import attempt


def is_page_visible(contribution: Contribution, reader: User) -> bool:
    """Whether the reader can see the page of the contribution; moderators need none."""
    about = contribution.subject
    if isinstance(about, CaseStudy) and not about.is_published:
        return can_moderate(reader)
    return about is not None


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """The form in which a member flags something."""
    subject = find(word, pk, user=request.user, among=FLAGGED)
    if isinstance(subject, Contribution) and not is_page_visible(subject, request.user):
        raise Http404
    form = FlagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(
            request, form, success=_("Thank you. A moderator will review your flag.")
        ) as outcome:
            flag(subject=subject, by=request.user, **form.cleaned_data)
        if outcome.succeeded:
            return redirect(page_of(subject, request.user))
    is_flagged = Flag.objects.about(subject).filter(by=request.user).exists()
    return render(
        request,
        "community/moderation/flag_new.html",
        {
            "subject": subject,
            "word": word,
            "form": form,
            "is_flagged": is_flagged,
            # Only editors decide about a case without flags, on its own page of the desk.
            "decides": isinstance(subject, Contribution) and can_moderate(request.user),
        },
    )


def page_of(subject: models.Model, user: User) -> str:
    """The URL of the subject, or of its page: a comment hidden by this flag has no URL any more."""
    if isinstance(subject, Contribution):
        shown = type(subject).objects.visible_to(user).filter(pk=subject.pk)
        if not shown.exists():
            return subject.subject.get_absolute_url()
    return subject.get_absolute_url()
