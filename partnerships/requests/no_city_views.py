"""Requests of members without a city: they can request to represent theirs on the same page.

What they want is kept as the draft of a request, which they finish once a broker has approved it.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from community.notices.emails import absolute
from partnerships.models import Representation
from partnerships.representation import actions as representation_actions
from partnerships.representation.forms import RepresentationForm
from partnerships.requests import drafts
from partnerships.requests.forms import FORM_TOKENS, RequestForm
from repository.models import CaseStudy, Practice
from repository.pages.attempts import attempt
from repository.text.parsing import plain


@dataclass(frozen=True)
class Wanted:
    """The case or practice that a member wants."""

    title: str
    path: str
    is_case: bool


def wanted_from(request: HttpRequest) -> Wanted | None:
    found: CaseStudy | Practice | None = None
    if slug := plain(request.GET.get("case", "")):
        found = CaseStudy.objects.published().filter(slug=slug).first()
    elif slug := plain(request.GET.get("practice", "")):
        found = Practice.objects.filter(slug=slug).first()
    if found is None:
        return None
    return Wanted(str(found), found.get_absolute_url(), isinstance(found, CaseStudy))


def page(
    request: HttpRequest, *, initial: dict[str, Any], copy: str, was_sent: bool
) -> HttpResponse:
    """Show the options, or request to represent a city.

    `initial` is what is wanted; `copy` is the token of a text that is kept already, which
    `was_sent` just now.
    """
    is_asking = request.method == "POST" and "ask" in request.POST
    form = RepresentationForm(request.POST if is_asking else None, user=request.user)
    if is_asking and form.is_valid():
        with attempt(
            request, form, success=_("A broker will review your request and reply to you.")
        ) as outcome:
            representation_actions.ask(by=request.user, **form.values())
        if outcome.succeeded:
            copy = copy or keep_draft(request, initial)
            return redirect(address_of(request, copy))
    found = wanted_from(request)
    context = {
        "section": "partnerships",
        "back": address_of(request, copy) if copy else request.get_full_path(),
        "was_sent": was_sent,
        "has_draft": bool(copy),
        "wanted": found,
        "mail": mail_about(
            _("Could this help our city? %(title)s") % {"title": found.title}, found.path
        )
        if found
        else "",
        "asking": form,
        "action": request.get_full_path(),
        "waiting": Representation.objects.of(request.user)
        .asked()
        .filter(is_of_organization=False)
        .select_related("city"),
    }
    return render(request, "partnerships/requests/no_city.html", context)


def address_of(request: HttpRequest, copy: str) -> str:
    return f"{request.path}?{urlencode({'copy': copy})}" if copy else request.path


def keep_draft(request: HttpRequest, initial: dict[str, Any]) -> str:
    """Keep what is wanted as the draft of a request; return its token, empty without anything."""
    if not initial:
        return ""
    form = RequestForm(cities=[], initial=initial)
    sent = {}
    for name in form.fields:
        value = form[name].value()
        values = value if isinstance(value, list) else [value]
        sent[name] = [str(each) for each in values if each not in (None, "", False)]
    token = FORM_TOKENS.new(member=request.user.pk).token
    drafts.keep(member=request.user, token=token, sent=sent)
    return token


def mail_about(words: str, path: str) -> str:
    """Return a mailto link with a line of text and the address of a page."""
    body = f"{words}\n\n{absolute(path)}\n"
    return f"mailto:?subject={quote(words)}&body={quote(body)}"
