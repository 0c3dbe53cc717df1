"""The private space of two introduced cities. Its existence is not revealed to others."""

import secrets
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.models import OfficeKind
from community.writing.attachments.files import private_content, private_file, sandboxed
from partnerships import permissions
from partnerships.agreements.memorandum import memorandum
from partnerships.agreements.progress import with_light
from partnerships.models import Match, Meeting, Partnership, Side
from partnerships.spaces import actions
from partnerships.spaces.forms import (
    AgreeForm,
    FileForm,
    MeetingChangeForm,
    MeetingForm,
    MessageForm,
    PlanForm,
)
from partnerships.spaces.notices import event_of
from partnerships.spaces.page_views import contacts, space_page
from partnerships.spaces.tabs import Tab, address
from partnerships.spaces.times import local_times, zone_choices
from repository.pages.attempts import attempt
from repository.pages.http import require_form
from repository.webinars import calendars
from repository.workflow import ActionRefused


def entered(request: HttpRequest, pk: int) -> Match:
    """Return the match of a space to which the reader currently has access; 404 otherwise."""
    rows = Match.objects.visible_to(request.user).introduced()
    match = get_object_or_404(
        rows.select_related(
            "city__country",
            "request__city__country",
            "facilitator",
            "interest",
            "plan",
            "partnership",
            "recorded",
        ),
        pk=pk,
    )
    if not permissions.can_enter(request.user, match):
        raise Http404
    return match


def page(request: HttpRequest, match: Match, **forms: Any) -> HttpResponse:
    """Show the part with an invalid form."""
    partnership = None
    if hasattr(match, "partnership"):
        rows = with_light(Partnership.objects.all(), on=timezone.localdate())
        partnership = rows.get(pk=match.partnership.pk)
    return space_page(request, match, partnership, **forms)


def back(match: Match, part: Tab) -> HttpResponse:
    return redirect(address(getattr(match, "partnership", match), part))


@never_cache
@require_POST
@login_required
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """Post a message."""
    match = entered(request, pk)
    form = MessageForm(request.POST, auto_id="id_message_%s")
    if not form.is_valid():
        return page(request, match, message=form)
    data = form.cleaned_data
    with attempt(request, form) as outcome:
        token = data["token"] or secrets.token_hex(16)
        actions.say(match=match, by=request.user, body=data["body"], token=token)
    if not outcome.succeeded:
        return page(request, match, message=form)
    return back(match, Tab.MESSAGES)


@never_cache
@require_POST
@login_required
def add_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Share a file."""
    match = entered(request, pk)
    form = FileForm(request.POST, request.FILES, auto_id="id_file_%s")
    if not form.is_valid():
        return page(request, match, file=form)
    data = form.cleaned_data
    with attempt(request, form, success=_("File shared."), field="file") as outcome:
        actions.add_file(match=match, by=request.user, upload=data["file"], title=data["title"])
    if outcome.succeeded:
        return back(match, Tab.FILES)
    return page(request, match, file=form)


@never_cache
@require_POST
@login_required
def remove_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Delete a file."""
    match = entered(request, pk)
    with attempt(request, success=_("File removed.")):
        actions.remove_file(file=get_object_or_404(match.files, pk=file), by=request.user)
    return back(match, Tab.FILES)


@require_safe
@login_required
@sandboxed
def show_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Download a file."""
    match = entered(request, pk)
    found = get_object_or_404(match.files, pk=file)
    return private_file(found.file, f"match-{match.pk}-{found.pk}", found.kind)


@never_cache
@require_POST
@login_required
def add_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a meeting."""
    match = entered(request, pk)
    zones = zone_choices(match, permissions.sides_of(request.user, match))
    form = MeetingForm(request.POST, zones=zones, auto_id="id_meeting_%s")
    if not form.is_valid():
        return page(request, match, meeting=form)
    data = form.cleaned_data
    with attempt(request, form) as outcome:
        actions.add_meeting(
            match=match, by=request.user, title=data["title"], at=data["at"], place=data["place"]
        )
    if not outcome.succeeded:
        return page(request, match, meeting=form)
    messages.success(
        request, _("Meeting scheduled. Both cities will receive a calendar invitation.")
    )
    return back(match, Tab.DATES)


@never_cache
@require_form
@login_required
def change_meeting(request: HttpRequest, pk: int, meeting: int) -> HttpResponse:
    """Change a meeting: a form for those who may change it."""
    match = entered(request, pk)
    found = get_object_or_404(match.meetings.planned(), pk=meeting)
    if not permissions.can_change_in_space(request.user, found):
        raise PermissionDenied
    form = change_form(request, match, found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        changed = {name: data[name] for name in ("title", "at", "place", "sequence")}
        try:
            actions.change_meeting(meeting=found, by=request.user, **changed)
        except actions.EditConflict as conflict:
            # Show the new values; submitting them again replaces those of the colleague.
            current = match.meetings.get(pk=found.pk)
            form.data = form.data.copy()
            form.data["sequence"] = str(current.sequence)
            form.add_error(None, str(conflict))
            found = current
        except ActionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Meeting changed. Both cities will receive an updated invitation.")
            )
            return back(match, Tab.DATES)
    sides = permissions.sides_of(request.user, match)
    context = {
        "section": "partnerships",
        "form": form,
        "match": match,
        "meeting": found,
        "times": local_times(found.at, match, sides),
        "back": address(match, Tab.DATES),
    }
    return render(request, "partnerships/spaces/meeting.html", context)


def change_form(request: HttpRequest, match: Match, meeting: Meeting) -> MeetingChangeForm:
    zones = zone_choices(match, permissions.sides_of(request.user, match))
    zone = zones[0][0]
    local = meeting.at.astimezone(ZoneInfo(zone))
    initial = {
        "title": meeting.title,
        "day": local.date(),
        "time": local.time(),
        "zone": zone,
        "place": meeting.place,
        "sequence": meeting.sequence,
    }
    return MeetingChangeForm(request.POST or None, initial=initial, zones=zones)


@never_cache
@require_POST
@login_required
def cancel_meeting(request: HttpRequest, pk: int, meeting: int) -> HttpResponse:
    """Cancel a meeting."""
    match = entered(request, pk)
    found = get_object_or_404(match.meetings, pk=meeting)
    with attempt(request, success=_("Meeting cancelled. Both cities have been notified.")):
        actions.cancel_meeting(meeting=found, by=request.user)
    return back(match, Tab.DATES)


@never_cache
@require_safe
@login_required
def calendar(request: HttpRequest, pk: int, meeting: int) -> HttpResponse:
    """Download a meeting as a calendar file."""
    match = entered(request, pk)
    event = event_of(get_object_or_404(match.meetings, pk=meeting))
    return calendars.response([event], filename=f"date-{meeting}.ics")


@never_cache
@require_POST
@login_required
def write_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the text of the plan."""
    match = entered(request, pk)
    form = PlanForm(request.POST, auto_id="id_plan_%s")
    if not form.is_valid():
        return page(request, match, plan=form)
    data = form.cleaned_data
    try:
        actions.write_plan(match=match, by=request.user, text=data["text"], version=data["version"])
    except actions.EditConflict as change:
        # Show the submitted text beside the current plan; submitting it again replaces the plan.
        form.data = form.data.copy()
        plan = getattr(match, "plan", None)
        form.data["version"] = str(plan.version if plan else 0)
        form.add_error(None, str(change))
        return page(request, match, plan=form)
    except ActionRefused as refusal:
        form.add_error(None, str(refusal))
        return page(request, match, plan=form)
    messages.success(request, _("Plan saved."))
    return back(match, Tab.PLAN)


@never_cache
@require_safe
@login_required
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Download a draft memorandum of the two cities, made from their plan."""
    match = entered(request, pk)
    content = memorandum(match, contacts(match))
    return private_content(content, f"memorandum-{match.pk}", OfficeKind.DOCX)


@never_cache
@require_POST
@login_required
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to the plan on behalf of the reader's city."""
    match = entered(request, pk)
    sides = permissions.sides_of(request.user, match)
    if not sides:
        # Brokers have access to the space but cannot agree.
        raise PermissionDenied
    form = AgreeForm(request.POST)
    if not form.is_valid() or form.cleaned_data["side"] not in sides:
        messages.error(request, _("Check the plan again, then agree to it."))
        return back(match, Tab.PLAN)
    data = form.cleaned_data
    with attempt(request) as outcome:
        plan = actions.agree(
            match=match, side=Side(data["side"]), by=request.user, version=data["version"]
        )
    if outcome.succeeded:
        if plan.is_agreed:
            messages.success(request, _("Both cities have agreed to the plan."))
        else:
            messages.success(request, _("Your city has agreed. The other city must agree too."))
    return back(match, Tab.PLAN)
