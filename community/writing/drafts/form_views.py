"""The page with the form of a case, also after an error or a concurrent change."""

from collections.abc import Iterable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from community.models import WorkingCopy
from community.writing.drafts import actions, documents, steps
from community.writing.drafts.completeness import LONG, MIN_WORDS, meter
from community.writing.drafts.examples import examples
from community.writing.drafts.forms import FORM_TOKENS, KNOWN, CaseForms
from community.writing.drafts.row_forms import ROW_FORMS
from community.writing.drafts.similar import similar_to
from community.writing.preserved_input import FormToken, changes_between, sent_mark
from repository.cases.models import SECTIONS
from repository.models import CaseStudy
from repository.practices.suggestions import Reason

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
