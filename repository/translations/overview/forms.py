from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from repository.cases.values import language_name
from repository.models import TranslationState
from repository.text.parsing import plain, whole_number
from repository.translations.kinds import kinds
from repository.translations.overview.table import OPEN, Filters, Sort, languages, listed
from repository.translations.overview.work import WorkState, work

# The maximum number of objects that an export or the machine takes at once.
MAX_SELECTED = 200
MAX_TEXT = 100


class FilterForm(forms.Form):
    """The filters of the overview, as parameters of the page."""

    kind = forms.ChoiceField(label=_("Type"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    state = forms.ChoiceField(label=_("Status"), required=False)
    text = forms.CharField(label=_("Title"), required=False, max_length=MAX_TEXT)
    sort = forms.ChoiceField(label=_("Sort by"), required=False, choices=Sort.choices)

    def __init__(self, data: QueryDict, user: Any):
        super().__init__(data)
        readable = [kind for kind in kinds if kind.may_be_read_by(user)]
        among = sorted((str(kind.label), kind.name) for kind in readable)
        states = [(OPEN, _("Missing or out of date")), *TranslationState.choices]
        if work.rows:
            states += WorkState.choices
        self.fields["kind"].choices = [("", _("All")), *((name, label) for label, name in among)]
        self.fields["language"].choices = [("", _("All")), *language_choices()]
        self.fields["state"].choices = [("", _("All")), *states]

    def filters(self) -> Filters:
        """Return the valid filters; others are ignored."""
        self.is_valid()
        valid: dict[str, Any] = self.cleaned_data
        return Filters(
            kind=valid.get("kind", ""),
            language=valid.get("language", ""),
            state=valid.get("state", ""),
            text=plain(valid.get("text", "")),
            sort=valid.get("sort") or Sort.TITLE,
        )


def language_choices() -> list[tuple[str, str]]:
    return [(code, language_name(code)) for code in languages()]


def selected_keys(data: QueryDict, user: Any) -> list[tuple[str, int]]:
    """Return the kinds and primary keys of the ticked objects; anything else is ignored."""
    found = []
    for value in data.getlist("selected")[:MAX_SELECTED]:
        name, _separator, number = value.partition("-")
        key = whole_number(number)
        if name in kinds and kinds[name].may_be_read_by(user) and key is not None:
            found.append((name, key))
    return found


def chosen_keys(data: QueryDict, parameters: QueryDict, user: Any) -> list[tuple[str, int]]:
    """Return the kinds and primary keys of the ticked objects, or else of those that match the
    filters of the page, at most `MAX_SELECTED`."""
    if ticked := selected_keys(data, user):
        return ticked
    filters = FilterForm(parameters, user).filters()
    rows, _total = listed(filters, user=user, stop=MAX_SELECTED)
    return [(row.kind, row.object_id) for row in rows]
