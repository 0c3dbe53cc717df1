import secrets

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from repository.email_addresses import validate_email_address
from repository.pages.addresses import address_of
from repository.people.consent import Consent
from repository.webinars.models import WebinarStatus


class OrganizationKind(models.TextChoices):
    UN = "un", _("United Nations")
    INTERGOVERNMENTAL = "intergovernmental", _("Intergovernmental organisation")
    GOVERNMENT = "government", _("Government")
    ASSOCIATION = "association", _("Association")
    COMPANY = "company", _("Company")
    BANK = "bank", _("Bank")
    RESEARCH = "research", _("Research")
    NGO = "ngo", _("Non-governmental organisation")


@pghistory.track()
class Organization(models.Model):
    """An organisation that organises webinars, presents, or is the subject of cases."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganizationKind)
    country = models.ForeignKey(
        "repository.Country",
        models.PROTECT,
        related_name="organizations",
        verbose_name=_("country or area"),
        null=True,
        blank=True,
    )
    city = models.ForeignKey(
        "repository.City",
        models.PROTECT,
        related_name="organizations",
        verbose_name=_("city"),
        null=True,
        blank=True,
    )
    url = models.URLField(_("website"), blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self):
        return f"{self.name} ({self.acronym})" if self.acronym else self.name

    @property
    def is_of_states(self) -> bool:
        """Is it intergovernmental? Its country is then only that of its headquarters."""
        return self.kind in (OrganizationKind.UN, OrganizationKind.INTERGOVERNMENTAL)

    @property
    def short_name(self) -> str:
        return self.acronym or self.name


def photo_name(speaker: "Speaker", filename: str) -> str:
    """Return a random path for a photo; the name of the uploaded file is not used."""
    return f"speakers/{secrets.token_hex(16)}.jpeg"


def slides_name(appearance: "Appearance", filename: str) -> str:
    return f"slides/{secrets.token_hex(16)}.pdf"


class SpeakerQuerySet(models.QuerySet):
    def public(self):
        """Speakers in at least one public webinar."""
        known = Appearance.objects.public().filter(speaker=models.OuterRef("pk"))
        return self.filter(models.Exists(known))

    def visible_to(self, user):
        """Speakers in drafts only are visible to staff who may view speakers."""
        return self if user.has_perm("repository.view_speaker") else self.public()


# Exclude private fields and those that the speaker may withdraw: the history is permanent.
@pghistory.track(exclude=["updated_at", "email", "photo", "bio", "correction"])
class Speaker(models.Model):
    """A speaker in webinars."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    aliases = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("other spellings"),
        default=list,
        blank=True,
    )
    country = models.ForeignKey(
        "repository.Country",
        models.PROTECT,
        related_name="speakers",
        verbose_name=_("country or area"),
        null=True,
        blank=True,
    )
    organization = models.ForeignKey(
        "repository.Organization",
        models.PROTECT,
        related_name="speakers",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
    )
    email = models.EmailField(
        _("private email address"),
        blank=True,
        validators=[validate_email_address],
        help_text=_("We send the speaker the link to their own page. Not shown anywhere else."),
    )
    # Shown only if the speaker publishes the profile.
    photo = models.FileField(
        _("photo"), upload_to=photo_name, max_length=80, blank=True, editable=False
    )
    bio = models.TextField(_("bio"), max_length=1500, blank=True)
    shows_profile = models.BooleanField(_("shows photo and bio"), default=False)
    correction = models.CharField(
        _("requested correction"),
        max_length=500,
        blank=True,
        help_text=_("Make the correction, then clear this field."),
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = SpeakerQuerySet.as_manager()

    class Meta:
        verbose_name = _("speaker")
        verbose_name_plural = _("speakers")
        ordering = ["name", "slug"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address_of("repository:speaker_detail", self.slug)

    @property
    def initials(self) -> str:
        """Return the first letters of the first and the last name: "AD" for "Afi Dossou"."""
        words = [word for word in self.name.split() if word[0].isalpha()]
        return "".join(word[0] for word in dict.fromkeys([*words[:1], *words[-1:]])).upper()

    @property
    def shown_photo(self) -> FieldFile | None:
        """Return the photo if it is public."""
        return self.photo if self.shows_profile and self.photo else None

    @property
    def shown_bio(self) -> str:
        return self.bio if self.shows_profile else ""


class AppearanceQuerySet(models.QuerySet):
    def public(self):
        """Appearances in public webinars."""
        return self.exclude(webinar__status=WebinarStatus.DRAFT)


@pghistory.track(exclude=["slides"])
class Appearance(models.Model):
    """A speaker in a webinar, with the job title on that day."""

    webinar = models.ForeignKey(
        "repository.Webinar", models.CASCADE, related_name="appearances", verbose_name=_("webinar")
    )
    speaker = models.ForeignKey(
        Speaker, models.PROTECT, related_name="appearances", verbose_name=_("speaker")
    )
    honorific = models.CharField(_("honorific"), max_length=20, blank=True)
    title = models.CharField(_("job title at the time"), max_length=300, blank=True)
    title_source = models.CharField(_("source of the job title"), max_length=120, blank=True)
    # A report may give one person two titles: both are shown, each with its source.
    other_title = models.CharField(_("alternative job title"), max_length=300, blank=True)
    other_title_source = models.CharField(
        _("source of the alternative job title"), max_length=120, blank=True
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    recording_consent = models.CharField(
        _("consent to recording"), max_length=4, choices=Consent, default=Consent.UNSAID, blank=True
    )
    slides_consent = models.CharField(
        _("consent to publishing slides"),
        max_length=4,
        choices=Consent,
        default=Consent.UNSAID,
        blank=True,
    )
    # When the speaker answered through a signed link; empty if staff entered the answers.
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    slides = models.FileField(
        _("slides"), upload_to=slides_name, max_length=80, blank=True, editable=False
    )

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")
        ordering = ["webinar", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["webinar", "speaker"],
                name="appearance_unique",
                violation_error_message=_("This speaker is already listed for this webinar."),
            ),
            models.CheckConstraint(
                condition=models.Q(other_title="")
                | ~models.Q(title_source="") & ~models.Q(other_title_source=""),
                name="appearance_titles_have_sources",
                violation_error_message=_("Enter the source of each job title."),
            ),
            models.CheckConstraint(
                condition=models.Q(recording_consent__in=Consent.values),
                name="appearance_recording_known",
            ),
            models.CheckConstraint(
                condition=models.Q(slides_consent__in=Consent.values),
                name="appearance_slides_known",
            ),
        ]

    def __str__(self):
        return f"{self.speaker}: {self.webinar}"

    @property
    def slides_key(self) -> str:
        """Return the key of its slides among the files of a speaker or webinar."""
        return f"slides-{self.pk}"
