"""Widgets that parse and render cells independently of the language, with clear errors."""

import json
import re
from datetime import date, datetime
from functools import cache

from django.conf import settings
from django.template.defaultfilters import yesno
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from import_export import widgets
from taggit.utils import edit_string_for_tags

from repository.tags import folding
from repository.tags.form_fields import blocked
from repository.text.lists import COMMAS, SEMICOLONS, list_of
from repository.text.parsing import read_json

YES, NO = {"yes", "true", "1"}, {"no", "false", "0"}


@cache
def yes_and_no() -> tuple[set[str], set[str]]:
    """Return the folded words for yes and no, in the languages of the site."""
    yes, no = set(YES), set(NO)
    for language, _name in settings.LANGUAGES:
        with override(language):
            yes.add(folding.fold(yesno(True)))
            no.add(folding.fold(yesno(False)))
    return yes, no


def plain(value) -> str:
    """Return a cell as text: spreadsheets turn 8 into 8.0 and "8" into a number."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def one_line_break(text: str) -> str:
    """Return the text with line breaks normalized to line feeds."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def items(value, separators: re.Pattern = COMMAS) -> list[str]:
    """Split a cell that holds a list, without duplicates."""
    parts = [part.strip() for part in separators.split(plain(value))]
    return list(dict.fromkeys(part for part in parts if part))


def unknown(missing: list[str], noun: str) -> ValueError:
    return ValueError(
        ngettext(
            "There is no %(noun)s “%(names)s”.",
            "There are no %(noun)s: “%(names)s”.",
            len(missing),
        )
        % {"noun": noun, "names": "”, “".join(missing)}
    )


class TextWidget(widgets.CharWidget):
    def clean(self, value, row=None, **kwargs):
        text = "" if value is None else str(value)
        if isinstance(value, float) and value.is_integer():
            text = str(int(value))
        if "\x00" in text:
            raise ValueError(_("The cell contains a character that can’t be saved."))
        return one_line_break(text)


class NumberWidget(widgets.Widget):
    """A number with a decimal point. `kind` is int or float."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def clean(self, value, row=None, **kwargs):
        text = plain(value)
        if not text:
            return None
        try:
            number = self.kind(text)
        except ValueError:
            raise ValueError(_("“%(text)s” is not a number.") % {"text": text[:40]}) from None
        if self.kind is float and not -1e15 < number < 1e15:
            raise ValueError(_("“%(text)s” is not a number.") % {"text": text[:40]})
        return number

    def render(self, value, obj=None, **kwargs):
        if value is None:
            return ""
        return value if kwargs.get("force_native_type") else str(value)


class YesNoWidget(widgets.Widget):
    """The words yes or no, in any language of the site, or empty for unknown."""

    def clean(self, value, row=None, **kwargs):
        text = folding.fold(plain(value))
        yes, no = yes_and_no()
        if text and text not in yes | no:
            raise ValueError(_("Enter yes or no, or leave the cell empty."))
        return text in yes if text else None

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else "yes" if value else "no"


class DayWidget(widgets.Widget):
    """An ISO date. Used for read-only columns, so it cannot parse."""

    def render(self, value, obj=None, **kwargs):
        day = value.date() if isinstance(value, datetime) else value
        return day.isoformat() if isinstance(day, date) else ""


class NamesWidget(widgets.Widget):
    """Names by language code, as JSON without ASCII escapes: {"zh": "郑州"}.

    The model field validates the names.
    """

    def clean(self, value, row=None, **kwargs):
        text = plain(value)
        if not text:
            return {}
        try:
            return read_json(text)
        except ValueError:
            raise ValueError(_('Enter names by language code, like {"zh": "郑州"}.')) from None

    def render(self, value, obj=None, **kwargs):
        return json.dumps(value, ensure_ascii=False) if value else ""


class ListWidget(widgets.Widget):
    """A list separated by semicolons, since names may contain commas."""

    def clean(self, value, row=None, **kwargs):
        return items(value, SEMICOLONS)

    def render(self, value, obj=None, **kwargs):
        return "; ".join(value or [])


class Keys:
    """Mixin that fetches the objects of a model by natural key, once for each file."""

    def load(self):
        if not hasattr(self, "_by_key"):
            self._by_key = {
                str(getattr(found, self.field)): found for found in self.model.objects.all()
            }
        return self._by_key


class OneWidget(Keys, widgets.ForeignKeyWidget):
    """A related object by its natural key."""

    def clean(self, value, row=None, **kwargs):
        key = plain(value)
        if not key:
            return None
        if key not in self.load():
            raise unknown([key], str(self.model._meta.verbose_name))
        return self.load()[key]

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else str(getattr(value, self.field))


class ManyWidget(Keys, widgets.ManyToManyWidget):
    """Related objects by their natural keys, separated by commas."""

    def clean(self, value, row=None, **kwargs):
        known = self.load()
        keys = items(value)
        if missing := [key for key in keys if key not in known]:
            names = self.model._meta
            noun = names.verbose_name if len(missing) == 1 else names.verbose_name_plural
            raise unknown(missing, str(noun))
        return [known[key] for key in keys]

    def render(self, value, obj=None, **kwargs):
        if value is None:
            return ""
        return ", ".join(sorted(str(getattr(found, self.field)) for found in value.all()))

    def is_same(self, cleaned, manager) -> bool:
        """Are the related objects exactly these?"""
        return {found.pk for found in cleaned} == {found.pk for found in manager.all()}


class TagsWidget(widgets.ManyToManyWidget):
    """Tags separated by commas; a tag that contains a comma is quoted."""

    def clean(self, value, row=None, **kwargs):
        names = folding.parse(plain(value))
        if any(len(name) > 100 for name in names):
            raise ValueError(_("A tag is longer than 100 characters."))
        if refused := blocked(names):
            raise ValueError(_("A tag is blocked: %(names)s.") % {"names": list_of(refused)})
        return names

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else edit_string_for_tags(value.all())

    def is_same(self, cleaned, manager) -> bool:
        return {folding.fold(name) for name in cleaned} == {tag.folded for tag in manager.all()}
