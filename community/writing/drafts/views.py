"""Write, submit, withdraw and confirm a case: its form with autosave and preview."""

from collections.abc import Iterable, Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from community import permissions
from community.accounts.rate_limits import is_within_limit
from community.models import SavedText, User, WorkingCopy
from community.writing.drafts import actions, completeness, documents, steps
from community.writing.drafts.completeness import LONG, MIN_WORDS, meter
from community.writing.drafts.examples import examples
from community.writing.drafts.forms import (
    FORM_TOKENS,
    KNOWN,
    MAX_SECTION_LENGTH,
    ROW_FORMS,
    CaseForms,
)
from community.writing.drafts.similar import similar_cases, similar_to
from community.writing.preserved_input import (
    EditConflict,
    FormToken,
    changes_between,
    sent_by_another,
    sent_mark,
)
from community.writing.revisions.models import MAX_REASON_LENGTH
from repository.cases.models import SECTIONS
from repository.models import CaseStudy
from repository.pages.attempts import attempt
from repository.pages.http import require_form
from repository.practices.suggestions import Reason
from repository.text import markdown
from repository.text.parsing import plain
from repository.workflow import ActionRefused

# Similar cases in the form.
MOST_CASES = 3


def merge_page(request, case, mine: dict, change, form_token: FormToken, **more) -> HttpResponse:
    """The form after a concurrent change: with the merged text and the changes of both sides."""
    merged, both = documents.merge(change.base, change.now, mine)
    base = documents.digest(change.now)
    actions.keep(member=request.user, token=form_token.token, case=case, document=merged, base=base)
    labels = CaseForms(merged).fields.fields
    theirs = {name: as_text(change.now[name]) for name in documents.FIELDS}
    typed = {name: as_text(mine[name]) for name in documents.FIELDS}
    changes = changes_between(
        [name for name in documents.FIELDS if theirs[name] != typed[name]],
        label=lambda name: TABLES[name] if name in TABLES else labels[name].label,
        theirs=theirs.__getitem__,
        mine=typed.__getitem__,
        both=both,
    )
    return form_page(
        request, case, document=merged, form_token=form_token, base=base, changes=changes, **more
    )


TABLES = {
    "references": gettext_lazy("References"),
    "evidence": gettext_lazy("Figures"),
    "proposed": gettext_lazy("New practices"),
}


def as_text(value) -> str:
    """A field of a document as text, to compare."""
    if isinstance(value, str):
        return value
    rows = [
        value
        if isinstance(value, str)
        else " · ".join(text for name, text in value.items() if text and name != "key")
        for value in value
    ]
    return "\n".join(rows)


def form_page(
    request,
    case,
    *,
    copy=None,
    forms: CaseForms | None = None,
    document: dict | None = None,
    form_token: FormToken | None = None,
    base: str = "",
    changes=(),
    **more,
) -> HttpResponse:
    """The form of a case; `more` is extra context for its template, see `revisions/views.py`."""
    now = documents.document_of(case) if case else documents.empty()
    is_shown_as_sent = document is not None
    if document is None:
        document = copy.document if copy else now
    if not base:
        sent = sent_mark(request.POST, "base") if is_shown_as_sent else ""
        base = sent or (copy.base if copy else "") or (documents.digest(now) if case else "")
    forms = forms or CaseForms(document, more=request.GET.get("more", ""))
    mine = WorkingCopy.objects.filter(member=request.user)
    others = mine.filter(case=case).exclude(pk=copy.pk if copy else None)
    if form_token is not None:
        others = others.exclude(token=form_token.token)
    shown_examples = examples()
    step = None if "purpose" in more else shown_step(request, document, copy)
    shown = steps.STEPS
    if step:
        # Besides the step, those that need attention.
        changed = [steps.step_of(each["key"]) for each in changes]
        shown = [step, *forms.steps_with_errors(), *changed]
    suggested, similar = similar_for(case, document, shown)
    context = {
        "section": "cases",
        "case": case,
        "forms": forms,
        "form": forms.fields,
        "step": step,
        "before": steps.step_before(step),
        "following": steps.step_after(step),
        "progress": steps.progress(step, document),
        "shown_steps": {each.key for each in shown},
        # The summary of errors finds the forms of the context.
        "row_forms": forms.filled(),
        "practices": practice_choices(forms, suggested),
        "similar_cases": similar,
        "sections": [
            (forms.fields[name], shown_examples.get(name), MIN_WORDS if name in LONG else 0)
            for name in SECTIONS
        ],
        "copy": copy,
        "other_copies": others[:5],
        "changes": changes,
        "form_token": form_token
        or FORM_TOKENS.new(member=request.user.pk, subject=case.pk if case else 0),
        "base": base,
        "meter": meter(document),
        "known": {name: [names[0] for names in known().values()] for name, known in KNOWN.items()},
        "examples": shown_examples,
        "example_cells": {
            table: [
                (ROW_FORMS[table].base_fields[name].label, text)
                for name, text in shown_examples[table].cells
            ]
            for table in ROW_FORMS
            if table in shown_examples
        },
    }
    if case:
        context |= {
            "attachments": case.attachments.all(),
            "authors": case.authors.select_related("membership"),
            "invitations": case.invitations.open().select_related("member__membership"),
            "shows_authors": step in (None, steps.step_of("title")),
            "shows_files": step in (None, steps.step_of("evidence")),
            "saved_at": case.updated_at if "saved" in request.GET else None,
            "is_author": case.authors.filter(pk=request.user.pk).exists(),
        }
    return render(request, "community/writing/case_form.html", context | more)


def shown_step(
    request: HttpRequest, document: dict, copy: WorkingCopy | None
) -> steps.FormStep | None:
    """The step that the form shows; None for all of them on one page."""
    wanted = request.POST.get("step") or request.GET.get("step", "")
    if not wanted and copy is not None:
        wanted = copy.document.get("step", "")
    if wanted in steps.BY_NUMBER:
        return steps.BY_NUMBER[wanted]
    if wanted == steps.ALL or request.session.get(steps.ON_ONE_PAGE):
        return None
    return steps.BY_NUMBER[steps.destination(wanted)[0]] if wanted else steps.opening_step(document)


def practice_choices(forms: CaseForms, suggested: Mapping[str, Reason]) -> dict:
    """The practices as checkboxes: ticked, suggested with the reason, and the others."""
    boxes: dict[str, list] = {"ticked": [], "suggested": [], "others": []}
    found = {}
    for box in forms.fields["practices"]:
        slug = box.data["value"]
        if box.data["selected"]:
            boxes["ticked"].append(box)
        elif slug in suggested:
            found[slug] = box
        else:
            boxes["others"].append(box)
    boxes["suggested"] = [(found[slug], suggested[slug]) for slug in suggested if slug in found]
    return boxes


def similar_for(
    case: CaseStudy | None, document: dict, shown: Iterable[steps.FormStep]
) -> tuple[Mapping[str, Reason], list[tuple[CaseStudy, Reason]]]:
    """The practices that the text suggests, and similar cases, for the step that shows them."""
    if steps.step_of("practices") not in shown:
        return {}, []
    similar = similar_to(document, case=case)
    pks = [*similar.cases][:MOST_CASES]
    cases = CaseStudy.objects.only("slug", "title", "language").in_bulk(pks)
    return similar.practices, [(cases[pk], similar.cases[pk]) for pk in pks if pk in cases]


# The form of a case, with its autosave and preview.


SEND_AGAIN_AFTER = 20  # seconds


@never_cache
@require_form
def new(request: HttpRequest) -> HttpResponse:
    """A case that was never saved."""
    if refusal := kept_for_owner(request):
        return refusal
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if request.method == "POST":
        return save(request, None)
    copy = own_copy(request)
    if copy is not None and copy.case_id:
        return redirect(editing(copy.case, copy=copy.token))
    return form_page(request, None, copy=copy)


@never_cache
@require_form
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """A case that is not public, for its authors and the moderators. See `revision.edit`."""
    if refusal := kept_for_owner(request):
        return refusal
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    case = case_of(request, slug)
    if not permissions.can_write(request.user, case):
        raise PermissionDenied
    if case.slug != slug and request.method != "POST":
        return redirect(f"{editing(case)}?{request.GET.urlencode()}")
    if not actions.can_write_now(case, request.user) and request.method != "POST":
        return render(request, "community/writing/case_waiting.html", {"case": case})
    if request.method == "POST":
        return save(request, case)
    return form_page(request, case, copy=own_copy(request, case))


def case_of(request: HttpRequest, slug: str) -> CaseStudy:
    """The case with this slug, or else the one of the form: the slug follows the title."""
    cases = CaseStudy.objects.visible_to(request.user)
    if case := cases.filter(slug=slug).first():
        return case
    form_token = FORM_TOKENS.sent(request)
    if form_token is not None and form_token.member == request.user.pk:
        return get_object_or_404(cases, pk=form_token.subject)
    token = sent_mark(request.GET, "copy")
    copy = WorkingCopy.objects.filter(member=request.user, token=token).first()
    return get_object_or_404(cases, pk=copy.case_id if copy else None)


def kept_for_owner(request: HttpRequest) -> HttpResponse | None:
    """The response to the form of another member, whose text is preserved for them."""

    def keep_for(form_token: FormToken, owner: User) -> HttpResponse | None:
        try:
            document = documents.read_document(request.POST)
        except documents.TooLong:
            return too_long(request)
        keep(request, form_token, owner, document)
        return None

    return sent_by_another(request, FORM_TOKENS, keep_for)


def keep(
    request: HttpRequest,
    form_token: FormToken,
    member: User,
    document: dict,
    *,
    step: str = "",
) -> WorkingCopy:
    """Save a working copy, with the step at which it is opened again."""
    case = CaseStudy.objects.filter(pk=form_token.subject).first()
    step = step or request.POST.get("step", "")
    if step in steps.BY_NUMBER:
        document = document | {"step": step}
    if why := plain(request.POST.get("why", "")):
        # The reason for changing a published case, which is no part of the text.
        document = document | {"why": why[:MAX_REASON_LENGTH]}
    return actions.keep(
        member=member,
        token=form_token.token,
        case=case,
        document=document,
        base=sent_mark(request.POST, "base"),
        parent=sent_mark(request.POST, "parent"),
    )


def own_copy(request: HttpRequest, case: CaseStudy | None = None) -> WorkingCopy | None:
    """The working copy in the query string, or the newest of this case with the current base."""
    mine = WorkingCopy.objects.filter(member=request.user)
    if token := sent_mark(request.GET, "copy"):
        return mine.filter(token=token, **({"case": case} if case else {})).first()
    if case is None or "saved" in request.GET:
        return None
    base = documents.digest(documents.document_of(case))
    return mine.filter(case=case, base=base).first()


def editing(case: CaseStudy, **query) -> str:
    path = reverse("community:case_edit", args=[case.slug])
    return f"{path}?{urlencode(query)}" if query else path


def save(request: HttpRequest, case: CaseStudy | None) -> HttpResponse:
    """Do what the button says: save, go to a step, view, submit, add a row, or discard."""
    form_token = FORM_TOKENS.of_form(request, case.pk if case else 0)
    try:
        document = documents.read_document(request.POST)
    except documents.TooLong:
        return too_long(request)
    here = reverse("community:case_new") if case is None else editing(case)
    if "discard" in request.POST:
        tokens = [form_token.token, sent_mark(request.POST, "parent")]
        WorkingCopy.objects.filter(member=request.user, token__in=tokens).delete()
        return redirect(f"{here}?saved={form_token.token}")
    if changed := with_other_rows(request, here, form_token, document):
        return changed
    forms = CaseForms(document, checked=True)
    wanted = wanted_step(request, forms)
    to, field = steps.destination(wanted) if wanted else ("", "")
    if to and (to == steps.ALL) != request.session.get(steps.ON_ONE_PAGE, False):
        request.session[steps.ON_ONE_PAGE] = to == steps.ALL
    if forms.is_valid():
        return saved(request, case, forms, form_token, to=to, field=field)
    if not to:
        keep(request, form_token, request.user, document)
        return form_page(request, case, forms=forms, form_token=form_token, document=document)
    # Steps can be opened in any order: what is wrong or missing elsewhere stops nobody.
    query = {"step": to}
    if document != documents.empty() | {"language": document["language"]}:
        query["copy"] = keep(request, form_token, request.user, document, step=to).token
    return redirect(address(here, query, field))


def posted_step(request: HttpRequest) -> str:
    """The step that the submitted form showed."""
    step = request.POST.get("step", "")
    return step if step == steps.ALL or step in steps.BY_NUMBER else ""


def wanted_step(request: HttpRequest, forms: CaseForms) -> str:
    """Where the button leads: to a step or a field, unless something is wrong in this step."""
    if "continue" not in request.POST:
        return request.POST.get("to", "")
    step = steps.BY_NUMBER.get(request.POST.get("step", ""))
    following = steps.step_after(step)
    is_right = forms.is_valid() or step not in forms.steps_with_errors()
    return str(following.number) if following and is_right else ""


def with_other_rows(
    request: HttpRequest, here: str, form_token: FormToken, document: dict
) -> HttpResponse | None:
    """Add or delete a row, if a button says so: the form is shown again with what was typed."""
    more, (table, _colon, key) = (
        request.POST.get("more"),
        request.POST.get("drop", "").partition(":"),
    )
    if table in documents.ROWS:
        document = documents.without_row(document, table, plain(key))
    elif not more:
        return None
    copy = keep(request, form_token, request.user, document)
    query = {"copy": copy.token}
    if more in documents.ROWS:
        table = query["more"] = more
    row = min(len(document.get(table, ())), documents.MAX_ROWS.get(table, 1) - 1)
    return redirect(address(here, query, f"{table}-{row}" if "more" in query else f"field-{table}"))


def address(here: str, query: dict[str, str], anchor: str) -> str:
    return f"{here}?{urlencode(query)}" + (f"#{anchor}" if anchor else "")


def saved(
    request, case, forms: CaseForms, form_token: FormToken, *, to: str = "", field: str = ""
) -> HttpResponse:
    document = forms.document()
    common = {"document": document, "by": request.user, "token": form_token.token}
    try:
        if case is None:
            case = actions.create_draft(**common)
        else:
            case = actions.save_draft(case=case, base=sent_mark(request.POST, "base"), **common)
    except EditConflict as change:
        return merge_page(request, case, document, change, form_token)
    except ActionRefused as refusal:
        keep(request, form_token, request.user, document)
        messages.error(request, str(refusal))
        return form_page(request, case, forms=forms, form_token=form_token, document=document)
    parent = sent_mark(request.POST, "parent")
    WorkingCopy.objects.filter(member=request.user, token=parent).delete()
    if "submit" in request.POST:
        return redirect("community:case_submit", case.slug)
    if "look" in request.POST:
        return redirect(case)
    if not to:
        messages.success(request, _("Draft saved."))
    query = {"saved": form_token.token}
    if step := to or posted_step(request):
        query["step"] = step
    return redirect(address(editing(case), query, field))


def too_long(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("Your case is too long: the limit is 200,000 characters."))
    return render(request, "community/writing/case_too_long.html", status=413)


def may_autosave(user: User, case: CaseStudy) -> bool:
    return permissions.can_suggest(user, case) or permissions.can_write(user, case)


@never_cache
@require_POST
def autosave(request: HttpRequest) -> HttpResponse:
    """Save a working copy for the form's script; the response names the outcome."""
    if not request.user.is_authenticated:
        return JsonResponse({"state": "signed-out"}, status=401)
    form_token = FORM_TOKENS.sent(request)
    if form_token is None or form_token.member != request.user.pk:
        return JsonResponse({"state": "other-account"}, status=403)
    if not is_within_limit(request, "autosave"):
        # The script keeps the text in the browser and sends it again.
        answer = JsonResponse({"state": "later", "after": SEND_AGAIN_AFTER}, status=429)
        answer.headers["Retry-After"] = SEND_AGAIN_AFTER
        return answer
    if form_token.subject:
        case = CaseStudy.objects.visible_to(request.user).filter(pk=form_token.subject).first()
        if case is None or not may_autosave(request.user, case):
            return JsonResponse({"state": "closed"}, status=403)
    began = sent_mark(request.POST, "from")
    if began and SavedText.objects.filter(token=began, case__authors=request.user).exists():
        return JsonResponse({"state": "saved"})
    try:
        document = documents.read_document(request.POST)
        copy = keep(request, form_token, request.user, document)
    except documents.TooLong:
        return JsonResponse({"state": "too-long"}, status=413)
    except ActionRefused:
        return JsonResponse({"state": "closed"}, status=403)
    step = steps.BY_NUMBER.get(request.POST.get("step", ""))
    shown = {"meter": meter(document), "step": step}
    html = render_to_string("community/writing/_meter.html", shown, request)
    at = date_format(copy.kept_at, "TIME_FORMAT")
    return JsonResponse({"state": "kept", "at": at, "token": copy.token, "meter": html})


@login_required
@never_cache
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Markdown as the page of the case will show it."""
    text = plain(request.POST.get("text", ""))[:MAX_SECTION_LENGTH]
    return HttpResponse(markdown.render(text))


# Submit a case to the moderators, and withdraw it.


@login_required
@never_cache
@require_form
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Before a case is submitted: similar cases, gaps, and a note to the moderators."""
    case = own_case(request, slug)
    if request.method == "POST":
        note = plain(request.POST.get("note", ""))
        with attempt(request) as outcome:
            actions.submit(case=case, by=request.user, note=note)
        if not outcome.succeeded:
            return redirect(editing(case))
        messages.success(
            request,
            _("Case submitted. You’ll get a notification when a moderator has reviewed it."),
        )
        return redirect(case)
    document = documents.document_of(case)
    context = {
        "section": "cases",
        "case": case,
        "progress": steps.progress(None, document),
        "missing": missing_answers(document),
        "meter": completeness.meter(document),
        "cases": [
            (card, render_to_string("community/writing/_similar_reason.html", {"reason": reason}))
            for card, reason in similar_cases(document)
        ],
    }
    return render(request, "community/writing/case_submit.html", context)


@login_required
@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Withdraw a submitted case."""
    case = own_case(request, slug)
    with attempt(request) as outcome:
        actions.withdraw(case=case, by=request.user)
    if not outcome.succeeded:
        return redirect(case)
    messages.success(request, _("Your case is a draft again."))
    return redirect(editing(case))


def missing_answers(document: dict) -> list[tuple[str, str]]:
    """The field and the name of each answer without which a case cannot be submitted."""
    asked = completeness.questions(document)
    missing = [(each.key, str(each.text)) for each in asked if each.is_needed and not each.is_met]
    if not any(document[name] for name in completeness.LONG):
        missing.append((completeness.LONG[0], _("A challenge, a solution or results")))
    return missing


def own_case(request: HttpRequest, slug: str) -> CaseStudy:
    """A case that the user writes; Http404 for one that is not visible to them."""
    case = get_object_or_404(CaseStudy.objects.visible_to(request.user), slug=slug)
    if not case.authors.filter(pk=request.user.pk).exists():
        raise PermissionDenied
    return case


@login_required
@require_POST
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """An author confirms that a case is still true."""
    case = own_case(request, slug)
    with attempt(request, success=_("Thank you. The case now shows that you checked it today.")):
        actions.confirm(case=case, by=request.user)
    return redirect(case)
