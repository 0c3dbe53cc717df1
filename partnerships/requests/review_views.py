"""The page where a broker decides about a request."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.models import Verb
from community.moderation.reviews.views import about
from partnerships import permissions
from partnerships.models import Modality, PartnershipRequest
from partnerships.pipeline import actions as handling
from partnerships.requests import actions as requests
from partnerships.requests import requirements
from partnerships.requests import review as actions
from partnerships.requests.queue import close_requests, similar
from partnerships.requests.review_forms import NoteForm, RequestDecisionForm
from repository.models import Practice
from repository.pages.attempts import attempt
from repository.text.parsing import plain

PAGE = "admin:partnerships_partnershiprequest_review"
# The step of the request that each decision takes.
STEP_OF = {verb: step for verb, (step, _event) in actions.STEP_OF.items()} | {
    Verb.REOPEN: "reopen",
    Verb.CLOSE: "close",
}


def asked_of(request: HttpRequest, pk: int) -> PartnershipRequest:
    if not permissions.can_broker(request.user):
        raise PermissionDenied
    rows = PartnershipRequest.objects.select_related(
        "city__country", "created_by", "inspired_by", "handling__owner"
    )
    # Annotate the names shown, to avoid a query for each.
    rows = rows.annotate(
        practice_names=names_of(Practice.objects.filter(partnership_requests=OuterRef("pk"))),
        offered_names=names_of(Practice.objects.filter(offered_in_requests=OuterRef("pk"))),
    )
    return get_object_or_404(rows, pk=pk)


def names_of(practices: QuerySet[Practice]) -> ArraySubquery:
    return ArraySubquery(practices.order_by("name").values("name"))


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a request as readers would see it, its background, and the possible decisions."""
    asked = asked_of(request, pk)
    form = form_for(asked, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form) as outcome:
            done = act(asked, by=request.user, data=form.cleaned_data)
        if outcome.succeeded:
            messages.success(request, _("Decision saved: %(verb)s.") % {"verb": done})
            return redirect(PAGE, pk)
        asked = asked_of(request, pk)
        sent = request.POST.copy()
        sent["seen"] = actions.fingerprint(asked)
        form = form_for(asked, sent)
        form.add_error(None, outcome.refusal)
    duplicates = close_requests(asked, request.user)
    already = {each.url for each in duplicates}
    context = {
        **admin.site.each_context(request),
        "title": _("Review"),
        "opts": PartnershipRequest._meta,
        "asked": asked,
        "parts": [
            (PartnershipRequest._meta.get_field(name).verbose_name, asked.rendered.get(name, ""))
            for name in ("challenge", "desired_result", "resources")
        ],
        "modalities": [Modality(key).label for key in asked.modalities],
        "musts": [
            requirements.words(each) for each in requirements.parse_requirements(asked.musts)
        ],
        "verbs": [(verb.value, word_for(verb)) for verb in verbs_for(asked)],
        "is_own": permissions.is_own_request(request.user, asked),
        **about(asked, asked, request.user),
        "duplicates": duplicates,
        "similar": [
            other for other in similar(asked) if reverse(PAGE, args=[other.pk]) not in already
        ],
        "handling_acts": handling.possible(asked, asked.matches.all()),
        "form": form,
        "note_form": NoteForm(instance=asked),
    }
    return render(request, "partnerships/requests/review.html", context)


def form_for(asked: PartnershipRequest, data: Any) -> RequestDecisionForm:
    writer = asked.created_by
    language = (writer and writer.language) or settings.LANGUAGE_CODE
    seen = {"seen": actions.fingerprint(asked)}
    return RequestDecisionForm(data, initial=seen, language=language, verbs=verbs_for(asked))


def verbs_for(asked: PartnershipRequest) -> list[Verb]:
    """Return the decisions that are possible in the state of the request."""
    return [verb for verb, step in STEP_OF.items() if asked.status in requests.STEPS[step].sources]


def word_for(verb: Verb) -> str:
    """Return the label of the button of a decision."""
    return _("Open request") if verb == Verb.APPROVE else str(verb.label)


def act(asked: PartnershipRequest, *, by, data: dict[str, Any]) -> str:
    """Take the step that the form names; return the message to show."""
    verb = Verb(data["verb"])
    if verb == Verb.CLOSE:
        requests.close(
            partnership_request=asked, by=by, reason=data["closing"], message=data["message"]
        )
    elif verb == Verb.REOPEN:
        requests.reopen(partnership_request=asked, by=by, message=data["message"])
    else:
        words = {"reason": data["reason"], "message": data["message"]}
        actions.decide(
            partnership_request=asked,
            verb=verb,
            by=by,
            seen=data["seen"],
            form_step=data["form_step"],
            **words,
        )
    return word_for(verb)


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Save a note visible only to brokers."""
    asked = asked_of(request, pk)
    with attempt(request, success=_("Note saved.")):
        words = plain(request.POST.get("broker_note", ""))
        actions.note(partnership_request=asked, by=request.user, words=words)
    return redirect(PAGE, pk)
