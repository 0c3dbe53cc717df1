"""Import and export in the admin: choose a file, preview the changes, confirm."""

import logging
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.results import Result
from import_export.tmp_storages import CacheStorage

from repository.dates import clock
from repository.desk.resources.formats import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_ROWS,
    FileRefused,
    SafeCSV,
    SafeXLSX,
)
from repository.history.object_history import LONG, Difference
from repository.text.differences import word_pieces
from repository.workflow import ActionRefused

logger = logging.getLogger(__name__)
SALT = "repository.admin.import_export"

FORMATS = [SafeCSV, SafeXLSX]
WAIT = 60 * 60  # seconds between the preview and its confirmation
SHOWN_ROWS = 100


class Waiting(CacheStorage):
    """Stores a file between preview and confirmation in the shared cache, never as a media file."""

    CACHE_LIFETIME = WAIT


class FileForm(ImportForm):
    """A form with only the file: its extension determines the format."""

    def __init__(self, formats, resources, **kwargs):
        super().__init__(formats, resources, **kwargs)
        self.fields["format"].required = False
        self.fields["format"].widget = forms.HiddenInput()
        self.fields["import_file"].widget = forms.FileInput(attrs={"accept": ".csv,.xlsx"})
        self.fields["import_file"].help_text = _(
            "CSV (UTF-8) or XLSX (first sheet only). Maximum %(rows)d rows, %(columns)d "
            "columns and %(megabytes)d MB."
        ) % {"rows": MAX_ROWS, "columns": MAX_COLUMNS, "megabytes": MAX_BYTES // 1024**2}

    media = forms.Media()

    def clean_import_file(self):
        file = self.cleaned_data["import_file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                gettext("The file is larger than %(megabytes)d MB. Split it into smaller files.")
                % {"megabytes": MAX_BYTES // 1024**2}
            )
        return file

    def clean(self):
        cleaned = super().clean()
        if file := cleaned.get("import_file"):
            ending = file.name.lower().rpartition(".")[2]
            endings = [known().get_extension() for known in FORMATS]
            if ending not in endings:
                self.add_error("import_file", gettext("Choose a .csv or .xlsx file."))
            else:
                cleaned["format"] = str(endings.index(ending))
        return cleaned


class SignedConfirmForm(ConfirmImportForm):
    """Refers to the uploaded file by a signed name, bound to the user and the model.

    It also holds a digest of what was stored when the preview was shown.
    """

    format = forms.TypedChoiceField(
        choices=[(str(number), "") for number in range(len(FORMATS))],
        widget=forms.HiddenInput(),
    )

    def __init__(self, *args, owner: list, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner = owner

    def clean_import_file_name(self):
        try:
            shown_at, name, self.shown, *owner = signing.loads(
                self.cleaned_data["import_file_name"], salt=SALT
            )
        except signing.BadSignature:
            owner, name, shown_at = [], "", 0
        if owner != self.owner or clock.time() - shown_at > WAIT:
            raise forms.ValidationError(gettext("Choose the file again."))
        return name


class ImportExportAdmin(ImportExportMixin):
    """Admin mixin for import and export. Importing requires add and change permission."""

    formats = FORMATS
    import_form_class = FileForm
    confirm_form_class = SignedConfirmForm
    export_form_class = ExportForm
    tmp_storage_class = Waiting
    import_export_change_list_template = None
    import_template_name = "repository/desk/import.html"
    export_template_name = "repository/desk/export.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_or_change_permission(request)

    def import_action(self, request: HttpRequest, **kwargs) -> HttpResponse:
        try:
            response = super().import_action(request, **kwargs)
        except ActionRefused as refused:
            return self.refuse(request, refused)
        if hasattr(response, "context_data"):
            nouns = self.opts.verbose_name_plural
            response.context_data["title"] = gettext("Import %(nouns)s") % {"nouns": nouns}
            if result := response.context_data.get("result"):
                response.context_data |= preview(result)
            if form := response.context_data.get("confirm_form"):
                name = form.initial["import_file_name"]
                waiting = [int(clock.time()), name, result.stored, *self.owner(request)]
                form.initial["import_file_name"] = signing.dumps(waiting, salt=SALT)
        return response

    def owner(self, request: HttpRequest) -> list:
        return [request.user.pk, self.opts.label]

    def get_confirm_form_kwargs(self, request, import_form=None):
        kwargs = super().get_confirm_form_kwargs(request, import_form)
        return kwargs | {"owner": self.owner(request)}

    def add_data_read_fail_error_to_form(self, form, e):
        if not isinstance(e, FileRefused):
            logger.warning("An import could not be read.", exc_info=e)
            e = gettext("The file can’t be read. Save it again as CSV or XLSX.")
        form.add_error("import_file", str(e))

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **kwargs) -> HttpResponse:
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = self.create_confirm_form(request)
        if not form.is_valid() or not Waiting(name=form.cleaned_data["import_file_name"]).read():
            self.message_user(
                request,
                gettext(
                    "This file has already been imported, or the preview has expired. Choose "
                    "the file again."
                ),
                messages.WARNING,
            )
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_import")
        try:
            return super().process_import(request, **kwargs)
        except (ActionRefused, FileRefused) as refused:
            # Something else is running, or the extension does not match the content.
            return self.refuse(request, refused)

    def refuse(self, request: HttpRequest, refused: Exception) -> HttpResponse:
        self.message_user(request, str(refused), messages.ERROR)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_import")

    def process_dataset(self, dataset, form, request, **kwargs):
        # Import all rows or none, and none if data have changed since the preview.
        kwargs |= {"rollback_on_validation_errors": True, "shown": form.shown}
        return super().process_dataset(dataset, form, request, **kwargs)

    def process_result(self, result, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():
            self.message_user(
                request,
                gettext(
                    "Nothing was imported because the data has changed since the preview. "
                    "Try again."
                ),
                messages.ERROR,
            )
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_import")
        return super().process_result(result, request)

    def add_success_message(self, result, request):
        self.message_user(
            request,
            gettext("Imported: %(new)d new, %(changed)d changed, %(same)d unchanged.")
            % {
                "new": result.totals["new"],
                "changed": result.totals["update"],
                "same": result.totals["skip"],
            },
            messages.SUCCESS,
        )

    def export_action(self, request: HttpRequest) -> HttpResponse:
        try:
            response = super().export_action(request)
        except IncorrectLookupParameters:
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        if hasattr(response, "context_data"):
            response.context_data |= {
                "title": gettext("Export %(nouns)s") % {"nouns": self.opts.verbose_name_plural},
                "total": self.get_export_queryset(request).count(),
                "most_rows": MAX_ROWS,
            }
        return response

    def get_export_data(self, file_format, request: HttpRequest, queryset, **kwargs) -> bytes:
        if queryset.count() > MAX_ROWS:
            raise FileRefused(
                gettext(
                    "You can export up to %(most)d rows. Use the search or filters to "
                    "shorten the list."
                )
                % {"most": MAX_ROWS}
            )
        data = self.get_data_for_export(
            request, queryset, force_native_type=file_format.is_binary(), **kwargs
        )
        exported = file_format.export_data(data)
        # With a byte order mark, by which spreadsheets recognise UTF-8.
        return exported if file_format.is_binary() else exported.encode("utf-8-sig")

    def get_export_filename(self, request, queryset, file_format) -> str:
        day = timezone.localdate().isoformat()
        noun = slugify(self.opts.verbose_name_plural) or self.opts.model_name
        return f"{noun}-{day}.{file_format.get_extension()}"


def preview(result: Result) -> dict[str, Any]:
    """Return the changes or errors of a file by row number in the sheet."""
    changed = [
        (number, row)
        for number, row in enumerate(result.rows, 2)
        if row.import_type in ("new", "update")
    ]
    wrong = []
    for invalid in result.invalid_rows:
        for column, texts in invalid.field_specific_errors.items():
            wrong += [(invalid.number + 1, column, text) for text in texts]
        wrong += [(invalid.number + 1, "", text) for text in invalid.non_field_specific_errors]
    for broken in result.error_rows:
        logger.warning("Row %d of an import failed: %r", broken.number, broken.errors[0].error)
        wrong.append(
            (
                broken.number + 1,
                "",
                gettext(
                    "This row can’t be saved. Check it for values that another row already uses."
                ),
            )
        )
    return {
        "shown": [
            {"number": number, "result": row, "changes": [compared(*cell) for cell in row.diff]}
            for number, row in changed[:SHOWN_ROWS]
        ],
        "more": len(changed[SHOWN_ROWS:]),
        "rows_with_errors": sorted(wrong)[:SHOWN_ROWS],
    }


def compared(column: str, old: str, new: str) -> Difference:
    """Compare one cell for the preview; longer texts word by word."""
    is_long = old and max(len(old), len(new)) > LONG
    return Difference(column, old, new, word_pieces(old, new) if is_long else None)
