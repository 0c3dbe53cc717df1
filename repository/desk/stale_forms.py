"""Detect stale forms in the admin, so that staff do not overwrite each other's changes.

A form carries a digest of each initial value. On submission these are compared with the stored
values under the row lock, and a form that would revert a change is shown again.
"""

import json
import re
from copy import copy
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.dateparse import parse_datetime
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext

from repository.history.object_history import History, as_last_known
from repository.text.lists import list_of
from repository.text.parsing import read_json, whole_number

# The name of the hidden field, and the longest stored value shown beside a form field.
BASE = "_base"
LONGEST = 400


def base_of(form, formsets) -> dict[str, str]:
    """Return digests of each editable field and each inline row of a new form."""
    base = {
        name: digest(form.initial.get(name))
        for name, field in form.fields.items()
        if not field.disabled
    }
    for formset in formsets:
        for row in formset.initial_forms:
            base[row_name(formset, row.instance)] = digest(row.initial)
    return base


def row_name(formset, row: models.Model) -> str:
    return f"{formset.prefix}-{row.pk}"


def digest(value: Any) -> str:
    text = json.dumps(plain(value), sort_keys=True, ensure_ascii=True)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def plain(value: Any) -> Any:
    """Convert a value for JSON; related objects become sorted keys."""
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        keys = [each.pk for each in value if isinstance(each, models.Model)]
        return sorted(map(str, keys)) if keys else [plain(each) for each in value]
    return "" if value is None else str(value)


def written(base: dict[str, str]) -> str:
    """Return the value of the hidden field: the time and the digests."""
    return json.dumps([timezone.now().isoformat(), base], separators=(",", ":"))


def read_base(text: str) -> tuple[datetime, dict[str, str]] | None:
    """Parse the output of `written`; None if it is invalid."""
    try:
        at, base = read_json(text)
        at = parse_datetime(at)
    except (ValueError, TypeError):
        return None
    return (at, base) if at and timezone.is_aware(at) and isinstance(base, dict) else None


class ConcurrentChanges:
    """The stored values that differ from those a form was opened with."""

    def __init__(self, form, formsets, sent: str):
        self.instance = form.instance
        self.base = base_of(form, formsets)
        self.fields, self.rows = set(), []
        self.since: datetime | None
        self.since, base = read_base(sent) or (None, None)
        if base is None:
            return
        self.fields = {
            name for name in form.fields if name in base and base[name] != self.base.get(name)
        }
        for formset in formsets:
            here = {row_name(formset, row.instance): row.instance for row in formset.initial_forms}
            for name, row in here.items():
                if name not in base:
                    self.rows.append(row_words(row, gettext("“%(row)s” was added.")))
                elif base[name] != self.base[name]:
                    self.rows.append(row_words(row, gettext("“%(row)s” was changed.")))

    def by(self) -> str:
        """Return the names of those who changed it, from the history of the object."""
        if self.since is None:
            return ""
        changes = History(self.instance)[0:5]
        return list_of(
            dict.fromkeys(change.by for change in changes if change.by and change.at > self.since)
        )

    def as_lines(self) -> list[str]:
        words = gettext(
            "Someone else changed this after you opened the page. Your changes aren’t saved "
            "yet. Check the differences, then save again to overwrite them."
        )
        if by := self.by():
            words = gettext(
                "Changed after you opened the page by: %(name)s. Your changes aren’t saved "
                "yet. Check the differences, then save again to overwrite them."
            ) % {"name": by}
        return [words, *self.rows]


def row_words(row: models.Model, words: str) -> str:
    noun = capfirst(str(row._meta.verbose_name))
    try:
        name = str(row)
    except ObjectDoesNotExist:
        # The object that its name refers to was deleted too.
        name = str(row.pk)
    return f"{noun}: {words % {'row': Truncator(name).chars(LONGEST)}}"


def without_deleted(request: HttpRequest, formset) -> list[str]:
    """Remove rows deleted by a colleague from the submitted data, and return messages about them.

    Django's formset would ignore them silently. A row with changed input is kept as a new row.
    """
    count = type(formset.management_form)(request.POST, prefix=formset.prefix)
    if not count.is_valid():
        return []
    before, total = count.cleaned_data["INITIAL_FORMS"], count.cleaned_data["TOTAL_FORMS"]
    key = formset.model._meta.pk.name
    here = {str(row.instance.pk) for row in formset.initial_forms}
    gone, new, changes = [], [], []
    for at in range(min(before, total, formset.absolute_max)):
        prefix = formset.add_prefix(at)
        pk = request.POST.get(f"{prefix}-{key}", "")
        number = whole_number(pk)
        if pk in here or number is None:
            continue
        gone.append(at)
        if f"{prefix}-DELETE" in request.POST:
            continue  # deleted in both
        row = last_known(formset, number)
        words = gettext("“%(row)s” was deleted.")
        if is_typed(request, formset, prefix, row):
            new.append(at)
            words = gettext("“%(row)s” was deleted. What you entered is shown below as a new row.")
        changes.append(row_words(row, words))
    if gone:
        order = [at for at in range(min(total, formset.absolute_max)) if at not in gone] + new
        sent = renumbered(request.POST, formset.prefix, order)
        sent[f"{formset.prefix}-INITIAL_FORMS"] = str(before - len(gone))
        sent[f"{formset.prefix}-TOTAL_FORMS"] = str(len(order))
        for at in range(len(order) - len(new), len(order)):
            sent[f"{formset.add_prefix(at)}-{key}"] = ""
        files = renumbered(request.FILES, formset.prefix, order)
        request.POST = sent
        # In place, since `request.FILES` cannot be assigned.
        request.FILES.clear()
        request.FILES.update(files)
    return changes


def last_known(formset, pk: int) -> models.Model:
    """Return a deleted row from its last event, as far as known."""
    row = None
    if hasattr(formset.model, "pgh_event_model"):
        row = as_last_known(formset.model, pk)
    if row is None or getattr(row, formset.fk.attname) != formset.instance.pk:
        row = formset.model(pk=pk)
    return row


def is_typed(request: HttpRequest, formset, prefix: str, row: models.Model) -> bool:
    """Does the submitted data of a row differ from its last stored values?"""
    unsaved = copy(row)
    unsaved.pk = None
    form = formset.form(request.POST, request.FILES, prefix=prefix, instance=unsaved)
    return form.has_changed()


def renumbered(data: MultiValueDict, prefix: str, order: list[int]) -> MultiValueDict:
    """Return the submitted data with only these rows, in this order."""
    places = {str(old): new for new, old in enumerate(order)}
    numbered = re.compile(rf"((?:initial-)?{re.escape(prefix)}-)([0-9]+)(-.+)", re.DOTALL)
    found = data.copy()
    found.clear()
    for name in data:
        row = numbered.fullmatch(name)
        if row and row[2] not in places:
            continue
        place = f"{row[1]}{places[row[2]]}{row[3]}" if row else name
        found.setlist(place, data.getlist(name))
    return found


class StaleForm(forms.BaseForm):
    """Form mixin for stale forms: the form is not saved but shown again."""

    conflict: ConcurrentChanges

    def clean(self):
        given = super().clean()
        fields = [name for name in self.fields if self.takes_back(name)]
        for name in fields:
            words = gettext(
                "The saved value is now: %(value)s. Save again to replace it with yours."
            )
            self.add_error(name, words % {"value": in_words(self, name)})
        if fields or self.conflict.rows:
            for words in self.conflict.as_lines():
                self.add_error(None, words)
        return given

    def takes_back(self, name: str) -> bool:
        """Has a colleague changed the field to a value other than the submitted one?"""
        sent = self[name].data
        is_other = self.fields[name].has_changed(self.initial.get(name), sent)
        return name in self.conflict.fields and is_other


def in_words(form: forms.ModelForm, name: str) -> str:
    """Return the stored value of a field as text."""
    field, value = form.fields[name], form.initial.get(name)
    if isinstance(value, bool):
        shown = [gettext("Yes") if value else gettext("No")]
    elif isinstance(field, forms.ModelMultipleChoiceField):
        shown = [str(each) for each in value]
    elif isinstance(field, forms.ModelChoiceField):
        shown = [str(getattr(form.instance, name) or "")]
    else:
        text = field.widget.format_value(field.prepare_value(value))
        names = {str(key): label for key, label in getattr(field, "choices", [])}
        shown = [
            str(names.get(each, each)) for each in (text if isinstance(text, list) else [text])
        ]
    words = list_of(f"“{each}”" for each in shown if each not in ("", "None"))
    return Truncator(words).chars(LONGEST) or gettext("empty")
