from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from repository.dates import clock
from repository.desk.base import CollectionAdmin
from repository.desk.drafts import NamesCases
from repository.desk.samples import sample_mark
from repository.desk.steps import NothingToSayForm, StepsAdmin, Verb
from repository.models import Webinar, WebinarStatus
from repository.pages.form_steps import FormStep
from repository.people.admin import AppearanceInWebinarInline
from repository.recordings.admin import (
    AgendaInline,
    ChapterInline,
    RecordingInline,
    TranscriptInline,
)
from repository.text.lists import list_of
from repository.text.parsing import whole_number
from repository.webinars import actions, planning
from repository.webinars.forms import (
    AnnounceForm,
    LanguagePicker,
    WebinarForm,
    WhyForm,
    ZoneSelect,
)
from repository.webinars.models import MAX_LENGTH, OPEN, SHORTEST

VERBS = {
    "announce": Verb(
        actions.announce,
        AnnounceForm,
        _("Announce"),
        _("Announce these webinars? Everyone will be able to see them and register."),
        ngettext_lazy(
            "%(count)d webinar was announced.", "%(count)d webinars were announced.", "count"
        ),
    ),
    "go_live": Verb(
        actions.go_live,
        NothingToSayForm,
        _("Mark as live"),
        _("Mark these webinars as live? Readers will see them as live now."),
        ngettext_lazy("%(count)d webinar is live.", "%(count)d webinars are live.", "count"),
    ),
    "hold": Verb(
        actions.hold,
        NothingToSayForm,
        _("Mark as held"),
        _("Mark these webinars as held?"),
        ngettext_lazy(
            "%(count)d webinar was marked as held.",
            "%(count)d webinars were marked as held.",
            "count",
        ),
    ),
    "cancel": Verb(
        actions.cancel,
        WhyForm,
        _("Cancel"),
        _("Cancel these webinars? We’ll notify registered participants of the reason."),
        ngettext_lazy(
            "%(count)d webinar was cancelled.", "%(count)d webinars were cancelled.", "count"
        ),
    ),
}


def copied(webinar: Webinar) -> dict[str, Any]:
    """Return what a new webinar of the series takes over: not the day, the speakers or the link."""
    names = ("series", "title", "summary", "time_zone", "minutes", "languages", "interpretation")
    last = Webinar.objects.filter(series=webinar.series_id).aggregate(last=Max("number"))["last"]
    start = webinar.local_start
    return {
        **{name: getattr(webinar, name) for name in (*names, "capacity")},
        "number": last + 1,
        "slug": f"{webinar.slug[:100]}-{last + 1}",
        "local_time": start and start.time(),
        **{
            name: list(getattr(webinar, name).all())
            for name in ("cities", "countries", "practices")
        },
    }


class WhenFilter(admin.SimpleListFilter):
    title = _("time")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("coming", _("Upcoming")), ("past", _("Started or over")), ("open", _("Not known"))]

    def queryset(self, request, queryset):
        now = clock.now()
        conditions = {
            "coming": {"starts_at__gt": now},
            "past": {"starts_at__lte": now},
            "open": {"starts_at": None},
        }
        return queryset.filter(**conditions.get(self.value(), {}))


class PlanningAdmin(StepsAdmin):
    """Webinars are planned in steps, or with all fields on one page (`?step=all`).

    Each page has the fields of its step alone, and saves these.
    """

    change_form_template = "admin/repository/webinar_change_form.html"

    def step_of(self, request: HttpRequest, obj: Webinar | None) -> FormStep | None:
        """The step that the page shows; None for all on one page."""
        if not hasattr(request, "planning_step"):
            request.planning_step = self.chosen_step(request, obj)
        return request.planning_step

    def chosen_step(self, request: HttpRequest, obj: Webinar | None) -> FormStep | None:
        may_write = (
            self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        )
        asked = request.GET.get("step", "")
        if not may_write or IS_POPUP_VAR in request.GET or asked == planning.ALL:
            return None
        if asked in planning.BY_NUMBER:
            # Other steps need a webinar that is saved.
            return planning.BY_NUMBER[asked] if obj else planning.STEPS[0]
        # A form names its step.
        return None if request.method == "POST" else planning.opening_step(obj)

    def get_fieldsets(self, request, obj=None):
        step = self.step_of(request, obj)
        fieldsets = super().get_fieldsets(request, obj)
        if step is None:
            return fieldsets
        parts = [
            (title, options | {"fields": fields_in(step, options["fields"])})
            for title, options in fieldsets
        ]
        return [(title, options) for title, options in parts if options["fields"]]

    def get_inlines(self, request, obj):
        step = self.step_of(request, obj)
        if step is None:
            return super().get_inlines(request, obj)
        # Until a webinar has taken place, its chapters are its agenda.
        is_there = "appearances" in step.fields
        return [AppearanceInWebinarInline, AgendaInline] if is_there else []

    def get_prepopulated_fields(self, request, obj=None):
        step = self.step_of(request, obj)
        is_there = step is None or "slug" in step.fields
        return super().get_prepopulated_fields(request, obj) if is_there else {}

    def render_change_form(self, request, context, obj=None, form_url="", **kwargs):
        step = self.step_of(request, obj)
        if step is not None:
            form_url = f"?step={step.number}"
            if original := request.GET.get("duplicate", ""):
                form_url = f"?{urlencode({'step': step.number, 'duplicate': original})}"
            context |= {
                "planning": step,
                "next_step": planning.step_after(step),
                "facts": planning.facts(obj) if step == planning.CHECK else [],
            }
            if step == planning.CHECK and obj.is_draft:
                context["announce_url"] = self.step_url("announce")
                context["announce_form"] = self.step_form("announce", [obj], None)
        if self.has_change_permission(request, obj):
            context["progress"] = planning.progress(step, obj)
        return super().render_change_form(request, context, obj=obj, form_url=form_url, **kwargs)

    def response_add(self, request, obj, post_url_continue=None):
        return self.to_step(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self.to_step(request, obj) or super().response_change(request, obj)

    def to_step(self, request: HttpRequest, obj: Webinar) -> HttpResponse | None:
        """Lead on to the step whose button was pressed."""
        asked = request.POST.get("to", "")
        if asked not in planning.BY_NUMBER and asked != planning.ALL:
            return None
        self.message_user(request, gettext("Webinar saved."))
        page = reverse("admin:repository_webinar_change", args=[obj.pk])
        return redirect(f"{page}?step={asked}")


def fields_in(step: FormStep, fields: list[Any]) -> list[Any]:
    """Those fields of a fieldset that belong to the step; some are grouped in rows."""
    rows = [row if isinstance(row, tuple) else (row,) for row in fields]
    kept = [tuple(name for name in row if name in step.fields) for row in rows]
    return [row if len(row) > 1 else row[0] for row in kept if row]


@admin.register(Webinar)
class WebinarAdmin(PlanningAdmin, NamesCases, CollectionAdmin):
    word, verbs, steps = "webinar", VERBS, actions.STEPS
    acts = {name: verb.act for name, verb in VERBS.items()}
    form = WebinarForm
    list_display = [
        "title",
        sample_mark,
        "number",
        "series",
        "status",
        "day",
        "speakers",
        "has_recording",
    ]
    list_filter = [
        "status",
        WhenFilter,
        "series",
        ("recording", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["series"]
    search_fields = ["title", "slug", "summary", "=number"]
    search_help_text = _("Search by title, summary or number.")
    ordering = ["series", "number"]
    shown_instead = {"cases": "published_cases"}
    autocomplete_fields = ["series", "countries", "cities", "practices", "cases"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["status", "still_missing", "cancelled_because"]
    fieldsets = [
        (_("Subject"), {"fields": [("series", "number"), "title", "slug", "summary"]}),
        (
            _("Date and format"),
            {
                "fields": [
                    ("date", "local_time", "time_zone", "minutes"),
                    "languages",
                    "interpretation",
                ],
                "description": _(
                    "For a past webinar, a date is enough. You can also leave everything empty."
                ),
            },
        ),
        (_("Registration"), {"fields": ["capacity", "meeting_link"]}),
        (
            _("Content"),
            {"fields": ["cities", "countries", "practices", "cases", "tags", "questions"]},
        ),
        (
            _("Recording and slides"),
            {"fields": ["recording", "slides", ("views", "downloads")]},
        ),
        (_("Status"), {"fields": ["status", "still_missing", "cancelled_because"]}),
    ]
    inlines = [AppearanceInWebinarInline, RecordingInline, ChapterInline, TranscriptInline]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_speakers=Count("appearances"))

    def get_inlines(self, request, obj):
        # What follows a webinar comes later: first its subject, date, content and speakers.
        if self.step_of(request, obj) is not None:
            return super().get_inlines(request, obj)
        return self.inlines if obj else [AppearanceInWebinarInline, ChapterInline]

    def get_changeform_initial_data(self, request):
        """Start with the facts of another webinar: "?duplicate=7"."""
        initial = super().get_changeform_initial_data(request)
        for name in ("duplicate", "step"):
            initial.pop(name, None)
        original = self.duplicated(request)
        return initial | copied(original) if original else initial

    def duplicated(self, request: HttpRequest) -> Webinar | None:
        """The webinar whose facts a new one takes over."""
        key = whole_number(request.GET.get("duplicate", ""))
        return self.get_queryset(request).filter(pk=key).first() if key else None

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        original = None if change else self.duplicated(request)
        if original is not None and self.step_of(request, None) is not None:
            # The first step alone was shown; the others begin with the facts of the original.
            facts = copied(original)
            form.instance.capacity = facts["capacity"]
            form.instance.save(update_fields=["capacity"])
            for name in ("cities", "countries", "practices"):
                getattr(form.instance, name).set(facts[name])

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            names = ("series", "date", "capacity", "cities")
            fieldsets = [
                part for part in fieldsets if any(name in str(part[1]["fields"]) for name in names)
            ]
        if self.has_change_permission(request, obj) or self.has_add_permission(request):
            return fieldsets
        # Read-only access to the page does not include registrations.
        return [
            (
                title,
                options
                | {"fields": [name for name in options["fields"] if name != "meeting_link"]},
            )
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request, obj=None):
        # Shared links would break.
        is_known = obj is not None and self.is_public(obj) and obj.status != WebinarStatus.HELD
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "slug"] if is_known else fields

    def get_prepopulated_fields(self, request, obj=None):
        is_fixed = "slug" in self.get_readonly_fields(request, obj)
        return {} if is_fixed else super().get_prepopulated_fields(request, obj)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "date":
            kwargs["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        if db_field.name == "minutes":
            kwargs |= {"min_value": SHORTEST, "max_value": MAX_LENGTH}
        if db_field.name == "time_zone":
            kwargs["widget"] = ZoneSelect
        if db_field.name in ("languages", "interpretation"):
            kwargs["widget"] = LanguagePicker
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def step_form(self, verb, rows, data):
        if verb != "announce":
            return super().step_form(verb, rows, data)
        lacking = [row.title for row in rows if not row.number_of_speakers]
        return AnnounceForm(data, lacking=lacking)

    def take_step(self, request, verb, rows, answers):
        # Only the page asks for it.
        answers.pop("without_speakers", None)
        super().take_step(request, verb, rows, answers)

    def has_step_permission(self, request) -> bool:
        return self.has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        """An announced webinar is cancelled with a reason, not deleted."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.status not in OPEN)

    def is_public(self, webinar: Webinar) -> bool:
        return not webinar.is_draft

    def save_model(self, request, obj, form, change):
        if change:
            actions.replan(webinar=obj, by=request.user)
        else:
            super().save_model(request, obj, form, change)

    @admin.display(description=_("to add before it is announced"))
    def still_missing(self, webinar):
        return list_of(planning.lacking(webinar).values()) if webinar.is_draft else ""

    @admin.display(description=_("time"))
    def local_time(self, webinar):
        return webinar.local_start and time_format(webinar.local_start.time())

    @admin.display(description=_("date"), ordering="date")
    def day(self, webinar):
        start = webinar.local_start
        return date_format(start, "SHORT_DATETIME_FORMAT") if start else webinar.date

    @admin.display(description=_("speakers"), ordering="number_of_speakers")
    def speakers(self, webinar):
        return webinar.number_of_speakers

    @admin.display(description=_("consent to recording"), boolean=True)
    def has_recording(self, webinar):
        return bool(webinar.recording)
