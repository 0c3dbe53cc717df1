"""The form on a speaker's own page."""

from collections.abc import Iterator

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from community.webinars.speakers.actions import SpeakerInput, Talk, is_ahead, keeps_name
from repository.models import Appearance, Consent, Speaker

ANSWERS = [(Consent.YES, _("Yes")), (Consent.NO, _("No"))]


def one_line(text: str) -> str:
    return " ".join(text.split())


class SpeakingForm(forms.Form):
    """One speaker, and each of their talks in fields that end with its primary key."""

    name = forms.CharField(label=_("Your name"), max_length=120)
    bio = forms.CharField(
        label=_("About you"),
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    photo = forms.FileField(
        label=_("Your photo"),
        required=False,
        allow_empty_file=True,
        help_text=_("JPEG, PNG or WebP, up to 8 MB. Location and camera details are removed."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    removes_photo = forms.BooleanField(label=_("Delete photo"), required=False)
    shows_profile = forms.BooleanField(
        label=_("Show my photo and this text on this site"), required=False
    )
    correction = forms.CharField(
        label=_("Is anything else wrong?"),
        max_length=500,
        required=False,
        help_text=_("We’ll correct it. Only moderators and administrators can see this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data=None, uploads=None, *, speaker: Speaker, talks: list[Appearance]):
        initial = {
            name: getattr(speaker, name) for name in ("name", "bio", "shows_profile", "correction")
        }
        super().__init__(data, uploads, initial=initial)
        self.talks = talks
        if keeps_name(speaker):
            del self.fields["name"]
        if not speaker.photo:
            del self.fields["removes_photo"]
        for row in talks:
            for name, field in fields_of(row):
                self.fields[f"{name}-{row.pk}"] = field

    def clean_name(self):
        return one_line(self.cleaned_data["name"])

    def profile(self) -> Iterator[forms.BoundField]:
        """The fields about the speaker and not about a talk, except the last one."""
        for name in ("name", "bio", "photo", "removes_photo", "shows_profile"):
            if name in self.fields:
                yield self[name]

    def by_talk(self) -> Iterator[tuple[Appearance, list[forms.BoundField]]]:
        for row in self.talks:
            yield row, [self[f"{name}-{row.pk}"] for name, _field in fields_of(row)]

    @property
    def speaker_input(self) -> SpeakerInput:
        """The input of a valid form."""
        data = self.cleaned_data
        return SpeakerInput(
            name=data.get("name"),
            bio=data["bio"],
            photo=data["photo"],
            removes_photo=data.get("removes_photo", False),
            shows_profile=data["shows_profile"],
            correction=one_line(data["correction"]),
            talks={row.pk: self.talk(row) for row in self.talks},
        )

    def talk(self, row: Appearance) -> Talk:
        data = self.cleaned_data
        title = data.get(f"title-{row.pk}")
        return Talk(
            title=None if title is None else one_line(title),
            # No answer means no change.
            recording=Consent(data[f"recording-{row.pk}"] or row.recording_consent),
            slides=Consent(data[f"publication-{row.pk}"] or row.slides_consent),
            upload=data[f"slides-{row.pk}"],
            removes=data.get(f"removes-{row.pk}", False),
        )

    def add_file_errors(self, errors: ValidationError) -> None:
        """Add the errors of files to their fields."""
        for name, found in errors.error_dict.items():
            self.add_error(name if name in self.fields else NON_FIELD_ERRORS, found)


def fields_of(row: Appearance) -> Iterator[tuple[str, forms.Field]]:
    """The fields about one talk. Consent to what was published earlier may be withdrawn."""
    if is_ahead(row):
        yield (
            "title",
            forms.CharField(
                label=_("Your job title at the time"),
                max_length=300,
                required=False,
                initial=row.title,
                help_text=_(
                    "As it should appear beside your name, like “Director, Bureau of Commerce”."
                ),
            ),
        )
    yield (
        "recording",
        consent_field(
            _("Can we record your talk, and publish the recording and transcript?"),
            row.recording_consent,
        ),
    )
    yield "publication", consent_field(_("Can we publish your slides?"), row.slides_consent)
    yield (
        "slides",
        forms.FileField(
            label=_("Your slides"),
            required=False,
            allow_empty_file=True,
            help_text=_("A PDF, up to 8 MB."),
            widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        ),
    )
    if row.slides:
        yield "removes", forms.BooleanField(label=_("Delete slides"), required=False)


def consent_field(label, consent: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=ANSWERS,
        required=False,
        initial=Consent.YES if consent == Consent.THEN else consent,
        widget=forms.RadioSelect,
    )
