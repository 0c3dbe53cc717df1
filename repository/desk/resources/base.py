"""Base class of import and export resources. Rows are identified by slug, and errors are reported
by row and column before anything is written."""

import json
from collections import Counter
from hashlib import blake2b

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import fields, instance_loaders, resources

from repository.desk.resources.formats import FileRefused
from repository.desk.resources.widgets import ManyWidget, TagsWidget, TextWidget, one_line_break
from repository.loading.locking import lock_for_desk
from repository.translations.kinds import kinds
from repository.translations.writing import lock_originals

LINKS = (ManyWidget, TagsWidget)


class Changes(resources.Diff):
    """The changed columns of a row: (column, old, new)."""

    def __init__(self, resource, instance, new):
        # Read earlier from the object with prefetched links, which the copy has lost.
        self.left, self.right, self.new = resource.before, [], new
        self.headers = resource.get_diff_headers()

    def as_html(self):
        return [
            (header, "" if self.new else str(old), str(new))
            for header, old, new in zip(self.headers, self.left, self.right, strict=True)
            if str(old) != str(new) or (self.new and new)
        ]


class LinksField(fields.Field):
    """A many-to-many column, saved in the order of the cell: the first theme is the main one."""

    def save(self, instance, row, is_m2m=False, **kwargs):
        wanted = self.clean(row, **kwargs)
        manager = getattr(instance, self.attribute)
        if self.widget.is_same(wanted, manager):
            return
        if isinstance(self.widget, TagsWidget):
            manager.set(wanted)
        else:
            present = set(manager.all())
            manager.remove(*present.difference(wanted))
            for found in wanted:
                if found not in present:
                    manager.add(found)
        # The prefetched links of this row are stale.
        getattr(instance, "_prefetched_objects_cache", {}).pop(self.attribute, None)


class HeldRows(instance_loaders.CachedInstanceLoader):
    """Loads the rows that a file refers to, under row locks.

    Triggers lock the originals of translations as rows are written, in the order of the file. Lock
    them before, in one order: a load of translations would deadlock with the import.
    """

    def __init__(self, resource, dataset=None):
        super().__init__(resource, dataset)
        if kind := kinds.of_model(resource._meta.model):
            lock_originals(kind, [row.pk for row in self.all_instances.values()])

    def get_queryset(self):
        rows = super().get_queryset().order_by("pk")
        return rows.select_for_update(of=["self"], no_key=True)


class CollectionResource(resources.ModelResource):
    """The sheet of a model. An empty cell clears its field, a missing column does not."""

    class Meta:
        abstract = True
        import_id_fields = ["slug"]
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True
        instance_loader_class = HeldRows

    @classmethod
    def get_diff_class(cls):
        return Changes

    def link_names(self) -> list[str]:
        return [
            field.attribute for field in self.fields.values() if isinstance(field.widget, LINKS)
        ]

    def get_queryset(self):
        return self.related(super().get_queryset())

    def filter_export(self, queryset, **kwargs):
        return self.related(queryset.defer(None))

    def related(self, queryset):
        single = [
            field.name
            for field in self._meta.model._meta.fields
            if field.is_relation and field.name in self.fields
        ]
        return queryset.select_related(*single).prefetch_related(*self.link_names())

    def before_import(self, dataset, **kwargs):
        known = {field.column_name for field in self.fields.values()}
        headers = dataset.headers
        if unknown := [header for header in headers if header not in known]:
            raise FileRefused(
                _("Unknown column: “%(names)s”. Columns you can use: %(known)s.")
                % {
                    "names": "”, “".join(name[:60] for name in unknown),
                    "known": ", ".join(self.get_export_headers()),
                }
            )
        if twice := [header for header, times in Counter(headers).items() if times > 1]:
            raise FileRefused(_("The column “%(name)s” appears twice.") % {"name": twice[0]})
        if "slug" not in headers:
            raise FileRefused(_("The file needs a “slug” column, which identifies each row."))
        times = Counter(str(slug) for slug in dataset["slug"] if slug not in (None, ""))
        if again := [slug for slug, count in times.items() if count > 1]:
            raise FileRefused(
                _("The slug “%(slug)s” appears in more than one row.") % {"slug": again[0][:120]}
            )

    def _check_import_id_fields(self, headers):
        """Skip this check: `before_import` reports it with a clearer message."""

    def import_data_inner(self, dataset, *args, shown=None, **kwargs):
        """Import a file. `shown` is the digest `stored` of its preview, which must not differ.

        Raise ActionRefused if another import, a load or a deletion is running.
        """
        lock_for_desk()
        self.stored = blake2b(digest_size=12)
        # An invalid file gets one error, without further ones for each row.
        try:
            self.before_import(dataset, **kwargs)
        except FileRefused as refused:
            result = self.get_result_class()()
            result.append_base_error(self.get_error_result_class()(refused))
            return result
        result = super().import_data_inner(dataset, *args, **kwargs)
        result.stored = self.stored.hexdigest()
        if shown not in (None, result.stored):
            changed = FileRefused(
                _("Nothing was imported because the data has changed since the preview. Try again.")
            )
            result.append_base_error(self.get_error_result_class()(changed))
        return result

    def after_init_instance(self, instance, new, row, **kwargs):
        self.before = [field.export(instance) for field in self.get_import_fields()]
        # The stored values of the columns in the file, before importing.
        cells = zip(self.get_diff_headers(), self.before, strict=True)
        stored = None if new else [str(cell) for column, cell in cells if column in row]
        self.stored.update(json.dumps(stored).encode())

    def import_instance(self, instance, row, **kwargs):
        errors: dict[str, list[ValidationError]] = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for field in self.get_import_fields():
            if field.column_name not in row or not isinstance(field.widget, LINKS):
                continue
            try:
                field.clean(row)
            except ValueError as error:
                errors[field.attribute] = [ValidationError(str(error))]
        if errors:
            raise ValidationError(errors)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        if import_validation_errors or original.pk is None:
            return False
        for field in self.get_import_fields():
            if field.readonly or field.column_name not in row:
                continue
            if isinstance(field.widget, LINKS):
                # The links are not saved yet: those of the instance are the old ones.
                if not field.widget.is_same(field.clean(row), field.get_value(instance)):
                    return False
            elif plain(field.get_value(instance)) != plain(field.get_value(original)):
                return False
        return True


def plain(value):
    """Normalize line breaks for comparison."""
    return one_line_break(value) if isinstance(value, str) else value


def text(name: str) -> fields.Field:
    return fields.Field(attribute=name, column_name=name, widget=TextWidget())
