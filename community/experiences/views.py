from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community import permissions
from community.accounts.rate_limits import is_within_limit
from community.discussion.subjects import TRIED, find, word_of
from community.experiences import actions, reports
from community.experiences.city_suggestions import suggested_cities
from community.experiences.forms import ExperienceEditForm, ExperienceForm
from community.models import Experience
from repository.pages.attempts import attempt
from repository.pages.http import require_form


def found_experience(request: HttpRequest, pk: int) -> tuple[Experience, models.Model]:
    """A report and its subject, if the user may change it; Http404 otherwise."""
    rows = Experience.objects.visible_to(request.user).select_related(
        "city__country", "author__membership"
    )
    experience = get_object_or_404(rows, pk=pk)
    if experience.subject is None:
        raise Http404
    word = word_of(experience.subject)
    subject = find(word, experience.object_id, user=request.user, among=TRIED)
    if not permissions.can_edit_experience(request.user, experience):
        # A report on an archived case is not visible: others must not learn that it exists.
        if not reports.is_open(subject) and not permissions.can_moderate(request.user):
            raise Http404
        raise PermissionDenied
    return experience, subject


@never_cache
@require_form
@login_required
def new(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """The form to report a city's experience with a case or a practice."""
    subject = find(word, pk, user=request.user, among=TRIED)
    if not reports.is_open(subject):
        raise Http404
    form = ExperienceForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as outcome:
            experience = actions.report(subject=subject, by=request.user, **form.values())
        if outcome.succeeded:
            return go_to(request, experience)
    context = {"form": form, "subject": subject}
    return render(request, "community/experiences/experience_form.html", context)


@never_cache
@require_form
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form to revise a report."""
    experience, subject = found_experience(request, pk)
    form = ExperienceEditForm(
        request.POST if request.method == "POST" else None, initial=initial(experience)
    )
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as outcome:
            experience = actions.revise(experience=experience, by=request.user, **form.values())
        if outcome.succeeded:
            return go_to(request, experience)
    context = {"form": form, "subject": subject, "experience": experience}
    return render(request, "community/experiences/experience_form.html", context)


def initial(experience: Experience) -> dict:
    names = ("year", "status", "worked", "failed", "cost", "evidence_url", "language")
    return {name: getattr(experience, name) for name in names} | {
        "city": reports.label_of(experience.city),
        "tags": experience.tags.all(),
    }


def go_to(request: HttpRequest, experience: Experience) -> HttpResponse:
    if experience.is_pending:
        messages.info(
            request, _("Thank you. A moderator will review your experience before it’s published.")
        )
    else:
        messages.success(request, _("Thank you. Your experience is published."))
    return redirect(experience.get_absolute_url())


@never_cache
@require_form
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then delete a report."""
    experience, subject = found_experience(request, pk)
    if request.method == "POST":
        with attempt(request, success=_("Experience deleted.")):
            actions.delete(experience=experience, by=request.user)
        return redirect(f"{subject.get_absolute_url()}#experiences")
    context = {"experience": experience, "subject": subject}
    return render(request, "community/experiences/experience_delete.html", context)


@never_cache
@require_safe
@login_required
def city_suggestions(request: HttpRequest) -> HttpResponse:
    """Cities that begin with the letters in `q`: `{"found": […]}`."""
    if not is_within_limit(request, "suggest"):
        return JsonResponse({"found": []}, status=429)
    letters = " ".join(request.GET.get("q", "").split())[:60]
    return JsonResponse({"found": suggested_cities(letters)})
