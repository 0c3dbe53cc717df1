from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from repository.dates import clock
from repository.dates import time_zones as dates_time_zones
from repository.desk.base import CollectionAdmin
from repository.desk.drafts import NamesCases
from repository.desk.steps import NothingToSayForm, StepsAdmin, Verb
from repository.models import Webinar, WebinarStatus
from repository.people.appearance_admin import AppearanceInWebinarInline
from repository.places.models import check_language, languages
from repository.recordings.admin import ChapterInline, RecordingInline, TranscriptInline
from repository.text.parsing import whole_number
from repository.webinars import actions
from repository.webinars.models import MAX_LENGTH, OPEN, SHORTEST


class WhyForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("Readers and registered participants will see this."),
    )


class AnnounceForm(forms.Form):
    """Asks for speakers: `lacking` are the titles of webinars that have none."""

    def __init__(self, *args, lacking: list[str] = (), **kwargs):
        super().__init__(*args, **kwargs)
        if lacking:
            self.fields["without_speakers"] = forms.BooleanField(
                label=_("Announce without speakers"),
                help_text=gettext(
                    "No speakers yet: %(titles)s. Go back to add them, or announce now and add "
                    "them later."
                )
                % {"titles": ", ".join(lacking)},
            )


VERBS = {
    "announce": Verb(
        actions.announce,
        AnnounceForm,
        _("Announce"),
        _("Everyone will be able to see these webinars and register. Announce them?"),
        partial(ngettext, "%(count)d webinar was announced.", "%(count)d webinars were announced."),
    ),
    "go_live": Verb(
        actions.go_live,
        NothingToSayForm,
        _("Mark as live"),
        _("These webinars will be shown as live. Continue?"),
        partial(ngettext, "%(count)d webinar is live.", "%(count)d webinars are live."),
    ),
    "hold": Verb(
        actions.hold,
        NothingToSayForm,
        _("Mark as held"),
        _("Mark these webinars as held?"),
        partial(
            ngettext,
            "%(count)d webinar was marked as held.",
            "%(count)d webinars were marked as held.",
        ),
    ),
    "cancel": Verb(
        actions.cancel,
        WhyForm,
        _("Cancel"),
        _(
            "These webinars will be cancelled. Registered participants will be notified "
            "of the reason."
        ),
        partial(ngettext, "%(count)d webinar was cancelled.", "%(count)d webinars were cancelled."),
    ),
}


# The languages offered by a click; others are entered by their code.
OFFERED = ("ar", "en", "es", "fr", "hi", "pt", "ru", "sw", "zh")


class LanguagePicker(forms.CheckboxSelectMultiple):
    """Checkboxes for common languages and those chosen before, and a field for others."""

    def format_value(self, value) -> list[str]:
        given = [value] if isinstance(value, str) else value or []
        return [code.strip() for each in given for code in str(each).split(",") if code.strip()]

    def optgroups(self, name, value, attrs=None):
        known = languages(get_language() or "en")
        self.choices = [(code, known.get(code, code)) for code in dict.fromkeys([*OFFERED, *value])]
        return super().optgroups(name, value, attrs)

    def value_from_datadict(self, data, files, name) -> list[str]:
        get = data.getlist if hasattr(data, "getlist") else lambda key: [data.get(key) or ""]
        return self.format_value([*get(name), *get(f"{name}-others")])

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        return format_html(
            '{}<label for="id_{}-others">{}</label> '
            '<input type="text" id="id_{}-others" name="{}-others" class="vTextField">',
            super().render(name, value, attrs, renderer),
            name,
            gettext("Other languages, by code and separated by commas (like bn, ha):"),
            name,
            name,
        )


class ZoneSelect(forms.Select):
    """The current time zones, and that of the webinar, which may have an older name."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        # Django adds it for a text field; a select has no such attribute.
        attrs = super().build_attrs(base_attrs, extra_attrs)
        return {name: value for name, value in attrs.items() if name != "maxlength"}

    def optgroups(self, name, value, attrs=None):
        zones = dict.fromkeys(
            [*dates_time_zones.listed(), *filter(dates_time_zones.names().__contains__, value)]
        )
        self.choices = [("", "---------"), *((zone, zone) for zone in zones)]
        return super().optgroups(name, value, attrs)


class WebinarForm(forms.ModelForm):
    """A webinar with its start in its own time zone."""

    local_time = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Local time in the time zone."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if start := self.instance.local_start:
            self.initial |= {"date": start.date(), "local_time": start.time()}

    def clean_time_zone(self) -> str:
        # Check here: the start is computed with it before the model validates it.
        if zone := self.cleaned_data["time_zone"]:
            dates_time_zones.check(zone)
        return zone

    def clean_languages(self) -> list[str]:
        return known_languages(self.cleaned_data["languages"])

    def clean_interpretation(self) -> list[str]:
        return known_languages(self.cleaned_data["interpretation"])

    def clean(self):
        given = super().clean()
        names = ("date", "local_time", "time_zone")
        if any(name in self.errors for name in names):
            return given
        day, time, zone = (given.get(name) for name in names)
        before, start = self.instance.starts_at, None
        was_over = actions.is_over(self.instance)
        if time is not None and not day:
            self.add_error("date", gettext("Enter the date."))
        elif time is not None and not zone:
            self.add_error("time_zone", gettext("Enter the time zone."))
        elif time is not None:
            try:
                start = dates_time_zones.moment(day, time, zone)
            except ValidationError as mistake:
                self.add_error("date" if mistake.code == "year" else "local_time", mistake)
        self.instance.starts_at = start
        is_moved = start is not None and start != before
        if is_moved and self.instance.status in OPEN and start <= clock.now():
            self.add_error("date", gettext("You can’t move an announced webinar to a past date."))
        planned = Webinar(starts_at=start, minutes=given.get("minutes"))
        if self.instance.is_held and was_over and not actions.is_over(planned):
            self.add_error("date", gettext("You can’t move a past webinar to a future date."))
        return given

    def _get_validation_exclusions(self) -> set[str]:
        # These are not form fields, but the constraints need their values.
        return super()._get_validation_exclusions() - {"status", "starts_at", "cancelled_because"}


def known_languages(codes: list[str]) -> list[str]:
    """Return the codes without duplicates; raise ValidationError for one unknown to CLDR."""
    codes = list(dict.fromkeys(code.strip() for code in codes))
    for code in codes:
        check_language(code)
    return codes


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


@admin.register(Webinar)
class WebinarAdmin(NamesCases, StepsAdmin, CollectionAdmin):
    word, verbs, steps = "webinar", VERBS, actions.STEPS
    acts = {name: verb.act for name, verb in VERBS.items()}
    form = WebinarForm
    list_display = ["title", "number", "series", "status", "day", "speakers", "has_recording"]
    list_filter = [
        "status",
        WhenFilter,
        "series",
        ("recording", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["series"]
    search_fields = ["title", "slug", "summary", "=number"]
    search_help_text = _("Part of the title or summary, or the number.")
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
                    "meeting_link",
                    "capacity",
                ],
                "description": _("For past webinars, the date alone or nothing is enough."),
            },
        ),
        (
            _("Content"),
            {"fields": ["cities", "countries", "practices", "cases", "tags"]},
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
        return self.inlines if obj else [AppearanceInWebinarInline, ChapterInline]

    def get_changeform_initial_data(self, request):
        """Start with the facts of another webinar: "?duplicate=7"."""
        initial = super().get_changeform_initial_data(request)
        key = whole_number(initial.pop("duplicate", ""))
        original = self.get_queryset(request).filter(pk=key).first() if key else None
        return initial | copied(original) if original else initial

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            names = ("series", "date", "cities")
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
        return {} if "slug" in self.get_readonly_fields(request, obj) else self.prepopulated_fields

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
        facts = {
            gettext("date and time"): webinar.starts_at,
            gettext("length"): webinar.minutes,
            gettext("speakers"): webinar.number_of_speakers,
            gettext("languages"): webinar.languages,
            gettext("link to the meeting"): webinar.meeting_link,
        }
        missing = [name for name, value in facts.items() if not value]
        return ", ".join(missing) if webinar.is_draft else ""

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
