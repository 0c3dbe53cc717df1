"""The page of a match: for each of the two cities, and for brokers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from partnerships import permissions
from partnerships.matches.forms import AcceptForm, DeclineForm, QuestionForm, ReplyForm, SideForm
from partnerships.matches.questions import questions_of
from partnerships.matches.reasons import FOR_CITIES, explanations_of, factors_of
from partnerships.models import Match, MatchStatus, Question, Side
from partnerships.spaces.page_views import interest_of

BEFORE_INTRODUCTION = (MatchStatus.SUGGESTED, MatchStatus.SHORTLISTED, MatchStatus.PROPOSED)


def page(request: HttpRequest, match: Match, **forms: Any) -> HttpResponse:
    """Render the page before the introduction; `forms` are invalid submitted forms by name."""
    sides = permissions.sides_of(request.user, match)
    is_broker = permissions.can_broker(request.user)
    explanations = explanations_of(match, sides or list(Side))
    strengths = explanations[0].summary.strengths if explanations else []
    context = {
        "section": "partnerships",
        "match": match,
        "sides": [side_of(match, side, forms) for side in sides],
        # Focal points see the other side; brokers see both.
        "others": [match.city_of(side) for side in Side if len(sides) != 1 or side not in sides],
        # The only side that the reader represents; empty for brokers and for both sides.
        "viewer": sides[0] if len(sides) == 1 else "",
        "is_broker": is_broker,
        "factors": factors_of(match, only=FOR_CITIES),
        # Brokers read what both cities read.
        "explanations": explanations,
        # What the proposed partner has done or offers, first of all.
        "evidence": next((each for each in strengths if each.url), None),
        "gives": list(match.request.offered_practices.all()),
        "interest": interest_of(match, sides, is_broker=is_broker),
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
        **questions_of(match, side),
    }
    if is_open and not answer:
        found["accept"] = shown(forms.get("accept"), AcceptForm, side)
        found["decline"] = shown(forms.get("decline"), DeclineForm, side)
    if is_open:
        found["question"] = shown(forms.get("question"), QuestionForm, side)
        found["passed"] = [(row, reply_to(row, forms)) for row, _form in found["passed"]]
    return found


def reply_to(question: Question, forms: dict[str, Any]) -> ReplyForm | None:
    """Return the form to answer a question of the other city, if it has no answer."""
    if question.answered_at or question.returned_at:
        return None
    name = f"reply-{question.pk}"
    return forms.get(name) or ReplyForm(prefix=name)


def shown(sent: SideForm | None, kind: type[SideForm], side: Side) -> SideForm:
    """Return the invalid submitted form if it belongs to this side, else a new one."""
    if sent is not None and sent.data.get(sent.add_prefix("side")) == side:
        return sent
    name = kind.__name__.removesuffix("Form").lower()
    return kind(initial={"side": side}, auto_id=f"id_{name}_{side}_%s")
