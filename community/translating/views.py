"""Pages where members translate: the languages of an object, the three panes, and suggestions."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import permissions
from community.models import ProposalState, TranslationProposal, Verb
from community.moderation.decisions import undo as decisions_undo
from community.moderation.decisions.rules import Facts, latest_decision
from community.translating import actions
from community.translating.edits import stale_paragraphs
from community.translating.forms import DeclineForm, TranslationForm
from community.translating.originals import fingerprint, target_languages, visible_row
from community.translating.panes import Pane, changes_of, counts_of, panes_of
from repository.cases.values import language_name
from repository.models import Origin, Translation, TranslationState
from repository.pages.attempts import attempt
from repository.pages.http import require_form
from repository.translations.actions import keep_translations
from repository.translations.kinds import TranslatedKind, kinds


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
        actions.mark_reviewed(
            kind=about,
            row=row,
            language=language,
            seen=request.POST.get("seen", ""),
            by=request.user,
        )
    return redirect("community:translation", kind, pk, language)


# What editors see after an edit: which translations are out of date, and which need not be


@never_cache
@require_form
@login_required
def changes(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The paragraphs whose translations are out of date; some need no new translation."""
    about, row = original(request, kind, pk)
    if not permissions.can_keep_translations(request.user, row):
        raise PermissionDenied
    if request.method == "POST":
        pairs = [value.partition(">") for value in request.POST.getlist("keep")]
        keys = {earlier: current for earlier, _mark, current in pairs}
        with attempt(request, success=_("Saved. These translations are up to date again.")):
            keep_translations(kind=about, row=row, keys=keys, by=request.user)
        return redirect("community:translation_changes", kind, pk)
    stale = [
        (paragraph, [language_name(code) for code in paragraph.languages])
        for paragraph in stale_paragraphs(about, row)
    ]
    context = shown(about, row) | {"stale": stale}
    return render(request, "community/translating/changes.html", context)


# The page of one suggested translation, and the answers to it


def found(request: HttpRequest, pk: int) -> tuple[TranslationProposal, Any]:
    """Find a proposal that the user may see, with its original; both are visible or neither."""
    rows = TranslationProposal.objects.visible_to(request.user)
    proposal = get_object_or_404(rows.select_related("by__membership"), pk=pk)
    row = visible_row(proposal.kind, proposal.object_id, request.user)
    if row is None:
        raise Http404
    return proposal, row


def answerable(request: HttpRequest, pk: int) -> tuple[TranslationProposal, Any]:
    proposal, row = found(request, pk)
    if not permissions.can_answer_translation(request.user, proposal):
        raise PermissionDenied
    return proposal, row


@never_cache
@require_safe
@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One suggested translation beside its original, with the available actions."""
    return render_detail(request, *found(request, pk))


def render_detail(
    request: HttpRequest,
    proposal: TranslationProposal,
    row: Any,
    form: DeclineForm | None = None,
) -> HttpResponse:
    user, kind = request.user, kinds[proposal.kind]
    decision = latest_decision(proposal)
    may_answer = permissions.can_answer_translation(user, proposal)
    is_mine = proposal.by_id == user.pk
    context = shown(kind, row) | {
        "proposal": proposal,
        "name": language_name(proposal.language),
        "language": proposal.language,
        "changes": changes_of(kind, row, proposal),
        "is_mine": is_mine,
        "may_continue": is_mine and proposal.status not in (ProposalState.ACCEPTED,),
        "may_answer": may_answer and proposal.is_submitted,
        "decision": decision if decision is not None and decision.concerns_id == user.pk else None,
        "undoable": decision if may_answer and may_undo(decision, user, proposal) else None,
        "seen": fingerprint(kind, row, proposal.language),
        "form": form or DeclineForm(),
    }
    return render(request, "community/translating/proposal.html", context)


def may_undo(decision: Any, user: Any, proposal: TranslationProposal) -> bool:
    return decision is not None and not decisions_undo.why_not(
        decision, user, Facts.about([proposal])
    )


@never_cache
@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a suggested translation."""
    proposal, _row = answerable(request, pk)
    with attempt(request, success=_("Translation published.")):
        actions.accept(proposal=proposal, by=request.user, seen=request.POST.get("seen", ""))
    return redirect(proposal)


@never_cache
@require_POST
@login_required
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline a suggested translation with a reason and a message."""
    proposal, row = answerable(request, pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return render_detail(request, proposal, row, form)
    with attempt(request, success=_("Translation declined. The translator has been notified.")):
        actions.decline(proposal=proposal, by=request.user, **form.cleaned_data)
    return redirect(proposal)


@never_cache
@require_POST
@login_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo one's own decision about a suggested translation."""
    proposal, _row = answerable(request, pk)
    decision = latest_decision(proposal)
    if decision is None or decision.verb not in (Verb.APPROVE, Verb.DECLINE):
        raise Http404
    with attempt(request, success=_("Decision undone.")):
        decisions_undo.undo(decision=decision, by=request.user)
    return redirect(proposal)


@never_cache
@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """End a claim or withdraw a submission; the text is kept."""
    proposal, _row = found(request, pk)
    if proposal.by_id != request.user.pk:
        raise PermissionDenied
    with attempt(request) as outcome:
        actions.withdraw(proposal=proposal, by=request.user)
    if outcome.succeeded:
        messages.success(request, _("Translation withdrawn. We’ve saved your text."))
    return redirect("community:translation_languages", proposal.kind, proposal.object_id)
