"""Actions of the two cities on the page of a match before the introduction."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from partnerships import permissions
from partnerships.matches import questions
from partnerships.matches.answers import answer as give_answer
from partnerships.matches.closing import step_back
from partnerships.matches.forms import AcceptForm, DeclineForm, QuestionForm, ReplyForm, SideForm
from partnerships.matches.page_views import page
from partnerships.models import Answer, Match, Side
from partnerships.spaces import tabs
from partnerships.spaces.page_views import space_page
from repository.pages.attempts import attempt


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
        word = request.GET.get("tab")
        tab = next((each for each in tabs.Tab if each.value == word), None)
        url = match.partnership.get_absolute_url()
        return redirect(tabs.address(match.partnership, tab) if tab else url)
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
