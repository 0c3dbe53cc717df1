from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext

from repository.desk.base import KnownChoicesForm, KnownChoicesInline
from repository.models import Appearance, Consent, WebinarStatus

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
