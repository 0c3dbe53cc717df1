"""The page of one match at the brokers' desk."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Subquery
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.models import CannedText, User, Verb
from community.moderation.canned_texts.translated import in_language
from community.moderation.reviews.forms import SHOW_TEXTS
from community.moderation.reviews.views import about
from partnerships.desk.roles import for_brokers
from partnerships.matches import actions, closing, questions
from partnerships.matches.capacity import load_of
from partnerships.matches.forms import (
    EndForm,
    ExtendForm,
    ForwardAnswerForm,
    ForwardQuestionForm,
    NoteForm,
    ProposeForm,
    offer,
)
from partnerships.matches.reasons import explanations_of, factors_of, notes_of
from partnerships.models import Brokering, Match, MatchOrigin, Question, Representation, Side
from partnerships.ranking.loading import ranking_for
from repository.pages.attempts import attempt
from repository.pages.http import require_form

RIVALS = 30
# Messages after the steps, by the part of their name before the dash.
DONE = {
    "note": gettext_lazy("Note saved."),
    "propose": gettext_lazy("Proposed to both cities."),
    "extend": gettext_lazy("Deadline extended."),
    "withdraw": gettext_lazy("Match withdrawn."),
    "part": gettext_lazy("Introduction ended."),
    "pass": gettext_lazy("Question forwarded."),
    "return": gettext_lazy("Answer forwarded."),
}


@for_brokers
@require_form
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one match with everything known about it and the possible steps."""
    rows = Match.objects.select_related(
        "city__country",
        "request__city__country",
        "request__created_by",
        "interest__by__membership",
        "facilitator",
        "recorded",
    )
    terms = Brokering.objects.values("reply_days")[:1]
    match = get_object_or_404(rows.annotate(reply_days=Subquery(terms)), pk=pk)
    # Cities can ask questions only once they know of the match.
    asked = list(match.questions.all()) if match.proposed_at else []
    forms = forms_for(match, asked)
    if request.method == "POST":
        name = request.POST.get("act") or request.POST.get(SHOW_TEXTS, "")
        if name == "consider":
            return consider(request, match)
        if name not in forms:
            messages.error(request, _("This is no longer possible. Check the match again."))
            return redirect("admin:match", match.pk)
        form = forms[name] = form_for(match, name, asked, request.POST)
        if form.is_valid():
            with attempt(request, form, success=DONE[name.partition("-")[0]]) as outcome:
                act(match, name, by=request.user, data=form.cleaned_data)
            if outcome.succeeded:
                return redirect("admin:match", match.pk)
    return render(
        request, "partnerships/matches/desk.html", context_of(request, match, forms, asked)
    )


def consider(request: HttpRequest, match: Match) -> HttpResponse:
    name = match.city.localized_name
    with attempt(request, success=_("%(city)s added as a candidate.") % {"city": name}):
        actions.consider(match=match, by=request.user)
    return redirect("admin:match", match.pk)


def forms_for(match: Match, asked: list[Question]) -> dict[str, Form]:
    """Return the forms of all possible steps by name; canned texts are loaded once."""
    names = ["note", *actions.open_verbs(match)]
    if match.is_proposed and not match.is_late:
        for row in asked:
            if row.returned_at is not None:
                continue
            names += [f"pass-{row.pk}"] if row.passed_at is None else []
            names += [f"return-{row.pk}"]
    forms = {name: form_for(match, name, asked) for name in names if name != "consider"}
    if with_texts := [form for form in forms.values() if "canned" in form.fields]:
        texts = in_language(CannedText.objects.for_brokers(), language_of(match))
        for form in with_texts:
            offer(form, texts)
    return forms


def language_of(match: Match) -> str:
    """Return the language of the reader of the message: of the member who asked."""
    author: User | None = match.request.created_by
    return (author and author.language) or settings.LANGUAGE_CODE


def form_for(match: Match, name: str, asked: list[Question], data: Any = None) -> Form:
    """Return the form of a step: "note", a verb, or "pass-PK" or "return-PK" for a question."""
    language = language_of(match)
    ids = f"id_{name}_%s"
    if name == "note":
        return NoteForm(data, initial={"words": match.broker_note}, auto_id=ids)
    if name == "propose":
        days = match.reply_days or Brokering().reply_days
        day = timezone.localdate() + timedelta(days=days)
        return ProposeForm(
            data,
            initial={"reply_by": day, "facilitator": match.facilitator_id},
            language=language,
            is_helper_welcome=match.request.facilitator_welcome,
            auto_id=ids,
        )
    if name == "extend":
        return ExtendForm(data, initial={"reply_by": match.reply_by}, auto_id=ids)
    if name in ("withdraw", "part"):
        return EndForm(
            data,
            initial={"verb": Verb.WITHDRAW},
            language=language,
            is_read=is_known(match),
            auto_id=ids,
        )
    kind, _dash, pk = name.partition("-")
    row = next(row for row in asked if str(row.pk) == pk)
    if kind == "pass":
        return ForwardQuestionForm(data, initial={"words": row.words}, auto_id=ids)
    return ForwardAnswerForm(data, initial={"words": row.answer}, auto_id=ids)


def act(match: Match, name: str, *, by: User, data: dict[str, Any]) -> None:
    """Take the step that a form names."""
    kind, _dash, pk = name.partition("-")
    if name == "note":
        actions.note(match=match, by=by, words=data["words"])
    elif name == "propose":
        # Store the current ranking: both cities read it, whatever changes later.
        ranking = ranking_for(match.request_id, match.city_id) or None
        actions.propose(
            match=match,
            by=by,
            ranking=ranking,
            message=data["message"],
            reply_by=data["reply_by"],
            facilitator=data.get("facilitator"),
        )
    elif name == "extend":
        actions.extend(match=match, by=by, reply_by=data["reply_by"])
    elif name in ("withdraw", "part"):
        end = closing.withdraw if name == "withdraw" else closing.part
        end(match=match, by=by, reason=data["reason"], message=data["message"])
    else:
        step = questions.forward_question if kind == "pass" else questions.forward_answer
        step(question=match.questions.get(pk=pk), by=by, words=data["words"])


def context_of(
    request: HttpRequest, match: Match, forms: dict[str, Form], asked: list[Question]
) -> dict[str, Any]:
    cities = [match.request.city, match.city]
    speakers = Representation.objects.current().filter(city__in=cities, member__is_active=True)
    people = list(speakers.select_related("member__membership", "city").order_by("since", "pk"))
    others = match.request.matches.exclude(pk=match.pk).select_related("city")
    rivals = list(actions.in_turn(others)[:RIVALS])
    load = load_of(match.city)
    open_verbs = actions.open_verbs(match)
    return {
        **admin.site.each_context(request),
        "title": _("Match"),
        "match": match,
        "sides": [
            (city, [row for row in people if row.city_id == city.pk], side)
            for city, side in zip(cities, ("requester", "candidate"), strict=True)
        ],
        "answers": answers(match),
        "factors": factors_of(match),
        "notes": notes_of(match),
        "explanations": explanations_of(match, [Side.REQUESTER], is_broker=True),
        "interest": getattr(match, "interest", None)
        if match.origin == MatchOrigin.INTEREST
        else None,
        "capacity": load.capacity,
        "partners": load.partners,
        "next": next(filter(actions.is_candidate, rivals), None),
        "rivals": rivals,
        **about(match, match, request.user),
        "verbs": open_verbs,
        "questions": [
            (row, forms.get(f"pass-{row.pk}"), forms.get(f"return-{row.pk}")) for row in asked
        ],
        "forms": forms,
        "can_consider": "consider" in open_verbs,
        # Both cities are asked at once.
        "unrepresented": [city for city in cities if city not in {row.city for row in people}],
        "is_known": is_known(match),
        "withdrawal": _("Withdraw match") if is_known(match) else _("Remove candidate"),
        "ends": [name for name in ("withdraw", "part") if name in forms],
        "end_form": forms.get("withdraw") or forms.get("part"),
    }


def is_known(match: Match) -> bool:
    """Whether one of the two cities knows of the match, and is told how it ends."""
    return any(map(match.is_known_to, Side))


def answers(match: Match) -> list[dict[str, Any]]:
    """Return the answers of both cities with their reasons, which only brokers see."""
    return [
        {
            "city": match.city_of(side),
            "answer": getattr(match, f"get_{side}_answer_display")(),
            "refusal": getattr(match, f"get_{side}_refusal_display")(),
            "words": getattr(match, f"{side}_words"),
            "at": getattr(match, f"{side}_answered_at"),
        }
        for side in ("requester", "candidate")
    ]
