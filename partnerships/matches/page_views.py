"""The page of a match: for each of the two cities, and for brokers."""

import secrets
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from partnerships import permissions
from partnerships.matches.forms import AcceptForm, DeclineForm, QuestionForm, ReplyForm, SideForm
from partnerships.matches.reasons import FOR_CITIES, explanations_of, factors_of
from partnerships.models import Match, MatchOrigin, MatchStatus, Representation, Side
from partnerships.spaces.forms import AgreeForm, FileForm, MeetingForm, MessageForm, PlanForm
from partnerships.spaces.times import local_times, zone_choices

BEFORE_INTRODUCTION = (MatchStatus.SUGGESTED, MatchStatus.SHORTLISTED, MatchStatus.PROPOSED)
MESSAGES = 30  # messages per page


def page(request: HttpRequest, match: Match, **forms: Any) -> HttpResponse:
    """Render the page; `forms` are invalid submitted forms by name."""
    sides = permissions.sides_of(request.user, match)
    is_broker = permissions.can_broker(request.user)
    may_enter = match.is_introduced and (is_broker or bool(sides))
    context = {
        "section": "partnerships",
        "match": match,
        # After the introduction there is nothing left to answer.
        "sides": [] if match.is_introduced else [side_of(match, side, forms) for side in sides],
        # Focal points see the other side; brokers see both.
        "others": [match.city_of(side) for side in Side if len(sides) != 1 or side not in sides],
        "is_broker": is_broker,
        "factors": factors_of(match, only=FOR_CITIES),
        # Brokers read what both cities read.
        "explanations": explanations_of(match, sides or list(Side)),
        "interest": interest_of(match, sides, is_broker),
        **(space_of(request, match, sides, **forms) if may_enter else {}),
    }
    return render(request, "partnerships/matches/detail.html", context)


def side_of(match: Match, side: Side, forms: dict[str, Any]) -> dict[str, Any]:
    """What one side can submit now, what it has submitted, and its questions."""
    is_open = match.is_proposed and not match.is_late
    answer = getattr(match, f"{side}_answer")
    found = {
        "side": side,
        "city": match.city_of(side),
        "answer": answer,
        "words": getattr(match, f"{side}_words"),
        "answered_at": getattr(match, f"{side}_answered_at"),
        "can_ask": is_open,
        "can_step_back": match.status in BEFORE_INTRODUCTION and (answer or not match.is_proposed),
        "asked": [],
        "passed": [],
    }
    if is_open and not answer:
        found["accept"] = shown(forms.get("accept"), AcceptForm, side)
        found["decline"] = shown(forms.get("decline"), DeclineForm, side)
    if match.proposed_at is None:
        return found
    if is_open:
        found["question"] = shown(forms.get("question"), QuestionForm, side)
    for row in match.questions.all():
        if row.side == side:
            found["asked"].append(row)
        elif row.passed_at is not None:
            reply = None
            if is_open and row.answered_at is None and row.returned_at is None:
                reply = forms.get(f"reply-{row.pk}") or ReplyForm(prefix=f"reply-{row.pk}")
            found["passed"].append((row, reply))
    return found


def shown(sent: SideForm | None, kind: type[SideForm], side: Side) -> SideForm:
    """Return the invalid submitted form if it belongs to this side, else a new one."""
    if sent is not None and sent.data.get(sent.add_prefix("side")) == side:
        return sent
    name = kind.__name__.removesuffix("Form").lower()
    return kind(initial={"side": side}, auto_id=f"id_{name}_{side}_%s")


def interest_of(match: Match, sides: list[Side], is_broker: bool) -> Any:
    """Return what the interested city wrote: visible to itself and the brokers."""
    if match.origin != MatchOrigin.INTEREST or not (is_broker or Side.CANDIDATE in sides):
        return None
    return getattr(match, "interest", None)


def space_of(request: HttpRequest, match: Match, sides: list[Side], **forms: Any) -> dict[str, Any]:
    """Context of the space for readers with access; `forms` are invalid submitted forms."""
    plan = getattr(match, "plan", None)
    version = plan.version if plan else 0
    sent = match.messages.select_related("by").order_by("-created_at", "-pk")
    return {
        "in_space": True,
        "contacts": contacts(match),
        "page": Paginator(sent, MESSAGES).get_page(request.GET.get("page")),
        "files": match.files.select_related("by"),
        "meetings": [
            (
                meeting,
                local_times(meeting.at, match, sides),
                permissions.can_change_in_space(request.user, meeting),
            )
            for meeting in match.meetings.listed()
        ],
        "now": timezone.now(),
        "plan": plan,
        "agreed": [
            (match.city_of(side), getattr(plan, f"{side}_agreed_at")) for side in Side if plan
        ],
        "agrees": [
            AgreeForm(initial={"side": side, "version": version}, auto_id=f"id_agree_{side}_%s")
            for side in sides
            if plan and getattr(plan, f"{side}_agreed_at") is None
        ],
        "message_form": forms.get("message")
        or MessageForm(initial={"token": secrets.token_hex(16)}, auto_id="id_message_%s"),
        "file_form": forms.get("file") or FileForm(auto_id="id_file_%s"),
        "meeting_form": forms.get("meeting")
        or MeetingForm(zones=zone_choices(match, sides), auto_id="id_meeting_%s"),
        "plan_form": forms.get("plan")
        or PlanForm(
            initial={"version": version, "text": plan.text if plan else ""}, auto_id="id_plan_%s"
        ),
        "plan_came_back": "plan" in forms,
    }


def contacts(match: Match) -> list[tuple[Any, list[Representation]]]:
    """Return both cities with their current focal points."""
    cities = [match.request.city, match.city]
    rows = Representation.objects.current().filter(city__in=cities, member__is_active=True)
    people = list(rows.select_related("member").order_by("since", "pk"))
    return [(city, [row for row in people if row.city_id == city.pk]) for city in cities]
