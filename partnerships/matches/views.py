"""Actions of the two cities on the page of a match before the introduction."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partnerships import permissions
from partnerships.matches import questions
from partnerships.matches.answers import answer as give_answer
from partnerships.matches.closing import step_back
from partnerships.matches.forms import AcceptForm, DeclineForm, QuestionForm, ReplyForm, SideForm
from partnerships.matches.questions import questions_of
from partnerships.matches.reasons import FOR_CITIES, explanations_of, factors_of
from partnerships.models import (
    TO_PROPOSE,
    Answer,
    Match,
    MatchStatus,
    Modality,
    Question,
    Side,
)
from partnerships.spaces import tabs
from partnerships.spaces.views import interest_of, space_page
from repository.pages.attempts import attempt
from repository.translations.reading import CARD, translate


def found(request: HttpRequest, pk: int) -> Match:
    """Return a match visible to the reader; 404 otherwise."""
    rows = Match.objects.visible_to(request.user).select_related(
        "city__country",
        "request__city__country",
        "facilitator",
        "interest",
        "plan",
        "partnership",
        "recorded",
    )
    return get_object_or_404(rows, pk=pk)


def of_ours(request: HttpRequest, pk: int) -> tuple[Match, list[Side]]:
    """Return a match of the reader's city and their sides; brokers see it but cannot answer."""
    match = found(request, pk)
    sides = permissions.sides_of(request.user, match)
    if not sides:
        raise PermissionDenied
    return match, sides


@never_cache
@require_safe
@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the proposed partners, the reasons and the forms to answer; then their space."""
    match = found(request, pk)
    if not permissions.can_enter(request.user, match):
        return page(request, match)
    if hasattr(match, "partnership"):
        # One page for the space and the partnership; old links lead to its parts.
        part = tabs.named(request.GET.get("tab"))
        url = match.partnership.get_absolute_url()
        return redirect(tabs.address(match.partnership, *part) if part else url)
    return space_page(request, match, None)


@never_cache
@require_POST
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer yes or no for the reader's city."""
    match, sides = of_ours(request, pk)
    says_yes = request.POST.get("answer") == Answer.YES
    name, kind = ("accept", AcceptForm) if says_yes else ("decline", DeclineForm)
    form = kind(request.POST, auto_id=ids(name, request))
    if not form.is_valid():
        return page(request, match, **{name: form})
    data = form.cleaned_data
    side = own(data["side"], sides)
    with attempt(request) as outcome:
        match = give_answer(
            match=match,
            side=side,
            value=Answer(data["answer"]),
            by=request.user,
            refusal=data.get("refusal", ""),
            words=data["words"],
        )
    if not outcome.succeeded:
        return redirect(match)
    if match.is_introduced:
        messages.success(request, _("Both cities accepted. You’re introduced."))
    elif says_yes:
        messages.success(request, _("Accepted. We’ll notify you when the other city answers."))
    else:
        messages.success(request, _("Declined. We’ve notified the brokers."))
    return redirect(match)


def ids(name: str, request: HttpRequest) -> str:
    """Return the pattern of element ids in a form; the side is filled in later."""
    side = request.POST.get("side")
    return f"id_{name}_{side if side in Side.values else ''}_%s"


def own(word: str, sides: list[Side]) -> Side:
    """Return the side that a form names, if the reader represents it."""
    side = Side(word)
    if side not in sides:
        raise PermissionDenied
    return side


@never_cache
@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the reader's city from the match before the introduction."""
    match, sides = of_ours(request, pk)
    form = SideForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose which city you are answering for."))
        return redirect(match)
    side = own(form.cleaned_data["side"], sides)
    with attempt(request, success=_("Your city is no longer part of this match.")):
        step_back(match=match, side=side, by=request.user)
    return redirect(match)


@never_cache
@require_POST
@login_required
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the other city a question through a broker."""
    match, sides = of_ours(request, pk)
    form = QuestionForm(request.POST, auto_id=ids("question", request))
    if not form.is_valid():
        return page(request, match, question=form)
    data = form.cleaned_data
    side = own(data["side"], sides)
    with attempt(request, success=_("Question sent to the brokers. They’ll forward it.")):
        questions.ask(match=match, side=side, by=request.user, words=data["words"])
    return redirect(match)


@never_cache
@require_POST
@login_required
def reply(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """Answer a question of the other city that was passed on."""
    match, sides = of_ours(request, pk)
    asked = get_object_or_404(match.questions.filter(passed_at__isnull=False), pk=question)
    own(questions.other(asked.side), sides)
    form = ReplyForm(request.POST, prefix=f"reply-{asked.pk}")
    if not form.is_valid():
        return page(request, match, **{f"reply-{asked.pk}": form})
    with attempt(request, success=_("Answer sent to the brokers. They’ll forward it.")):
        questions.reply(question=asked, by=request.user, words=form.cleaned_data["words"])
    return redirect(match)


# The page of a match: for each of the two cities, and for brokers.

BEFORE_INTRODUCTION = (*TO_PROPOSE, MatchStatus.PROPOSED)


def page(request: HttpRequest, match: Match, **forms: Any) -> HttpResponse:
    """Render the page before the introduction; `forms` are invalid submitted forms by name."""
    sides = permissions.sides_of(request.user, match)
    is_broker = permissions.can_broker(request.user)
    explanations = explanations_of(match, sides or list(Side))
    practices = [*match.request.practices.all()]
    gives = [*match.request.offered_practices.all()]
    translate(("practice", [*practices, *gives]), only=CARD)
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
        "wanted": practices,
        "gives": gives,
        "modalities": [Modality(value).label for value in match.request.modalities],
        "languages": languages_of(match),
        "interest": interest_of(match, sides, is_broker=is_broker),
    }
    return render(request, "partnerships/matches/detail.html", context)


def languages_of(match: Match) -> dict[str, Any]:
    """Return the working languages of the two cities, and those in common."""
    asking, asked = match.request.working_languages, match.city.working_languages
    return {
        "asking": asking,
        "asked": asked,
        "common": [code for code in asking if code in asked],
        "cities": [(match.request.city, asking), (match.city, asked)],
    }


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
