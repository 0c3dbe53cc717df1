"""The page of two introduced cities and of their partnership, in parts."""

import secrets
from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from partnerships import permissions
from partnerships.agreements import page_views
from partnerships.matches.questions import questions_of
from partnerships.matches.reasons import FOR_CITIES, explanations_of, factors_of
from partnerships.models import Match, MatchOrigin, Partnership, Progress, Representation, Side
from partnerships.replies.addresses import reply_address
from partnerships.spaces import tabs
from partnerships.spaces.forms import AgreeForm, FileForm, MeetingForm, MessageForm, PlanForm
from partnerships.spaces.tabs import Tab
from partnerships.spaces.times import local_times, zone_choices

MESSAGES = 30  # messages per page
# The part that contains a form.
PART_OF = {"message": Tab.MESSAGES, "plan": Tab.PLAN, "meeting": Tab.DATES, "file": Tab.FILES}


def space_page(
    request: HttpRequest, match: Match | None, partnership: Partnership | None, **forms: Any
) -> HttpResponse:
    """Render one part of the page; `forms` are invalid submitted forms by name.

    With a match for readers who may enter its space; with a partnership, as annotated by
    `with_light`, for its parties and the brokers.
    """
    available = tabs.available(has_space=match is not None, has_partnership=partnership is not None)
    word = PART_OF[next(iter(forms))].value if forms else request.GET.get("tab")
    tab = tabs.chosen(word, available)
    subject = partnership or match
    sides = permissions.sides_of(request.user, match) if match else []
    context = {
        "section": "partnerships",
        "match": match,
        "partnership": partnership,
        "tab": tab.value,
        "tabs": tabs.links(subject, available, tab),
        "is_broker": permissions.can_broker(request.user),
        "cities": [match.city_of(side) for side in Side] if match else [],
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
    said = match.messages.select_related("by__membership").order_by("-created_at", "-pk")
    return {
        "contacts": contacts(match),
        "page": Paginator(said, MESSAGES).get_page(request.GET.get("page")),
        "message_form": forms.get("message")
        or MessageForm(initial={"token": secrets.token_hex(16)}, auto_id="id_message_%s"),
        # Brokers cannot reply by email.
        "can_reply_by_email": bool(sides and reply_address(request.user.pk, match.pk)),
    }


def plan_part(_request: HttpRequest, match: Match, sides: list[Side], forms: Forms) -> dict:
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


def dates_part(request: HttpRequest, match: Match, sides: list[Side], forms: Forms) -> dict:
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
        or MeetingForm(zones=zone_choices(match, sides), auto_id="id_meeting_%s"),
    }


def files_part(_request: HttpRequest, match: Match, _sides: list[Side], forms: Forms) -> dict:
    return {
        "files": match.files.select_related("by__membership"),
        "file_form": forms.get("file") or FileForm(auto_id="id_file_%s"),
    }


def agreement_part(_request: HttpRequest, match: Match, sides: list[Side], _forms: Forms) -> dict:
    recorded = getattr(match, "recorded", None)
    return {
        "recorded": recorded,
        "may_confirm": recorded is not None
        and any(getattr(recorded, f"{side}_confirmed_at") is None for side in sides),
        "confirmed": [
            (match.city_of(side), getattr(recorded, f"{side}_confirmed_at"))
            for side in Side
            if recorded
        ],
        "plan": getattr(match, "plan", None),
    }


def introduction_part(request: HttpRequest, match: Match, sides: list[Side], _forms: Forms) -> dict:
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
    Tab.PLAN: plan_part,
    Tab.DATES: dates_part,
    Tab.FILES: files_part,
    Tab.AGREEMENT: agreement_part,
    Tab.INTRODUCTION: introduction_part,
}


def contacts(match: Match) -> list[tuple[Any, list[Representation]]]:
    """Return both cities with their current focal points."""
    cities = [match.request.city, match.city]
    rows = Representation.objects.current().filter(city__in=cities, member__is_active=True)
    people = list(rows.select_related("member__membership").order_by("since", "pk"))
    return [(city, [row for row in people if row.city_id == city.pk]) for city in cities]


def interest_of(match: Match, sides: list[Side], *, is_broker: bool) -> Any:
    """Return what the interested city wrote: visible to itself and the brokers."""
    if match.origin != MatchOrigin.INTEREST or not (is_broker or Side.CANDIDATE in sides):
        return None
    return getattr(match, "interest", None)
