from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from repository import permissions
from repository.cases import actions as cases_actions
from repository.cases.models import SECTIONS
from repository.cases.preview_cache import draw_later
from repository.cases.resources import CaseStudyResource
from repository.dates.days import check_day
from repository.desk.base import CollectionAdmin, OfferedFilters
from repository.desk.drafts import HidesDrafts
from repository.desk.import_export import ImportExportAdmin
from repository.desk.languages import LanguageFilter
from repository.desk.samples import sample_mark
from repository.desk.steps import LIMIT, NothingToSayForm, StepsAdmin, Verb
from repository.evidence.admin import EvidenceInline
from repository.models import CaseStatus, CaseStudy


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("Shown to readers who follow an old link."),
    )


class DayForm(forms.Form):
    on = forms.DateField(
        label=_("Date of the check"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        validators=[check_day],
    )


VERBS = {
    "publish": Verb(
        cases_actions.publish,
        NothingToSayForm,
        _("Publish"),
        _("Publish these cases? Everyone will be able to read them."),
        ngettext_lazy("%(count)d case was published.", "%(count)d cases were published.", "count"),
    ),
    "archive": Verb(
        cases_actions.archive,
        ReasonForm,
        _("Archive"),
        _("Archive these cases? Readers will see the reason instead."),
        ngettext_lazy("%(count)d case was archived.", "%(count)d cases were archived.", "count"),
    ),
    "restore": Verb(
        cases_actions.restore,
        NothingToSayForm,
        _("Restore"),
        _("Restore these cases? They will be public again, with their original publication dates."),
        ngettext_lazy("%(count)d case was restored.", "%(count)d cases were restored.", "count"),
    ),
    "mark_verified": Verb(
        cases_actions.mark_verified,
        DayForm,
        _("Mark as verified"),
        _("The page will show when someone last checked the facts."),
        ngettext_lazy(
            "%(count)d case was marked as verified.",
            "%(count)d cases were marked as verified.",
            "count",
        ),
    ),
}


def choose(verb: str):
    """Return an admin action that redirects to the confirmation page of the verb."""

    @admin.action(permissions=["publish"], description=VERBS[verb].label)
    def action(model_admin, request, queryset):
        chosen = list(queryset.values_list("pk", flat=True)[: LIMIT + 1])
        if len(chosen) > LIMIT:
            model_admin.message_user(
                request,
                gettext("Select up to %(most)d cases at a time.") % {"most": LIMIT},
                messages.ERROR,
            )
            return None
        url = reverse("admin:repository_casestudy_step", args=[verb])
        return redirect(f"{url}?{urlencode({'case': chosen}, doseq=True)}")

    action.__name__ = verb
    return action


class CaseList(OfferedFilters):
    """A change list that prefetches places and defers long texts."""

    def get_queryset(self, request, exclude_parameters=None):
        cases = super().get_queryset(request, exclude_parameters)
        return cases.with_places_and_themes().defer("rendered", *SECTIONS)


@admin.register(CaseStudy)
class CaseStudyAdmin(HidesDrafts, StepsAdmin, ImportExportAdmin, CollectionAdmin):
    word, verbs, steps = "case", VERBS, cases_actions.STEPS
    resource_classes = [CaseStudyResource]
    list_display = [
        "title",
        sample_mark,
        "status",
        "place",
        "published",
        "verified_at",
        "changed",
    ]
    list_filter = [
        "status",
        "themes",
        ("language", LanguageFilter),
        "series",
        ("verified_at", admin.EmptyFieldListFilter),
        ("countries", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["title", "summary", "slug", "cities__name", "organizations__name"]
    search_help_text = _("Search by title, summary, city or organisation.")
    date_hierarchy = "published_at"
    ordering = ["-updated_at", "-pk"]
    actions = [choose(verb) for verb in VERBS]
    autocomplete_fields = [
        "cities",
        "countries",
        "organizations",
        "themes",
        "practices",
        "series",
        "webinars",
        "speakers",
        "references",
        "authors",
    ]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = [
        "status",
        "published_at",
        "archived_reason",
        "verified_at",
        "created_at",
        "updated_at",
    ]
    # In the order of the public page.
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", ("language", "setting")]}),
        (
            _("Place and themes"),
            {"fields": ["cities", "countries", "organizations", "themes", "goals"]},
        ),
        (
            _("Webinars and speakers"),
            {"fields": ["speakers", "webinars", "series"]},
        ),
        (_("Cost, time and source"), {"fields": ["cost", "time", "source", "tags"]}),
        (
            _("Sections"),
            {
                "fields": list(SECTIONS),
                "description": _(
                    "Use Markdown for paragraphs, lists, bold and links, without "
                    "headings or HTML. If the source doesn’t cover a section, leave it "
                    "empty: the page will say so."
                ),
            },
        ),
        (_("What others can reuse"), {"fields": ["practices"]}),
        (_("Search"), {"fields": ["questions"]}),
        (_("References"), {"fields": ["references"]}),
        (_("People"), {"fields": ["authors"]}),
        (
            _("Status"),
            {
                "fields": [
                    ("status", "published_at", "verified_at"),
                    "archived_reason",
                    ("created_at", "updated_at"),
                ]
            },
        ),
    ]
    inlines = [EvidenceInline]
    acts = {name: verb.act for name, verb in VERBS.items()}

    def public(self, rows):
        return rows.published()

    def case_of(self, obj):
        return obj

    def render_change_form(self, request, context, obj=None, **kwargs):
        if obj is not None and self.has_change_permission(request, obj):
            # Another drawing, or a photograph.
            url = reverse("community:case_cover", args=[obj.slug])
            context["tools"] = [(url, gettext("Choose a cover"))]
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        draw_later(form.instance)

    def get_changelist(self, request, **kwargs):
        return CaseList

    def has_delete_permission(self, request, obj=None):
        """A case that has been public is archived with a reason, never deleted."""
        allowed = super().has_delete_permission(request, obj)
        if obj is None or not allowed:
            return allowed
        if obj.status == CaseStatus.ARCHIVED:
            return request.user.is_superuser
        return obj.status != CaseStatus.PUBLISHED

    def get_readonly_fields(self, request, obj=None):
        fields = list(self.readonly_fields)
        if obj is not None and obj.status in (CaseStatus.PUBLISHED, CaseStatus.ARCHIVED):
            fields.append("slug")
        if not request.user.has_perm("community.view_user"):
            # The author lookup searches e-mail addresses, which not all staff may see.
            fields.append("authors")
        return fields

    def get_prepopulated_fields(self, request, obj=None):
        return {} if "slug" in self.get_readonly_fields(request, obj) else self.prepopulated_fields

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "goals":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return permissions.can_publish(request.user)

    has_step_permission = has_publish_permission

    def is_public(self, case: CaseStudy) -> bool:
        return case.is_published

    @admin.display(description=_("place"))
    def place(self, case):
        return case.place

    @admin.display(description=_("published"), ordering="published_at")
    def published(self, case):
        return case.published_at and timezone.localdate(case.published_at)

    @admin.display(description=_("last changed"), ordering="updated_at")
    def changed(self, case):
        return timezone.localdate(case.updated_at)
