from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from repository.desk.base import CollectionAdmin, KnownChoicesForm, KnownChoicesInline
from repository.desk.import_export import ImportExportAdmin
from repository.models import Appearance, Consent, Organization, Speaker, WebinarStatus
from repository.people.resources import SpeakerResource

CONSENTS = ("recording_consent", "slides_consent")
TITLES = ("title_source", "other_title", "other_title_source")
BEGUN = (WebinarStatus.LIVE, WebinarStatus.HELD)


def has_word(row: Appearance) -> bool:
    """Does the row hold the speaker's own input: an answer, a refusal or slides?"""
    refuses = any(getattr(row, name) == Consent.NO for name in CONSENTS)
    return bool(row.answered_at or row.slides or refuses)


class AppearanceForm(KnownChoicesForm):
    """Staff may withdraw a consent that a speaker gave, but never give one."""

    def clean(self):
        given = super().clean()
        for name in ("speaker", "webinar"):
            is_another = given.get(name) and given[name] != getattr(self.instance, name, None)
            if self.instance.pk and is_another and has_word(self.instance):
                self.add_error(
                    name,
                    gettext(
                        "This is the speaker’s own information about this webinar. Add "
                        "another talk instead."
                    ),
                )
        for name in CONSENTS:
            is_new = name in given and given[name] != getattr(self.instance, name)
            if self.instance.answered_at and is_new and given[name] != Consent.NO:
                self.add_error(
                    name,
                    gettext("Only the speaker can answer this. Send them the link to change it."),
                )
        return given


class AppearanceFormSet(BaseInlineFormSet):
    """Refuses to remove speakers with own input from a webinar that has begun.

    A refusal must stay, since it blocks the recording.
    """

    def clean(self):
        super().clean()
        rows = [form.instance for form in self.initial_forms if self._should_delete_form(form)]
        for row in rows:
            if row.webinar.status in BEGUN and has_word(row):
                raise ValidationError(
                    gettext("%(name)s has given consent for “%(webinar)s”, so it can’t be deleted.")
                    % {"name": row.speaker, "webinar": row.webinar.title}
                )


class AppearanceInline(KnownChoicesInline, admin.StackedInline):
    model = Appearance
    form = AppearanceForm
    formset = AppearanceFormSet
    readonly_fields = ["answered_at"]


class AppearanceOfSpeakerInline(AppearanceInline):
    autocomplete_fields = ["webinar"]
    fields = [("webinar", "honorific", "title"), TITLES, (*CONSENTS, "answered_at")]
    ordering = ["webinar__series", "webinar__number"]


class AppearanceInWebinarInline(AppearanceInline):
    autocomplete_fields = ["speaker"]
    fields = [
        ("position", "honorific", "speaker", "title"),
        TITLES,
        (*CONSENTS, "answered_at"),
    ]


@admin.register(Organization)
class OrganizationAdmin(CollectionAdmin):
    list_display = ["name", "acronym", "kind", "country", "city"]
    list_filter = ["kind", ("country", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["country", "city"]
    search_fields = ["name", "acronym", "slug"]
    autocomplete_fields = ["country", "city"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "acronym", "slug", "kind", ("country", "city"), "url"]
    # Organisations have no public page.
    view_on_site = False


@admin.register(Speaker)
class SpeakerAdmin(ImportExportAdmin, CollectionAdmin):
    resource_classes = [SpeakerResource]
    list_display = ["name", "organization", "country", "appearances", "updated_at"]
    list_filter = [
        ("country", admin.RelatedOnlyFieldListFilter),
        ("correction", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["country", "organization"]
    search_fields = ["name", "slug", "aliases", "organization__name", "organization__acronym"]
    search_help_text = _("Search by name, other spelling or organisation.")
    autocomplete_fields = ["country", "organization"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "aliases", ("organization", "country")]
    # Hidden from staff with view permission only.
    private_fields = ["email", "bio", "profile", "correction"]
    readonly_fields = ["profile"]
    inlines = [AppearanceOfSpeakerInline]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_appearances=Count("appearances"))

    def get_fields(self, request, obj=None):
        may_change = self.has_change_permission(request, obj) or self.has_add_permission(request)
        return [*self.fields, *self.private_fields] if may_change else self.fields

    @admin.display(description=_("photo and bio"))
    def profile(self, speaker):
        """Does the speaker publish the profile? Only the speaker can change this."""
        if speaker.shows_profile:
            return gettext("Shown with the speaker’s consent.")
        return gettext("Not shown: no consent from the speaker.")

    @admin.display(description=_("talks"), ordering="number_of_appearances")
    def appearances(self, speaker):
        return speaker.number_of_appearances
