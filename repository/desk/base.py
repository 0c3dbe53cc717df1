"""Base classes of the admin: history, links to public pages, change lists with few queries."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import partial, wraps

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import actions
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters, InlineModelAdmin
from django.contrib.admin.utils import flatten_fieldsets, quote, unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import (
    AdminTextareaWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db import IntegrityError, models, transaction
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from repository.desk.stale_forms import (
    BASE,
    ConcurrentChanges,
    StaleForm,
    base_of,
    without_deleted,
    written,
)
from repository.history.object_history import History, as_last_known
from repository.loading.locking import lock_for_desk
from repository.permissions import can_read_drafts
from repository.tags import folding
from repository.workflow import ActionRefused


def delete_locked(
    request: HttpRequest, delete: Callable[[], HttpResponse | None]
) -> HttpResponse | None:
    """Delete under the lock, for which imports and loads wait, and log it, or show why not."""
    try:
        with transaction.atomic():
            lock_for_desk()
            return delete()
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect(request.get_full_path())


@wraps(actions.delete_selected)
def delete_selected(modeladmin, request, queryset):
    def delete():
        return actions.delete_selected(modeladmin, request, queryset)

    is_confirmed = "post" in request.POST
    return delete_locked(request, delete) if is_confirmed else delete()


CHANGES_A_PAGE = 25
# Contexts in which an object is changed at the desk, added by higher apps: functions of the
# request, the model and the key.
around_changes: list[Callable[[HttpRequest, type[models.Model], str], AbstractContextManager]] = []
# The name of the checkboxes in a change list.
TICKED = ACTION_CHECKBOX_NAME
# Fields that allow longer lines get a textarea.
LINE = 120


class KnownKeys:
    """Autocomplete mixin that ignores submitted values that cannot be keys.

    Django's widget passes them to the database, which fails with 500.
    """

    def optgroups(self, name, value, attrs=None):
        pk = self.field.remote_field.model._meta.pk
        return super().optgroups(name, [key for key in value if is_key(pk, key)], attrs)


def is_key(pk: models.Field, key: str) -> bool:
    try:
        pk.run_validators(pk.to_python(key))
    except (ValidationError, OverflowError):
        return False
    return "\0" not in str(key)


class OfferedFilters(ChangeList):
    """A change list that accepts only its own filters, date hierarchy and keys.

    Django's lookups would let staff guess, letter by letter, columns that no page shows. NUL
    characters and years out of range also fail with 500 there.
    """

    def get_filters(self, request):
        if any("\0" in value for values in self.filter_params.values() for value in values):
            raise IncorrectLookupParameters
        try:
            found = super().get_filters(request)
        except (OverflowError, ValueError) as mistake:
            raise IncorrectLookupParameters from mistake
        _filters, _has_filters, left, *_rest = found
        narrows = {self.date_hierarchy, self.lookup_opts.pk.name, "pk"}
        if any(name.split("__")[0] not in narrows for name in left):
            raise IncorrectLookupParameters
        return found


class KnownSelection(admin.ModelAdmin):
    """Change list mixin that accepts only offered filters and valid selected keys.

    Selected values that cannot be keys are ignored: Django fails with 500.
    """

    def get_changelist(self, request, **kwargs):
        return OfferedFilters

    def response_action(self, request, queryset, **kwargs):
        sent = request.POST.copy()
        ticked = [key for key in sent.getlist(TICKED) if is_key(self.opts.pk, key)]
        sent.setlist(TICKED, ticked)
        request.POST = sent
        return super().response_action(request, queryset, **kwargs)


class OneChosen(KnownKeys, AutocompleteSelect):
    """An autocomplete that always begins with an empty option, which has a label.

    HTML demands both. Django's has no label, and required fields have no such option.
    """

    def optgroups(self, name, value, attrs=None):
        [(group, options, index)] = super().optgroups(name, value, attrs)
        chosen = [option for option in options if option["value"] != ""]
        return [(group, [self.empty_option(name), *chosen], index)]

    def empty_option(self, name):
        return self.create_option(name, "", BLANK_CHOICE_DASH[0][1], False, 0)


class ManyChosen(KnownKeys, AutocompleteSelectMultiple):
    pass


class KnownAutocompleteSelect(OneChosen):
    """An autocomplete that shows the selected object without another query."""

    known: models.Model | None = None

    def optgroups(self, name, value, attrs=None):
        if self.known is None or value != [str(self.known.pk)]:
            return super().optgroups(name, value, attrs)
        label = self.choices.field.label_from_instance(self.known)
        chosen = self.create_option(name, self.known.pk, label, True, 1)
        return [(None, [self.empty_option(name), chosen], 0)]


class KnownChoicesForm(ModelForm):
    """An inline form whose related objects were fetched together with all rows."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, KnownAutocompleteSelect) and self.instance.pk:
                widget.known = getattr(self.instance, name)


class KnownChoicesInline(InlineModelAdmin):
    """Inline mixin for `autocomplete_fields`, with a fixed number of queries for all rows."""

    form = KnownChoicesForm
    extra = 0

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related(*self.autocomplete_fields)
        return rows.fetch_mode(models.FETCH_PEERS)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = KnownAutocompleteSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PlainTextField(forms.CharField):
    """Text with normalized line breaks.

    Browsers send other line breaks than files and commands, and the history would show every line
    as changed.
    """

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class LineField(forms.CharField):
    """One line of text in a textarea, to show it in full."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "line"})

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


class ConstantDefaults(admin.ModelAdmin):
    """Admin mixin without hidden fields that repeat an empty list or object as the default."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.default in (list, dict):
            field.show_hidden_initial = False
        return field


class HistoryMixin(admin.ModelAdmin):
    """Admin mixin that shows the history of tracked models from pghistory events."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context=None
    ) -> HttpResponse:
        """Show who changed what, also for deleted objects."""
        key = unquote(object_id).replace("\0", "")  # no key contains NUL
        obj = self.get_object(request, key)
        if obj is None:
            obj = self.ghost(key)
            # There are also events of rows that exist but are hidden from this user.
            if obj is None or not self.has_view_or_change_permission(request, obj):
                return super().history_view(request, quote(key))
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        history = History(obj, reads_drafts=can_read_drafts(request.user))
        page: Page = Paginator(history, CHANGES_A_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History of “%(name)s”") % {"name": obj},
            "object": obj,
            "is_there": obj._state.db is not None,
            "opts": self.opts,
            "module_name": str(self.opts.verbose_name_plural),
            "page": page,
            "page_range": page.paginator.get_elided_page_range(page.number),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/object_changes.html", context)

    def ghost(self, key: str) -> models.Model | None:
        """Return a deleted object as recorded by its last event."""
        try:
            pk = self.opts.pk.to_python(key)
        except ValidationError:
            return None
        return as_last_known(self.model, pk)


class CollectionAdmin(HistoryMixin, KnownSelection, ConstantDefaults, admin.ModelAdmin):
    """Base class for models of the collection."""

    list_per_page = 50
    # Showing the total beside the number of results would need a second count.
    show_full_result_count = False
    formfield_overrides = {
        models.TextField: {"form_class": PlainTextField, "widget": AdminTextareaWidget}
    }

    def get_ordering(self, request):
        # Explicit, because annotated counts drop the ordering of the model.
        return self.ordering or self.opts.ordering

    def get_object(self, request, object_id, from_field=None):
        # Keys of countries are strings, and PostgreSQL refuses NUL.
        if "\0" in object_id:
            return None
        return super().get_object(request, object_id, from_field)

    def view_on_site(self, obj: models.Model) -> str:
        return obj.get_absolute_url()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        is_line = type(db_field) is models.CharField and not db_field.choices
        if is_line and db_field.max_length > LINE:
            kwargs |= {"form_class": LineField, "widget": LineField.widget}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", OneChosen(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ManyChosen(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        conflict = getattr(request, "conflict", None)
        if conflict and (conflict.fields or conflict.rows):
            form = type(form)(form.__name__, (StaleForm, form), {"conflict": conflict})
        for name in ("slug", "key"):
            if name in form.base_fields and change:
                form.base_fields[name].help_text = _(
                    "Part of the page’s address. Changing it breaks existing links."
                )
        return form

    def changeform_view(self, request: HttpRequest, object_id=None, *args, **kwargs):
        is_change = request.method == "POST" and object_id is not None
        try:
            with transaction.atomic() if is_change else nullcontext():
                if is_change:
                    self.compare(request, unquote(object_id))
                with ExitStack() as contexts:
                    for around in around_changes if is_change else []:
                        contexts.enter_context(around(request, self.model, unquote(object_id)))
                    return super().changeform_view(request, object_id, *args, **kwargs)
        except folding.TooMany as mistake:
            # A concurrent request added tags to the same object. Nothing was saved.
            self.message_user(request, " ".join(mistake.messages), messages.ERROR)
            return redirect(request.get_full_path())
        except IntegrityError:
            # A concurrent request saved a row with the same slug, key or name after this form was
            # validated. Validating again shows the error and keeps the input.
            return super().changeform_view(request, object_id, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args, **kwargs):
        delete = partial(super().delete_view, request, *args, **kwargs)
        return delete_locked(request, delete) if request.method == "POST" else delete()

    def compare(self, request: HttpRequest, key: str) -> None:
        """Lock an object and find what was changed in it after the submitted form was opened."""
        if not self.has_change_permission(request) or not is_key(self.opts.pk, key):
            return
        # Lock the row against concurrent changes of its fields and status. Not its key, so that
        # rows with foreign keys to it can be written.
        self.model._base_manager.select_for_update(no_key=True).filter(pk=key).first()
        obj = self.get_object(request, key)
        if obj is None or not self.has_change_permission(request, obj):
            return
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        form = self.get_form(request, obj, change=True, fields=fields)(instance=obj)
        formsets = [
            formset(
                instance=obj,
                prefix=formset.get_default_prefix(),
                queryset=inline.get_queryset(request).select_for_update(of=["self"], no_key=True),
            )
            for formset, inline in self.get_formsets_with_inlines(request, obj)
        ]
        request.conflict = ConcurrentChanges(form, formsets, request.POST.get(BASE, ""))
        for formset in formsets:
            request.conflict.rows += without_deleted(request, formset)

    def render_change_form(self, request, context, obj=None, **kwargs):
        if obj is not None and self.has_change_permission(request, obj):
            if conflict := getattr(request, "conflict", None):
                base = conflict.base
            else:
                formsets = [inline.formset for inline in context["inline_admin_formsets"]]
                base = base_of(context["adminform"].form, formsets)
            context |= {"base_name": BASE, "base": written(base)}
        return super().render_change_form(request, context, obj=obj, **kwargs)
