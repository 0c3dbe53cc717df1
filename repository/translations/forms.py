"""Forms of the overview of translations, and for files of professional translators."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.tmp_storages import CacheStorage

from repository.cases.values import language_name
from repository.dates import clock
from repository.models import TranslationState
from repository.text.parsing import plain, whole_number
from repository.translations import exchange
from repository.translations.exchange import MAX_BYTES, ExchangeFile, FileRefused
from repository.translations.kinds import kinds
from repository.translations.languages import site_languages
from repository.translations.overview import OPEN, Filters, Sort, WorkState, languages, listed, work

# The maximum number of objects that an export or the machine takes at once.
MAX_SELECTED = 200
MAX_TEXT = 100
SALT = "repository.translations.exchange"
# Seconds between the preview and its confirmation.
WAIT = 60 * 60


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


class Waiting(CacheStorage):
    """Stores a file between preview and import in the shared cache."""

    CACHE_LIFETIME = WAIT


class ExportForm(forms.Form):
    """The language of an export."""

    target = forms.ChoiceField(label=_("Into"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["target"].choices = language_choices()


class FileForm(forms.Form):
    """A file to import."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".po"}),
        max_length=200,
    )

    def __init__(self, *args: Any, languages: Collection[str] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.languages = languages
        self.fields["file"].help_text = _("PO in UTF-8. Maximum %(megabytes)d MB.") % {
            "megabytes": MAX_BYTES // 1_000_000
        }

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than %(megabytes)d MB. Split it into smaller files.")
                % {"megabytes": MAX_BYTES // 1_000_000}
            )
        if not file.name.lower().endswith(".po"):
            raise forms.ValidationError(gettext("Choose a .po file."))
        self.data_of_file = file.read()
        try:
            self.parsed = parsed(self.data_of_file)
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from None
        if self.languages is not None and self.parsed.language not in self.languages:
            raise forms.ValidationError(
                gettext("You don’t review translations into this language.")
            )
        return file

    def waiting(self, owner: int) -> str:
        """Keep the file for the import; return its signed name, bound to the user."""
        waiting = Waiting()
        waiting.save(self.data_of_file)
        return signing.dumps([int(clock.time()), waiting.name, owner], salt=SALT)


class ConfirmForm(forms.Form):
    """Refers to the file of a preview, and has the ticks of units that need one."""

    waiting = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, owner: int, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean_waiting(self) -> str:
        try:
            shown_at, name, owner = signing.loads(self.cleaned_data["waiting"], salt=SALT)
        except (signing.BadSignature, ValueError):
            owner, name, shown_at = None, "", 0
        data = None
        if owner == self.owner and clock.time() - shown_at <= WAIT:
            data = Waiting(name=name).read()
        if not data:
            raise forms.ValidationError(gettext("Choose the file again."))
        self.stored, self.parsed = Waiting(name=name), parsed(data)
        return name


def parsed(data: bytes) -> ExchangeFile:
    """Read a file; raise FileRefused, also for a language that the site does not have."""
    file = exchange.read(data)
    if file.language not in dict(site_languages()):
        raise FileRefused(
            gettext("The file doesn’t say into which language of the site it translates.")
        )
    if not file.units:
        raise FileRefused(gettext("The file is empty."))
    return file
