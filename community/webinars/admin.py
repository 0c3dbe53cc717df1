"""Registrations, surveys and speakers at the desk."""

from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from community.models import Registration, Survey, SurveyAnswer, SurveyQuestion, Words
from community.permissions import can_see_accounts
from community.webinars.speakers import actions
from repository.desk.base import ConstantDefaults, HistoryMixin, KnownSelection, OneChosen, is_key
from repository.models import Speaker, Webinar
from repository.people.admin import SpeakerAdmin as CollectionSpeakerAdmin
from repository.text.parsing import whole_number
from repository.webinars.admin import WebinarAdmin as CollectionWebinarAdmin
from repository.workflow import ActionRefused

# Registrations


@admin.register(Registration)
class RegistrationAdmin(KnownSelection, admin.ModelAdmin):
    """Registrations, read-only: people register and cancel themselves.

    A member's address is in the account, and shown to those who may see accounts.
    """

    list_display = ["who", "guest_address", "webinar", "status", "seat_assigned", "from_where"]
    list_filter = ["status", ("webinar", admin.RelatedOnlyFieldListFilter), "gender"]
    list_select_related = ["member", "webinar", "city__country"]
    search_fields = ["name", "email", "member__display_name", "webinar__title"]
    search_help_text = _("Search by name, email address or webinar title.")
    ordering = ["-created_at", "-pk"]
    fields = [
        "webinar",
        "who",
        "guest_address",
        "organization",
        "from_where",
        "gender",
        "language",
        "time_zone",
        "status",
        "created_at",
        "seat_assigned",
    ]
    readonly_fields = [*fields, "address"]

    def get_list_display(self, request):
        return with_addresses(request, super().get_list_display(request))

    def get_fields(self, request, obj=None):
        return with_addresses(request, super().get_fields(request, obj))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("name"))
    def who(self, registration):
        return registration.addressee

    @admin.display(description=_("position"))
    def from_where(self, registration):
        return registration.where

    @admin.display(description=_("email address"), ordering="email")
    def address(self, registration):
        return registration.address

    @admin.display(description=_("email address"), ordering="email")
    def guest_address(self, registration):
        return gettext("not shown") if registration.member else registration.email

    @admin.display(description=_("seat assigned"), ordering="placed_at")
    def seat_assigned(self, registration):
        # On the waiting list it is when the place there was assigned.
        return registration.placed_at if registration.has_seat else None


def with_addresses(request: HttpRequest, columns: Iterable[str]) -> list[str]:
    """The columns, with the addresses of members too for those who may see their accounts."""
    if not can_see_accounts(request.user):
        return list(columns)
    return ["address" if name == "guest_address" else name for name in columns]


# Surveys


# Fields that must not change once there are answers, whose meaning would change.
SAID = ["series", "kind", "text", "choices"]


class OnlyToRead(HistoryMixin, KnownSelection, admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Survey)
class SurveyAdmin(OnlyToRead):
    """One row for each webinar that was held. Surveys open and close automatically."""

    list_display = ["webinar", "closes_at", "is_closed", "number", "figures"]
    list_filter = ["webinar__series"]
    list_select_related = ["webinar"]
    search_fields = ["webinar__title"]
    search_help_text = _("Search by webinar title.")
    readonly_fields = fields = ["webinar", "opened_at", "closes_at", "closed_at", "figures"]

    @admin.display(description=_("closed"), boolean=True)
    def is_closed(self, survey):
        return not survey.is_open

    @admin.display(description=_("answers"))
    def number(self, survey):
        return survey.answers.count()

    @admin.display(description=_("figures"))
    def figures(self, survey):
        path = reverse("admin:survey_figures", args=[survey.webinar.series_id])
        return format_html(
            '<a href="{}?webinar={}">{}</a>', path, survey.webinar_id, gettext("Figures")
        )


@admin.register(SurveyAnswer)
class SurveyAnswerAdmin(OnlyToRead):
    """Single answers, without names. Comments are moderated in the queue."""

    list_display = ["answered_at", "webinar", "knowledge", "collaborate", "brokered", "words"]
    list_filter = ["words", "brokered", ("survey", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["survey__webinar"]
    search_fields = ["comment", "partner", "survey__webinar__title"]
    search_help_text = _("Search by answer or webinar title.")
    readonly_fields = fields = [
        "webinar",
        "answered_at",
        "is_member",
        "country",
        "gender",
        "attended",
        "knowledge",
        "collaborate",
        "brokered",
        "partner",
        "partner_city",
        "partner_organization",
        "comment",
        "words",
        "look",
    ]

    @admin.display(description=_("webinar"))
    def webinar(self, answer):
        return answer.survey.webinar

    @admin.display(description=_("review"))
    def look(self, answer):
        if answer.words == Words.UNSHOWN:
            return self.get_empty_value_display()
        path = reverse("admin:review", args=["words", answer.pk])
        return format_html('<a href="{}">{}</a>', path, gettext("Review"))


class QuestionForm(forms.ModelForm):
    def _get_validation_exclusions(self) -> set[str]:
        # Check constraints on read-only fields as well.
        return super()._get_validation_exclusions() - {"kind", "choices"}


@admin.register(SurveyQuestion)
class SurveyQuestionAdmin(HistoryMixin, KnownSelection, ConstantDefaults, admin.ModelAdmin):
    """Questions for each webinar of a series. Unwanted ones are deactivated, not deleted."""

    form = QuestionForm
    list_display = ["text", "series", "kind", "position", "is_asked"]
    list_filter = ["series", "kind", "is_asked"]
    list_select_related = ["series"]
    search_fields = ["text"]
    search_help_text = _("Search by question.")
    autocomplete_fields = ["series"]
    fields = [
        "series",
        "position",
        "kind",
        "text",
        "choices",
        "translations",
        "is_asked",
    ]

    def get_object(self, request, object_id, from_field=None):
        if request.method == "POST" and is_key(self.opts.pk, object_id):
            # Answering locks the questions: no answer arrives while one is changed.
            SurveyQuestion.objects.select_for_update().filter(pk=object_id).first()
        return super().get_object(request, object_id, from_field)

    def get_readonly_fields(self, request, obj=None):
        answered = SAID if obj is not None and obj.is_answered() else []
        return ["translations", *answered]

    @admin.display(description=_("translations"))
    def translations(self, question):
        """A link to the languages of a question that is public."""
        if not SurveyQuestion.objects.public().filter(pk=question.pk).exists():
            return self.get_empty_value_display()
        path = reverse("community:translation_languages", args=["question", question.pk])
        return format_html('<a href="{}">{}</a>', path, gettext("Translate"))

    def has_delete_permission(self, request, obj=None):
        return False

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("widget", OneChosen(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "choices":
            kwargs["help_text"] = _("Separate with commas. Only for multiple-choice questions.")
        return super().formfield_for_dbfield(db_field, request, **kwargs)


# Signed links for speakers, and their answers


admin.site.unregister(Speaker)
admin.site.unregister(Webinar)
# The maximum number of speakers of one webinar, with a margin.
LIMIT = 50


class LinkForm(forms.Form):
    """The recipients of the link, and the language of the message."""

    language = forms.ChoiceField(label=_("Language of the email"), choices=settings.LANGUAGES)


@admin.register(Speaker)
class SpeakerAdmin(CollectionSpeakerAdmin):
    """Speakers, with an action that sends them the link to their own page."""

    change_form_template = "admin/community/speaker/change_form.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.links_view)
        return [path("links/", view, name="repository_speaker_links"), *super().get_urls()]

    def render_change_form(self, request, context, obj=None, **kwargs):
        if obj is not None and self.has_change_permission(request):
            context["links_url"] = f"{reverse('admin:repository_speaker_links')}?speaker={obj.pk}"
        return super().render_change_form(request, context, obj=obj, **kwargs)

    def links_view(self, request: HttpRequest) -> HttpResponse:
        """The answers of a webinar's speakers; on POST send the link to those chosen."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        rows, webinar = self.asked_for(request)
        form = LinkForm(
            request.POST if request.method == "POST" else None,
            initial={"language": settings.LANGUAGE_CODE},
        )
        if request.method == "POST" and form.is_valid():
            chosen = set(request.POST.getlist("speaker"))
            self.send(
                request,
                [row for row in rows if str(row.pk) in chosen],
                form.cleaned_data["language"],
            )
            return redirect(request.get_full_path())
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Link to speaker page"),
            "opts": self.opts,
            "webinar": webinar,
            "rows": [(row, self.talks(row, webinar)) for row in rows],
            "form": form,
            "can_send": any(row.email for row in rows),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "community/webinars/speaker_links.html", context)

    def asked_for(self, request: HttpRequest) -> tuple[list[Speaker], Webinar | None]:
        """The speakers in the query string, by themselves or by their webinar."""
        key = whole_number(request.GET.get("webinar", ""))
        number = whole_number(request.GET.get("speaker", ""))
        rows = Speaker.objects.prefetch_related("appearances__webinar")
        if key is not None:
            webinar = Webinar.objects.filter(pk=key).first()
            if webinar is None:
                raise Http404
            found = rows.filter(appearances__webinar=webinar).order_by("appearances__position")
            return list(found[:LIMIT]), webinar
        if number is not None:
            found = list(rows.filter(pk=number))
            if found:
                return found, None
        raise Http404

    @staticmethod
    def talks(speaker: Speaker, webinar: Webinar | None) -> list:
        rows = speaker.appearances.all()
        return [row for row in rows if webinar is None or row.webinar_id == webinar.pk]

    def send(self, request: HttpRequest, rows: list[Speaker], language: str) -> None:
        sent = 0
        for row in rows:
            try:
                actions.send_link(speaker=row, language=language)
            except ActionRefused as refusal:
                self.message_user(request, str(refusal), messages.WARNING)
            else:
                self.log_change(request, row, gettext("Link sent"))
                sent += 1
        if not rows:
            self.message_user(request, gettext("Choose at least one speaker."), messages.WARNING)
        if sent:
            message = ngettext("%(count)d link sent.", "%(count)d links sent.", sent)
            self.message_user(request, message % {"count": sent}, messages.SUCCESS)


@admin.register(Webinar)
class WebinarAdmin(CollectionWebinarAdmin):
    """Webinars, with a link to the signed links of their speakers."""

    def render_change_form(self, request, context, obj=None, **kwargs):
        context["tools"] = []
        if obj is not None and request.user.has_perm("repository.change_speaker"):
            url = f"{reverse('admin:repository_speaker_links')}?webinar={obj.pk}"
            context["tools"].append((url, gettext("Speakers and consent")))
        if obj is not None and self.has_add_permission(request):
            url = f"{reverse('admin:repository_webinar_add')}?duplicate={obj.pk}"
            context["tools"].append((url, gettext("Duplicate")))
        return super().render_change_form(request, context, obj=obj, **kwargs)
