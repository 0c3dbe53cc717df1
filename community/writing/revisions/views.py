"""Suggested edits of a published case, and its public history: forms, pages and answers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community import permissions
from community.models import Decision, Revision, User, Verb, WorkingCopy
from community.moderation.decisions.rules import latest_decision
from community.translating.edits import stale_link
from community.writing.drafts import actions as drafts_actions
from community.writing.drafts import documents as drafts_documents
from community.writing.drafts import views as drafts_views
from community.writing.drafts.forms import FORM_TOKENS, CaseForms
from community.writing.preserved_input import EditConflict, sent_mark
from community.writing.revisions import actions
from community.writing.revisions.differences import field_changes
from community.writing.revisions.forms import DeclineForm, WhyForm
from community.writing.revisions.history import PublicHistory, first_published
from repository.cases.models import SECTIONS
from repository.models import CaseStatus, CaseStudy
from repository.pages.attempts import attempt
from repository.pages.http import public_page, require_form
from repository.text.parsing import whole_number
from repository.translations.reading import CARD, translate
from repository.workflow import ActionRefused


@never_cache
@require_form
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form of a case: it suggests an edit of a published one and saves any other."""
    case = CaseStudy.objects.published().filter(slug=slug).first()
    if case is None:
        return drafts_views.edit(request, slug)
    if refusal := drafts_views.kept_for_owner(request):
        return refusal
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    waiting = case.revisions.waiting().filter(by=request.user).first()
    if request.method == "POST":
        return Sending(request, case).answer()
    if waiting is not None:
        messages.info(
            request,
            _("Your suggested change is waiting for an answer. To edit it, withdraw it first."),
        )
        return redirect(waiting)
    copy = drafts_views.own_copy(request, case)
    why = WhyForm(initial={"why": copy.document.get("why", "") if copy else ""})
    return drafts_views.form_page(request, case, copy=copy, purpose="suggest", why_form=why)


class Sending:
    """A submission of the form of a published case: a suggestion, or, with a revision, its
    acceptance.
    """

    def __init__(self, request: HttpRequest, case: CaseStudy, revision: Revision | None = None):
        self.request, self.case, self.revision = request, case, revision
        self.form_token = FORM_TOKENS.of_form(request, case.pk)
        self.why = WhyForm(request.POST)
        self.here = (
            reverse("community:revision_edit", args=[revision.pk])
            if revision
            else drafts_views.editing(case)
        )
        self.shown = (
            {"purpose": "accept", "revision": revision}
            if revision
            else {"purpose": "suggest", "why_form": self.why}
        )

    def answer(self) -> HttpResponse:
        request, form_token = self.request, self.form_token
        try:
            document = drafts_documents.read_document(request.POST)
        except drafts_documents.TooLong:
            return drafts_views.too_long(request)
        if "discard" in request.POST:
            self.forget()
            return redirect(f"{self.here}?saved={form_token.token}")
        if changed := drafts_views.with_other_rows(request, self.here, form_token, document):
            return changed
        forms = CaseForms(document, checked=True)
        is_whole = forms.is_valid() and (self.revision is not None or self.why.is_valid())
        if not is_whole:
            drafts_views.keep(request, form_token, request.user, document)
            return self.page(forms, document)
        return self.done(forms)

    def page(self, forms: CaseForms, document: dict) -> HttpResponse:
        common = {"forms": forms, "form_token": self.form_token, "document": document}
        return drafts_views.form_page(self.request, self.case, **common, **self.shown)

    def done(self, forms: CaseForms) -> HttpResponse:
        request, document, by = self.request, forms.document(), self.request.user
        base = sent_mark(request.POST, "base")
        try:
            if self.revision is None:
                revision = actions.propose(
                    case=self.case,
                    document=document,
                    base=base,
                    why=self.why.cleaned_data["why"],
                    by=by,
                )
                message = _("Suggested change sent. You’ll get a notification when it’s answered.")
            else:
                revision = actions.accept(
                    revision=self.revision, document=document, seen=base, by=by
                )
                message = _("Change accepted. The case is updated.")
        except EditConflict as change:
            return drafts_views.merge_page(
                request, self.case, document, change, self.form_token, **self.shown
            )
        except ActionRefused as refusal:
            drafts_views.keep(request, self.form_token, by, document)
            messages.error(request, str(refusal))
            return self.page(forms, document)
        self.forget()
        messages.success(request, message)
        note_translations(request, self.case)
        return redirect(revision)

    def forget(self) -> None:
        tokens = [self.form_token.token, sent_mark(self.request.POST, "parent")]
        WorkingCopy.objects.filter(member=self.request.user, token__in=tokens).delete()


def found(request: HttpRequest, pk: int) -> Revision:
    rows = Revision.objects.visible_to(request.user).select_related("case", "by__membership")
    return get_object_or_404(rows, pk=pk)


def answerable(request: HttpRequest, pk: int) -> Revision:
    revision = found(request, pk)
    if not permissions.can_answer_revision(request.user, revision):
        raise PermissionDenied
    return revision


@never_cache
@require_safe
@login_required
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One suggested edit as a difference, with its state and the available actions."""
    revision = found(request, pk)
    return render(request, "community/writing/revision_detail.html", shown(request, revision))


def shown(request: HttpRequest, revision: Revision, form: DeclineForm | None = None) -> dict:
    user = request.user
    shows_text = may_compare(user, revision)
    difference = compared(revision) if shows_text else {}
    may_answer = revision.is_waiting and permissions.can_answer_revision(user, revision)
    as_author = may_answer and permissions.answers_as_author(user, revision)
    return {
        "section": "cases",
        "revision": revision,
        "case": revision.case,
        **difference,
        "shows_text": shows_text,
        "is_mine": revision.by_id == user.pk,
        "may_answer": may_answer and revision.case.is_published,
        "as_author": as_author,
        "decision": decision_for(user, revision),
        "form": form or DeclineForm(),
    }


def decision_for(user: User, revision: Revision) -> Decision | None:
    """The last decision of a moderator, if it concerns the user: they may appeal."""
    latest = latest_decision(revision)
    shown = latest is not None and latest.concerns_id == user.pk and latest.verb != Verb.FORWARD
    return latest if shown else None


def may_compare(user: User, revision: Revision) -> bool:
    """Whether the user may see the text to be changed: not if the case is no longer public."""
    return revision.case.is_published or permissions.can_write(user, revision.case)


def compared(revision: Revision) -> dict:
    """The difference between a suggested edit and the current case, or, if answered, its base."""
    if not revision.is_waiting:
        changes = field_changes(revision.base, revision.document) if revision.base else []
        return {"changes": changes, "conflicts": [], "seen": ""}
    now = drafts_documents.document_of(revision.case)
    document, conflicts = actions.joined(revision, now)
    return {
        "changes": field_changes(now, document),
        "conflicts": conflicts,
        "has_moved": drafts_actions.without_keys(now) != drafts_actions.without_keys(revision.base),
        "seen": drafts_documents.digest(now),
    }


@never_cache
@require_POST
@login_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept a suggested edit."""
    revision = answerable(request, pk)
    with attempt(request) as outcome:
        actions.accept(revision=revision, by=request.user, seen=request.POST.get("seen", ""))
    if not outcome.succeeded:
        return redirect(revision)
    messages.success(request, _("Change accepted. The case is updated."))
    note_translations(request, revision.case)
    return redirect(revision.case)


def note_translations(request: HttpRequest, case: CaseStudy) -> None:
    """Link to the translations that an accepted change has made out of date."""
    if link := stale_link(case, request.user):
        messages.warning(request, link)


@never_cache
@require_POST
@login_required
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline a suggested edit with a message to its proposer."""
    revision = answerable(request, pk)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        context = shown(request, revision, form)
        return render(request, "community/writing/revision_detail.html", context)
    with attempt(
        request, success=_("Change declined. The member who suggested it has been notified.")
    ):
        actions.decline(revision=revision, by=request.user, message=form.cleaned_data["message"])
    return redirect(revision)


@never_cache
@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a suggested edit; its text is preserved in the form."""
    revision = found(request, pk)
    if revision.by_id != request.user.pk:
        raise PermissionDenied
    with attempt(request) as outcome:
        actions.withdraw(revision=revision, by=request.user)
    if not outcome.succeeded:
        return redirect(revision)
    copy = drafts_actions.keep(
        member=request.user,
        token=FORM_TOKENS.new(member=request.user.pk, subject=revision.case_id).token,
        case=revision.case,
        document=revision.document | {"why": revision.why},
        base=drafts_documents.digest(revision.base),
    )
    messages.success(request, _("Suggestion withdrawn. Its text is saved here."))
    return redirect(drafts_views.editing(revision.case, copy=copy.token))


@never_cache
@require_form
@login_required
def rework(request: HttpRequest, pk: int) -> HttpResponse:
    """A suggested edit in the form of the case, to correct it and accept it."""
    revision = answerable(request, pk)
    if not revision.is_waiting or not revision.case.is_published:
        return redirect(revision)
    case = revision.case
    if request.method == "POST":
        return Sending(request, case, revision).answer()
    shown = {"purpose": "accept", "revision": revision}
    if copy := drafts_views.own_copy(request, case) if "copy" in request.GET else None:
        return drafts_views.form_page(request, case, copy=copy, **shown)
    now = drafts_documents.document_of(case)
    document, conflicts = actions.joined(revision, now)
    changes = [
        {
            "label": change.label,
            "pieces": change.pieces,
            "both": change.key in conflicts,
            "theirs": drafts_views.as_text(now[change.key]),
        }
        for change in field_changes(now, document)
    ]
    return drafts_views.form_page(
        request,
        case,
        document=document,
        base=drafts_documents.digest(now),
        changes=changes,
        shows_proposal=True,
        **shown,
    )


# The public history of a case


A_PAGE = 10
PUBLIC = [CaseStatus.PUBLISHED, CaseStatus.ARCHIVED]


@public_page(parameters=["page"])
def case_history(request: HttpRequest, slug: str) -> HttpResponse:
    """The changes of a case since its publication, newest first; 404 once it is archived."""
    cases = CaseStudy.objects.filter(status__in=PUBLIC).defer(*SECTIONS, "rendered")
    case = get_object_or_404(cases.annotate(first_published=first_published()), slug=slug)
    if case.is_archived:
        return render(request, "repository/cases/archived.html", {"case": case}, status=410)
    page = whole_number(request.GET.get("page", "1"), most=99_999) or 0
    start = (page - 1) * A_PAGE
    # Fetch one more than a page to know whether there is a next one.
    versions = PublicHistory(case)[start : start + A_PAGE + 1] if page > 0 else []
    if not versions:
        raise Http404
    translate(("case", [case]), only=CARD)
    context = {
        "section": "cases",
        "case": case,
        "versions": versions[:A_PAGE],
        "may_hide": permissions.can_moderate(request.user),
        "newer": page - 1,
        "older": page + 1 if len(versions) > A_PAGE else 0,
    }
    return render(request, "community/writing/case_history.html", context)


@never_cache
@require_POST
@login_required
def hide_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Hide the text of the change at the time `at`; show it again with `show`."""
    case = get_object_or_404(CaseStudy.objects.filter(status__in=PUBLIC), slug=slug)
    if not permissions.can_moderate(request.user):
        raise PermissionDenied
    try:
        at = parse_datetime(request.POST.get("at", ""))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise Http404
    act = actions.show_change if "show" in request.POST else actions.hide_change
    act(case=case, at=at, by=request.user)
    return redirect("community:case_history", case.slug)
