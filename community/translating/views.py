"""Pages where members translate: the languages of an object, and the three panes."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import permissions
from community.models import TranslationProposal
from community.translating import actions, review
from community.translating.forms import TranslationForm
from community.translating.originals import fingerprint, target_languages, visible_row
from community.translating.panes import Pane, counts_of, panes_of
from repository.cases.values import language_name
from repository.models import Origin, Translation, TranslationState
from repository.pages.attempts import attempt
from repository.translations.kinds import TranslatedKind, kinds

require_form = require_http_methods(["GET", "HEAD", "POST"])


def original(request: HttpRequest, kind: str, pk: int) -> tuple[TranslatedKind, Any]:
    row = visible_row(kind, pk, request.user)
    if row is None:
        raise Http404
    return kinds[kind], row


def target(request: HttpRequest, kind: str, pk: int, language: str) -> tuple[TranslatedKind, Any]:
    """Find a visible object that can be translated into a language."""
    about, row = original(request, kind, pk)
    if language not in target_languages(about, row):
        raise Http404
    return about, row


def title_of(about: TranslatedKind, row: Any) -> str:
    """Return the title of an object; for a city, whose name is not translated here, its name."""
    return str(row)


@never_cache
@require_safe
@login_required
def languages(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The languages into which an object can be translated, with the state of each."""
    about, row = original(request, kind, pk)
    present = {found.language: found for found in Translation.objects.of(kind, pk)}
    rows = TranslationProposal.objects.filter(kind=kind, object_id=pk)
    live = {found.language: found for found in rows.live()}
    listed = [
        {
            "code": code,
            "name": language_name(code),
            "own_name": name,
            "state": present[code].state if code in present else TranslationState.MISSING,
            "proposal": live.get(code),
        }
        for code, name in target_languages(about, row).items()
    ]
    context = shown(about, row) | {
        "languages": listed,
        "may_keep": permissions.can_keep_translations(request.user, row),
    }
    return render(request, "community/translating/languages.html", context)


def shown(about: TranslatedKind, row: Any) -> dict[str, Any]:
    return {
        "kind": about.name,
        "row": row,
        "title": title_of(about, row),
        "original_language": about.language_of(row),
    }


@never_cache
@require_form
@login_required
def edit(request: HttpRequest, kind: str, pk: int, language: str) -> HttpResponse:
    """The three panes: the original then, the original now, and the translation."""
    return Editing(request, *target(request, kind, pk, language), language).answer()


class Editing:
    """A request for the three panes of an object in one language."""

    def __init__(self, request: HttpRequest, about: TranslatedKind, row: Any, language: str):
        self.request, self.about, self.row, self.language = request, about, row, language
        rows = TranslationProposal.objects.of(about.name, row.pk, language)
        current = rows.open().select_related("by__membership").first()
        is_mine = current is not None and current.by_id == request.user.pk
        self.proposal = current if is_mine else None
        self.other = None if is_mine or current is None or not current.is_live else current
        self.shows_all = "all" in request.GET
        translator = request.user if is_mine else None
        panes = panes_of(about, row, language, proposal=self.proposal, translator=translator)
        self.counts = counts_of(panes)
        self.reviews = permissions.can_review_language(request.user, language)
        self.panes = [
            pane
            for pane in panes
            if self.shows_all or pane.is_open or (self.reviews and pane.is_unreviewed)
        ]
        self.every = panes

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.page(TranslationForm(panes=self.panes, language=self.language))
        # Any paragraph may be sent, also one that is no longer open.
        form = TranslationForm(self.request.POST, panes=self.every, language=self.language)
        if not form.is_valid():
            return self.page(form)
        with attempt(self.request) as saved:
            self.claim()
            self.save(form)
        if not saved.succeeded:
            return self.page(form)
        if "submit" in self.request.POST:
            return self.submit(form)
        if self.request.POST.keys() & {"save"}:
            messages.success(self.request, _("Draft saved."))
        return redirect(self.address + self.fragment)

    @property
    def address(self) -> str:
        path = reverse("community:translation", args=[self.about.name, self.row.pk, self.language])
        return f"{path}?all=1" if self.shows_all else path

    @property
    def fragment(self) -> str:
        """Where the page continues after a click on the button of a paragraph."""
        data = self.request.POST
        key = data.get("keep") or data.get("use") or data.get("reopen") or ""
        return f"#pane-text-{key.replace(':', '-')}" if self.pane(key) else ""

    def pane(self, key: str) -> Pane | None:
        return next((pane for pane in self.every if pane.key == key), None)

    def claim(self) -> None:
        self.proposal = actions.claim(
            kind=self.about, row=self.row, language=self.language, by=self.request.user
        )

    def save(self, form: TranslationForm) -> None:
        data, by = self.request.POST, self.request.user
        texts = form.texts()
        if kept := self.pane(data.get("keep", "")):
            texts[kept.key] = kept.public.row.text if kept.public.row else ""
        if reopened := self.pane(data.get("reopen", "")):
            texts[reopened.key] = ""
        if texts:
            self.proposal = actions.save(proposal=self.proposal, texts=texts, by=by)
        if (used := self.pane(data.get("use", ""))) and used.memory:
            self.proposal = actions.save(
                proposal=self.proposal,
                texts={used.key: used.memory},
                by=by,
                origin=Origin.MEMORY,
            )

    def submit(self, form: TranslationForm) -> HttpResponse:
        with attempt(self.request) as outcome:
            self.proposal = actions.submit(
                proposal=self.proposal, seen=self.request.POST.get("seen", ""), by=self.request.user
            )
        if not outcome.succeeded:
            return redirect(self.address)
        if self.proposal.is_submitted:
            messages.success(
                self.request,
                _("Translation submitted. You’ll get a notification when it’s reviewed."),
            )
        else:
            messages.success(self.request, _("Translation published."))
        return redirect(self.proposal)

    def page(self, form: TranslationForm) -> HttpResponse:
        shown_panes = {pane.name for pane in self.panes} | {
            name for name in form.errors if name in form.panes
        }
        translation = Translation.objects.of(self.about.name, self.row.pk).filter(
            language=self.language
        )
        current = translation.first()
        context = shown(self.about, self.row) | {
            "language": self.language,
            "name": language_name(self.language),
            "form": form,
            "rows": [row for row in form.rows() if row[0].name in shown_panes],
            "proposal": self.proposal,
            "other": self.other,
            "counts": self.counts,
            "shows_all": self.shows_all,
            "seen": fingerprint(self.about, self.row, self.language),
            "translation": current,
            "may_review": current is not None
            and not current.is_reviewed
            and current.state == TranslationState.DRAFT
            and self.reviews,
        }
        return render(self.request, "community/translating/edit.html", context)


@never_cache
@require_POST
@login_required
def mark_reviewed(request: HttpRequest, kind: str, pk: int, language: str) -> HttpResponse:
    """Mark a translation as reviewed."""
    about, row = target(request, kind, pk, language)
    if not permissions.can_review_language(request.user, language):
        raise PermissionDenied
    with attempt(request, success=_("Translation marked as reviewed.")):
        review.mark_reviewed(
            kind=about,
            row=row,
            language=language,
            seen=request.POST.get("seen", ""),
            by=request.user,
        )
    return redirect("community:translation", kind, pk, language)
