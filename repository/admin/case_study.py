from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from repository import permissions
from repository.actions import ActionRefused, case_study
from repository.models import CaseStatus, CaseStudy
from repository.models.case_study import SECTIONS

from .base import CollectionAdmin
from .evidence import EvidenceInline
from .import_export import ImportExportAdmin
from .resources.case_study import CaseStudyResource

# Cases that one step takes at once.
MOST_CASES = 100


class NothingToSayForm(forms.Form):
    """A step that asks nothing but whether."""


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("Readers who follow an old link see these words."),
    )


class DayForm(forms.Form):
    on = forms.DateField(
        label=_("Day of the check"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )


class Verb:
    """How the desk asks for a step and tells what came of it."""

    def __init__(self, act, form, label, question, done):
        self.act, self.form, self.label = act, form, label
        self.question, self.done = question, done


VERBS = {
    "publish": Verb(
        case_study.publish,
        NothingToSayForm,
        _("Publish"),
        _("From now on everybody can read what follows. Publish it?"),
        partial(ngettext, "%(count)d case was published.", "%(count)d cases were published."),
    ),
    "archive": Verb(
        case_study.archive,
        ReasonForm,
        _("Archive"),
        _("Only a page that gives the reason will remain of what follows. Archive it?"),
        partial(ngettext, "%(count)d case was archived.", "%(count)d cases were archived."),
    ),
    "restore": Verb(
        case_study.restore,
        NothingToSayForm,
        _("Restore"),
        _("What follows will be public again, under its old date. Restore it?"),
        partial(ngettext, "%(count)d case was restored.", "%(count)d cases were restored."),
    ),
    "mark_verified": Verb(
        case_study.mark_verified,
        DayForm,
        _("Mark as verified"),
        _("The page will say on which day the facts were last checked."),
        partial(
            ngettext,
            "%(count)d case was marked as verified.",
            "%(count)d cases were marked as verified.",
        ),
    ),
}


def choose(verb: str):
    """The action of the list: it leads to the page that asks."""

    @admin.action(permissions=["publish"], description=VERBS[verb].label)
    def action(model_admin, request, queryset):
        chosen = list(queryset.values_list("pk", flat=True)[: MOST_CASES + 1])
        if len(chosen) > MOST_CASES:
            model_admin.message_user(
                request,
                gettext("Choose at most %(most)d cases at a time.") % {"most": MOST_CASES},
                messages.ERROR,
            )
            return None
        url = reverse("admin:repository_casestudy_step", args=[verb])
        return redirect(f"{url}?{urlencode({'case': chosen}, doseq=True)}")

    action.__name__ = verb
    return action


class CaseList(ChangeList):
    """The list of cases: with their places, without their long texts."""

    def get_queryset(self, request, exclude_parameters=None):
        cases = super().get_queryset(request, exclude_parameters)
        return cases.with_card().defer("rendered", *SECTIONS)


@admin.register(CaseStudy)
class CaseStudyAdmin(ImportExportAdmin, CollectionAdmin):
    resource_classes = [CaseStudyResource]
    list_display = [
        "title",
        "status",
        "place",
        "published",
        "verified_at",
        "changed",
    ]
    list_filter = [
        "status",
        "themes",
        "language",
        "series",
        ("verified_at", admin.EmptyFieldListFilter),
        ("countries", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["title", "summary", "slug", "cities__name", "organizations__name"]
    search_help_text = _("Words of the title or the summary, a city or an organisation.")
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
    # In the order of the page.
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", ("language", "setting")]}),
        (
            _("Place and subject"),
            {"fields": ["cities", "countries", "organizations", "themes", "goals"]},
        ),
        (
            _("Presented"),
            {"fields": ["speakers", "webinars", "series"]},
        ),
        (_("Cost, time, source"), {"fields": ["cost", "time", "source", "tags"]}),
        (
            _("Sections"),
            {
                "fields": list(SECTIONS),
                "description": _(
                    "Markdown: paragraphs, lists, bold, links. No headings and no HTML. Leave "
                    "empty what the source does not tell: the page says so."
                ),
            },
        ),
        (_("What others can reuse"), {"fields": ["practices"]}),
        (_("References"), {"fields": ["references"]}),
        (_("People"), {"fields": ["authors"]}),
        (
            _("State"),
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
    # What takes each step; an app that stands on this one may do more with it.
    acts = {name: verb.act for name, verb in VERBS.items()}
    change_form_template = "admin/repository/casestudy/change_form.html"

    def get_urls(self):
        return [
            path(
                "step/<slug:verb>/",
                self.admin_site.admin_view(self.step_view),
                name="repository_casestudy_step",
            ),
            *super().get_urls(),
        ]

    def get_changelist(self, request, **kwargs):
        return CaseList

    def has_delete_permission(self, request, obj=None):
        """What has been public leaves a page with the reason: archive it, do not delete it."""
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
            # The look-up of authors searches addresses, which not all staff may see.
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

    @admin.display(description=_("place"))
    def place(self, case):
        return case.place

    @admin.display(description=_("published"), ordering="published_at")
    def published(self, case):
        return case.published_at and timezone.localdate(case.published_at)

    @admin.display(description=_("changed"), ordering="updated_at")
    def changed(self, case):
        return timezone.localdate(case.updated_at)

    def render_change_form(self, request, context, obj=None, **kwargs):
        steps = []
        if obj is not None and self.has_publish_permission(request):
            steps = [
                (reverse("admin:repository_casestudy_step", args=[verb]), VERBS[verb].label)
                for verb, step in case_study.STEPS.items()
                if verb in VERBS and obj.status in step.sources
            ]
        context |= {
            "steps": steps,
            "is_public": obj is not None and obj.status == CaseStatus.PUBLISHED,
        }
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def step_view(self, request: HttpRequest, verb: str) -> HttpResponse:
        """Ask before a step; on POST take it for each case chosen, and say what came of it."""
        if verb not in VERBS:
            raise Http404
        if not self.has_publish_permission(request):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        chosen = [key for key in asked.getlist("case") if key.isascii() and key.isdigit()]
        cases = list(self.get_queryset(request).filter(pk__in=chosen[:MOST_CASES]))
        if not cases:
            raise Http404
        form = VERBS[verb].form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            self.take_step(request, verb, cases, form.cleaned_data)
            if len(cases) == 1:
                return redirect("admin:repository_casestudy_change", cases[0].pk)
            return redirect("admin:repository_casestudy_changelist")
        sources = case_study.STEPS[verb].sources
        context = {
            **self.admin_site.each_context(request),
            "title": VERBS[verb].label,
            "question": VERBS[verb].question,
            "opts": self.opts,
            "cases": [(case, case.status in sources) for case in cases],
            "is_possible": any(case.status in sources for case in cases),
            "form": form,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/repository/casestudy/step.html", context)

    def take_step(self, request, verb: str, cases: list[CaseStudy], answers: dict) -> None:
        done = 0
        for case in cases:
            try:
                self.acts[verb](case=case, by=request.user, **answers)
            except ActionRefused as refused:
                self.message_user(request, str(refused), messages.WARNING)
            else:
                self.log_change(request, case, str(VERBS[verb].label))
                done += 1
        if done:
            self.message_user(request, VERBS[verb].done(done) % {"count": done}, messages.SUCCESS)
