"""Languages in the lists of the desk, by name instead of code."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from repository.cases.values import language_name
from repository.text.sorting import sort_key


@admin.display(description=gettext_lazy("language"), ordering="language")
def language(row: Any) -> str:
    """A column of a list with the name of the language of each row."""
    return named(row.language)


class LanguageFilter(admin.AllValuesFieldListFilter):
    """A filter for a field with the code of a language; those that occur, sorted by name."""

    def choices(self, changelist):
        every, *found = super().choices(changelist)
        for code, choice in zip(self.lookup_choices, found, strict=True):
            # With facets, the number follows.
            choice["display"] = named(code) + choice["display"].removeprefix(code)
        return [every, *sorted(found, key=by_name)]


def named(code: str) -> str:
    return language_name(code) if code else _("Not known")


def by_name(choice: dict[str, Any]) -> Any:
    return sort_key(choice["display"])
