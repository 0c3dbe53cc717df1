from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.models import Survey, SurveyAnswer, SurveyQuestion, Words
from repository.desk.base import ConstantDefaults, HistoryMixin, KnownSelection, OneChosen, is_key

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
