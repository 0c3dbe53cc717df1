"""The private space of two introduced cities. Its existence is not revealed to others."""

import secrets
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.models import OfficeKind
from community.writing.attachments.files import private_content, private_file, sandboxed
from partnerships import permissions
from partnerships.agreements import page_views
from partnerships.agreements.memorandum import memorandum
from partnerships.agreements.progress import with_light
from partnerships.matches.questions import questions_of
from partnerships.matches.reasons import FOR_CITIES, explanations_of, factors_of
from partnerships.models import (
    Match,
    MatchOrigin,
    Meeting,
    Partnership,
    Progress,
    Representation,
    Side,
)
from partnerships.replies.addresses import reply_address
from partnerships.spaces import actions, tabs
from partnerships.spaces.forms import (
    AgreeForm,
    FileForm,
    MeetingChangeForm,
    MeetingForm,
    MessageForm,
    PlanForm,
)
from partnerships.spaces.next_steps import next_step
from partnerships.spaces.notices import event_of
from partnerships.spaces.tabs import Tab, address
from partnerships.spaces.times import known_zones, local_times, zone_choices
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


def back(match: Match, part: Tab, section: str = "") -> HttpResponse:
    return redirect(address(getattr(match, "partnership", match), part, section))


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
    form = MeetingForm(
        request.POST, zones=zones, cities=known_zones(match), auto_id="id_meeting_%s"
    )
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
    return back(match, Tab.FILES, "dates")


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
            return back(match, Tab.FILES, "dates")
    sides = permissions.sides_of(request.user, match)
    context = {
        "section": "partnerships",
        "form": form,
        "match": match,
        "meeting": found,
        "times": local_times(found.at, match, sides),
        "back": address(match, Tab.FILES, "dates"),
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
    return MeetingChangeForm(
        request.POST or None, initial=initial, zones=zones, cities=known_zones(match)
    )


@never_cache
@require_POST
@login_required
def cancel_meeting(request: HttpRequest, pk: int, meeting: int) -> HttpResponse:
    """Cancel a meeting."""
    match = entered(request, pk)
    found = get_object_or_404(match.meetings, pk=meeting)
    with attempt(request, success=_("Meeting cancelled. Both cities have been notified.")):
        actions.cancel_meeting(meeting=found, by=request.user)
    return back(match, Tab.FILES, "dates")


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
    return back(match, Tab.AGREEMENT, "plan")


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
        return back(match, Tab.AGREEMENT, "plan")
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
    return back(match, Tab.AGREEMENT, "plan")


# The page of two introduced cities and of their partnership, in parts.

MESSAGES = 30  # messages per page
# The part that contains a form.
PART_OF = {
    "message": Tab.MESSAGES,
    "plan": Tab.AGREEMENT,
    "meeting": Tab.FILES,
    "file": Tab.FILES,
}


def space_page(
    request: HttpRequest, match: Match | None, partnership: Partnership | None, **forms: Any
) -> HttpResponse:
    """Render one part of the page; `forms` are invalid submitted forms by name.

    With a match for readers who may enter its space; with a partnership, as annotated by
    `with_light`, for its parties and the brokers.
    """
    subject = partnership or match
    word = PART_OF[next(iter(forms))].value if forms else request.GET.get("tab")
    if word in tabs.FORMER:
        return redirect(address(subject, *tabs.FORMER[word]))
    available = tabs.available(has_space=match is not None)
    first = tabs.first(partnership, available)
    tab = next((each for each in available if each.value == word), first)
    sides = permissions.sides_of(request.user, match) if match else []
    context = {
        "section": "partnerships",
        "match": match,
        "partnership": partnership,
        "tab": tab.value,
        "tabs": tabs.links(subject, available, tab),
        "is_broker": permissions.can_broker(request.user),
        "cities": [match.city_of(side) for side in Side] if match else [],
        "step": next_step(request.user, match, partnership, sides),
    }
    if partnership is not None:
        context |= {"light": Progress(partnership.light), **page_views.decided(partnership)}
        if tab in tabs.SHARED:
            described = page_views.described(request.user, partnership, may_run=True)
            parties = described["parties"]
            context |= described | page_views.managed(request.user, partnership, parties)
    if match is not None and tab in PARTS:
        context |= PARTS[tab](request, match, sides, forms)
    return render(request, "partnerships/spaces/space.html", context)


type Forms = dict[str, Any]


def messages_part(request: HttpRequest, match: Match, sides: list[Side], forms: Forms) -> dict:
    rows = match.messages.select_related("by__membership").order_by("-created_at", "-pk")
    return introduction(request, match, sides) | {
        "contacts": [
            (city, [(row, profile_of(row, request.user)) for row in people])
            for city, people in contacts(match)
        ],
        "page": Paginator(rows, MESSAGES).get_page(request.GET.get("page")),
        "message_form": forms.get("message")
        or MessageForm(initial={"token": secrets.token_hex(16)}, auto_id="id_message_%s"),
        # Brokers cannot reply by email.
        "can_reply_by_email": bool(sides and reply_address(request.user.pk, match.pk)),
    }


def plan_of(match: Match, sides: list[Side], forms: Forms) -> dict:
    plan = getattr(match, "plan", None)
    version = plan.version if plan else 0
    return {
        "plan": plan,
        "agreed": [
            (match.city_of(side), getattr(plan, f"{side}_agreed_at")) for side in Side if plan
        ],
        "agrees": [
            AgreeForm(initial={"side": side, "version": version}, auto_id=f"id_agree_{side}_%s")
            for side in sides
            if plan and getattr(plan, f"{side}_agreed_at") is None
        ],
        "plan_form": forms.get("plan")
        or PlanForm(
            initial={"version": version, "text": plan.text if plan else ""}, auto_id="id_plan_%s"
        ),
        "plan_came_back": "plan" in forms,
    }


def files_part(request: HttpRequest, match: Match, sides: list[Side], forms: Forms) -> dict:
    return {
        "meetings": [
            (
                meeting,
                local_times(meeting.at, match, sides),
                permissions.can_change_in_space(request.user, meeting),
            )
            for meeting in match.meetings.listed().select_related("call")
        ],
        "now": timezone.now(),
        "meeting_form": forms.get("meeting")
        or MeetingForm(
            zones=zone_choices(match, sides),
            cities=known_zones(match),
            auto_id="id_meeting_%s",
        ),
        "files": match.files.select_related("by__membership"),
        "file_form": forms.get("file") or FileForm(auto_id="id_file_%s"),
    }


def agreement_part(_request: HttpRequest, match: Match, sides: list[Side], forms: Forms) -> dict:
    recorded = getattr(match, "recorded", None)
    return plan_of(match, sides, forms) | {
        "recorded": recorded,
        "may_confirm": recorded is not None
        and any(getattr(recorded, f"{side}_confirmed_at") is None for side in sides),
        "confirmed": [
            (match.city_of(side), getattr(recorded, f"{side}_confirmed_at"))
            for side in Side
            if recorded
        ],
    }


def introduction(request: HttpRequest, match: Match, sides: list[Side]) -> dict:
    """What both cities have read and asked before they were introduced."""
    return {
        # Focal points see the other side; brokers see both.
        "others": [match.city_of(side) for side in Side if len(sides) != 1 or side not in sides],
        "factors": factors_of(match, only=FOR_CITIES),
        # Brokers read what both cities read.
        "explanations": explanations_of(match, sides or list(Side)),
        "interest": interest_of(match, sides, is_broker=permissions.can_broker(request.user)),
        # Brokers read the questions at the desk.
        "questions": [
            {"city": match.city_of(side)} | found
            for side in sides
            if any((found := questions_of(match, side)).values())
        ],
    }


type Part = Callable[[HttpRequest, Match, list[Side], Forms], dict]
PARTS: dict[Tab, Part] = {
    Tab.MESSAGES: messages_part,
    Tab.AGREEMENT: agreement_part,
    Tab.FILES: files_part,
}


def contacts(match: Match) -> list[tuple[Any, list[Representation]]]:
    """Return both cities with their current focal points."""
    cities = [match.request.city, match.city]
    rows = Representation.objects.current().filter(city__in=cities, member__is_active=True)
    people = list(rows.select_related("member__membership__city").order_by("since", "pk"))
    return [(city, [row for row in people if row.city_id == city.pk]) for city in cities]


def profile_of(contact: Representation, reader: Any) -> list[str]:
    """Return organisation and place of a contact's profile, as far as the reader may see them."""
    membership = getattr(contact.member, "membership", None)
    if membership is None:
        return []
    values = {"organization": membership.organization, "place": membership.where}
    return [text for name, text in values.items() if text and membership.shows(name, reader)]


def interest_of(match: Match, sides: list[Side], *, is_broker: bool) -> Any:
    """Return what the interested city wrote: visible to itself and the brokers."""
    if match.origin != MatchOrigin.INTEREST or not (is_broker or Side.CANDIDATE in sides):
        return None
    return getattr(match, "interest", None)
