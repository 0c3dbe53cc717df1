"""The errors of the forms of a page, collected for its title and its summary."""

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

from django import template
from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.contrib.admin.views.main import ChangeList
from django.forms import BaseForm, BaseFormSet, CheckboxSelectMultiple, MultiWidget, RadioSelect
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

register = template.Library()

# Forms may be in nested lists, dictionaries and dataclasses of the context, but no deeper.
DEPTH = 5


class Problem(NamedTuple):
    """One error, with the id of the field to be corrected, if it is on the page."""

    text: str
    target: str


@register.simple_tag(takes_context=True)
def form_errors(context) -> list[Problem]:
    """The errors of all submitted forms of the page, in the order of their fields.

    Found in the context, so that a page cannot forget its summary. Only after a POST: forms of a
    GET request filter lists.
    """
    request = context.get("request")
    if request is None or request.method != "POST":
        return []
    forms: dict[int, BaseForm | BaseFormSet] = {}
    for value in context.flatten().values():
        forms |= {id(form): form for form in forms_in(value, DEPTH)}
    problems = [problem for form in forms.values() for problem in problems_of(form)]
    return list(dict.fromkeys(problems))


def forms_in(value: Any, depth: int) -> Iterator[BaseForm | BaseFormSet]:
    """The submitted forms in a value of the context."""
    if isinstance(value, BaseForm | BaseFormSet):
        if value.is_bound:
            yield value
        return
    if depth == 0:
        return
    for part in parts_of(value):
        yield from forms_in(part, depth - 1)


def parts_of(value: Any) -> list:
    if isinstance(value, AdminForm):
        return [value.form]
    if isinstance(value, InlineAdminFormSet | ChangeList):
        return [value.formset]
    if isinstance(value, BoundField):
        return [value.form]
    if isinstance(value, Mapping):
        return list(value.values())
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, SimpleNamespace) or hasattr(value, "__dataclass_fields__"):
        return list(vars(value).values()) if hasattr(value, "__dict__") else []
    return []


def problems_of(form: BaseForm | BaseFormSet) -> Iterator[Problem]:
    if isinstance(form, BaseFormSet):
        yield from (Problem(str(error), "") for error in form.non_form_errors())
        for each in form.forms:
            yield from problems_of(each)
        return
    for name, errors in form.errors.items():
        if name not in form.fields:
            yield from (Problem(str(error), "") for error in errors)
            continue
        field = form[name]
        target = "" if field.is_hidden else target_of(field)
        for error in errors:
            words = {"label": field.label, "error": error}
            yield Problem(_("%(label)s: %(error)s") % words, target)


def target_of(field: BoundField) -> str:
    """The id of the first input of a field."""
    widget = getattr(field.field.widget, "widget", field.field.widget)
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple | MultiWidget):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id
