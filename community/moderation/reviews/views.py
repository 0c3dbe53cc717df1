"""The page where a moderator decides about one thing that waits, and what can be done there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.discussion.contributions import Contribution
from community.models import (
    Appeal,
    AppealOutcome,
    Claim,
    Comment,
    Decision,
    Experience,
    Flag,
    ProposedPractice,
    Revision,
    SurveyAnswer,
    TagProposal,
    User,
    Verb,
)
from community.moderation.appeals.actions import decide_appeal
from community.moderation.appeals.registry import DECIDED_ELSEWHERE
from community.moderation.claims import actions as claims
from community.moderation.decisions import actions as decisions_actions
from community.moderation.decisions import undo as decisions_undo
from community.moderation.flags.case_flags import VERBS as FLAG_VERBS
from community.moderation.flags.case_flags import answer_flags
from community.moderation.reviews import case_review
from community.moderation.reviews.forms import AppealAnswerForm, DecisionForm, PracticeDecisionForm
from community.moderation.reviews.parts import about_case, flags_with_records, parts, similar
from community.moderation.reviews.track_record import record_of
from community.permissions import can_moderate
from community.profiles import verification
from community.tagging import actions as tagging_actions
from community.webinars.surveys import actions as surveys_actions
from community.writing.proposed_practices import actions as proposed_practices_actions
from community.writing.revisions import actions as revisions
from community.writing.revisions import review as revisions_review
from community.writing.revisions.views import compared
from repository.models import CaseStatus, CaseStudy
from repository.pages.attempts import attempt
from repository.workflow import ActionRefused

REVIEWED: dict[str, type[models.Model]] = {
    "case": CaseStudy,
    "revision": Revision,
    "comment": Comment,
    "experience": Experience,
    "practice": ProposedPractice,
    "tag": TagProposal,
    "words": SurveyAnswer,
    "appeal": Appeal,
    "member": User,
}
# What of a proposed practice can be put right before it becomes one.
PROPOSED = ("name", "summary")


def for_moderators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Behind the door of the desk, for those who may moderate."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_moderate(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


def reviewed(word: str, pk: int) -> models.Model:
    if word not in REVIEWED:
        raise Http404
    found = get_object_or_404(REVIEWED[word], pk=pk)
    if isinstance(found, Appeal) and type(found.decision.subject) in DECIDED_ELSEWHERE:
        raise Http404
    return found


@for_moderators
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """One thing as readers would see it, what is known about it, and the ways to decide."""
    found = reviewed(word, pk)
    subject = found.decision.subject if isinstance(found, Appeal) else found
    if subject is None or (isinstance(subject, User) and not hasattr(subject, "membership")):
        raise Http404
    if page_of(subject) is None:
        raise Http404
    author = author_of(subject)
    form = form_for(found, author, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as outcome:
            done = act(found, by=request.user, form=form)
        if outcome.succeeded:
            messages.success(request, sentence_of(done, request.path))
            return redirect("admin:index")
        found = reviewed(word, pk)
        form = form_for(found, author, up_to_date(found, request.POST))
        form.add_error(None, outcome.refusal)
    context = {
        **admin.site.each_context(request),
        "title": _("Review"),
        "word": word,
        # Of an appeal, the word of what it is about.
        "about": word_of(subject),
        "found": found,
        "subject": subject,
        "page": page_of(subject),
        "parts": parts(subject),
        "author": author,
        "record": record_of(author) if author else None,
        "flags": flags_with_records(subject),
        "similar": similar(subject),
        "decisions": Decision.objects.about(subject).select_related("by", "appeal"),
        **undoing_of(subject, request.user),
        **about_case(subject),
        "claim": Claim.objects.about(found).live().select_related("by").first(),
        "verbs": verbs_for(found),
        "form": form,
    }
    if isinstance(subject, Revision):
        context |= compared(subject)
    if isinstance(subject, User):
        context["proof"] = proof_of(subject)
    return render(request, "community/moderation/review.html", context)


def sentence_of(done: str, path: str) -> str:
    """What was done, with the way back to it: there it is undone."""
    sentence = _("Done: %(verb)s.") % {"verb": done}
    return format_html('{} <a href="{}">{}</a>', sentence, path, _("Look at it again"))


def word_of(subject: models.Model | None) -> str:
    """The word by which the desk calls things of this kind."""
    return next((word for word, model in REVIEWED.items() if isinstance(subject, model)), "")


def page_of(subject: Any) -> models.Model | None:
    """What has a page of its own, on which the subject stands."""
    if isinstance(subject, ProposedPractice | Revision):
        return subject.case
    if isinstance(subject, SurveyAnswer):
        return subject.survey.webinar
    return subject.subject if isinstance(subject, Contribution | TagProposal) else subject


def proof_of(member: User) -> str:
    """How a member says that staff can see what they are; of what was answered, what they said."""
    latest = decisions_actions.latest_decision(member)
    if member.membership.proof or latest is None:
        return member.membership.proof
    before = verification.before_decision(member.membership, latest)
    return before.proof if before is not None else ""


def author_of(subject: Any) -> User | None:
    if isinstance(subject, CaseStudy):
        return subject.authors.order_by("pk").first()
    if isinstance(subject, ProposedPractice | Revision | TagProposal):
        return subject.by
    if isinstance(subject, SurveyAnswer):
        # Read without a name.
        return None
    return subject if isinstance(subject, User) else subject.author


def verbs_for(found: Any) -> list[Verb] | list[AppealOutcome]:
    """What can be decided now."""
    if isinstance(found, Contribution):
        return decisions_actions.open_verbs(found)
    if isinstance(found, Appeal):
        return [] if found.outcome else list(AppealOutcome)
    if isinstance(found, ProposedPractice):
        waits = ProposedPractice.objects.waiting().filter(pk=found.pk).exists()
        return list(proposed_practices_actions.EVENTS) if waits else []
    if isinstance(found, TagProposal):
        is_open = found.is_waiting and tagging_actions.is_open(found.subject)
        return list(tagging_actions.STEPS) if is_open else []
    if isinstance(found, SurveyAnswer):
        return surveys_actions.open_verbs(found)
    if isinstance(found, User):
        waits = found.membership.asked_at is not None
        return [Verb.APPROVE, Verb.DECLINE] if waits else []
    if isinstance(found, Revision):
        if not found.is_waiting:
            return []
        return [Verb.APPROVE, *([Verb.PASS_ON] if found.is_held else []), Verb.DECLINE]
    if found.status == CaseStatus.SUBMITTED:
        return list(case_review.STEPS)
    return FLAG_VERBS if found.is_published and Flag.objects.about(found).open() else []


def form_for(found: Any, author: User | None, data: Any) -> Any:
    if isinstance(found, Appeal):
        return AppealAnswerForm(data)
    put_right, seen, kind = (), "", DecisionForm
    if isinstance(found, ProposedPractice):
        kind, seen = PracticeDecisionForm, proposed_practices_actions.fingerprint(found)
        put_right = PROPOSED
    if isinstance(found, Contribution):
        seen = decisions_actions.fingerprint(found)
    if isinstance(found, CaseStudy):
        seen = case_review.fingerprint(found)
    if isinstance(found, SurveyAnswer):
        seen = surveys_actions.mark(found.comment)
    if isinstance(found, Revision):
        seen = revisions.fingerprint(found.case)
    if isinstance(found, Contribution) and found.is_pending:
        put_right = decisions_actions.PUT_RIGHT[type(found)]
    texts = {
        field.name: (field.verbose_name, getattr(found, field.name), field.max_length)
        for field in map(found._meta.get_field, put_right)
    }
    written_by = found.registration if isinstance(found, SurveyAnswer) else author
    language = (written_by and written_by.language) or settings.LANGUAGE_CODE
    return kind(data, initial={"seen": seen}, language=language, texts=texts)


def up_to_date(found: Any, data: Any) -> Any:
    """What was sent, with the text as it is now in place of the one that was read."""
    read = Contribution | CaseStudy | ProposedPractice | Revision | SurveyAnswer
    if not isinstance(found, read):
        return data
    data = data.copy()
    if isinstance(found, SurveyAnswer):
        data["seen"] = surveys_actions.mark(found.comment)
        return data
    if isinstance(found, Revision):
        data["seen"] = revisions.fingerprint(found.case)
        return data
    if isinstance(found, ProposedPractice):
        data["seen"] = proposed_practices_actions.fingerprint(found)
        for name in PROPOSED:
            data[f"edit_{name}"] = getattr(found, name)
        return data
    if isinstance(found, CaseStudy):
        data["seen"] = case_review.fingerprint(found)
        return data
    data["seen"] = decisions_actions.fingerprint(found)
    for name in decisions_actions.PUT_RIGHT[type(found)]:
        data[f"edit_{name}"] = getattr(found, name)
    return data


def act(found: Any, *, by: User, form: Any) -> str:
    """Take the step that the form names; return it in words."""
    data = form.cleaned_data
    if isinstance(found, Appeal):
        outcome = AppealOutcome(data["outcome"])
        decide_appeal(appeal=found, by=by, outcome=outcome, answer=data["answer"])
        return str(outcome.label)
    verb = Verb(data["verb"])
    words = {"reason": data["reason"], "message": data["message"]}
    if isinstance(found, Contribution):
        # Whoever approves approves what the boxes say: with a change or without.
        changes = form.changes() if verb == Verb.APPROVE else None
        decisions_actions.decide(
            subject=found, verb=verb, by=by, seen=data["seen"], changes=changes, **words
        )
    elif isinstance(found, ProposedPractice):
        proposed_practices_actions.decide(
            proposed=found,
            verb=verb,
            by=by,
            seen=data["seen"],
            practice=data["practice"],
            **(form.changes() if verb == Verb.APPROVE else {}),
            **words,
        )
    elif isinstance(found, Revision) and verb == Verb.APPROVE:
        revisions.accept(revision=found, by=by, seen=data["seen"])
    elif isinstance(found, Revision) and verb == Verb.PASS_ON:
        revisions_review.pass_on(revision=found, by=by)
    elif isinstance(found, Revision) and verb == Verb.DECLINE:
        revisions.decline(revision=found, by=by, **words)
    elif isinstance(found, TagProposal) and verb == Verb.APPROVE:
        tagging_actions.accept(proposal=found, by=by)
    elif isinstance(found, TagProposal) and verb == Verb.DECLINE:
        tagging_actions.decline(proposal=found, by=by, **words)
    elif isinstance(found, SurveyAnswer):
        surveys_actions.review(answer=found, verb=verb, by=by, seen=data["seen"], **words)
    elif isinstance(found, User) and verb == Verb.APPROVE:
        verification.verify(member=found, by=by)
    elif isinstance(found, User) and verb == Verb.DECLINE:
        verification.decline(member=found, by=by, **words)
    elif isinstance(found, CaseStudy) and verb in case_review.STEPS:
        case_review.decide(case=found, verb=verb, by=by, seen=data["seen"], **words)
    elif isinstance(found, CaseStudy):
        answer_flags(case=found, verb=verb, by=by, **words)
    else:
        raise ActionRefused(_("This is not possible here."))
    return str(verb.label)


def undoing_of(subject: models.Model, user: User) -> dict[str, Any]:
    """The last decision: whether this moderator may still undo it, or why not."""
    facts = decisions_undo.facts_about([subject])
    latest = facts.latest.get(decisions_actions.key_of(subject))
    if latest is None or latest.by_id is None:
        return {"undoable": None}
    if why_not := decisions_undo.why_not(latest, user, facts):
        return {"undoable": None, "latest": latest, "why_not": why_not}
    return {"undoable": latest}


@for_moderators
@require_POST
def take(request: HttpRequest, word: str, pk: int) -> HttpResponse:
    """Take something for half an hour, or leave it to the others again."""
    found = reviewed(word, pk)
    with attempt(request):
        if "release" in request.POST:
            claims.release(subject=found, by=request.user)
            return redirect("admin:index")
        claims.claim(subject=found, by=request.user)
    return redirect("admin:review", word, pk)


@for_moderators
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a decision."""
    decision = get_object_or_404(Decision, pk=pk)
    with attempt(request, success=_("The decision is undone.")):
        decisions_undo.undo(decision=decision, by=request.user)
    word = word_of(decision.subject)
    return redirect("admin:review", word, decision.object_id) if word else redirect("admin:index")
