import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.addresses import address_of

from .webinar import WebinarStatus


class SpeakerQuerySet(models.QuerySet):
    def public(self):
        """Those who spoke, or will speak, in a webinar that everybody may know of."""
        known = Appearance.objects.public().filter(speaker=models.OuterRef("pk"))
        return self.filter(models.Exists(known))

    def visible_to(self, user):
        """Those of drafts alone are for those who see speakers at the desk."""
        return self if user.has_perm("repository.view_speaker") else self.public()


@pghistory.track(exclude=["updated_at"])
class Speaker(models.Model):
    """A person who spoke in at least one webinar."""

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
        verbose_name=_("country"),
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


class AppearanceQuerySet(models.QuerySet):
    def public(self):
        """Those in webinars that everybody may know of."""
        return self.exclude(webinar__status=WebinarStatus.DRAFT)


@pghistory.track()
class Appearance(models.Model):
    """A speaker in a webinar, with the title held that day."""

    webinar = models.ForeignKey(
        "repository.Webinar", models.CASCADE, related_name="appearances", verbose_name=_("webinar")
    )
    speaker = models.ForeignKey(
        Speaker, models.PROTECT, related_name="appearances", verbose_name=_("speaker")
    )
    honorific = models.CharField(_("honorific"), max_length=20, blank=True)
    title = models.CharField(_("title held that day"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("appearance")
        verbose_name_plural = _("appearances")
        ordering = ["webinar", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["webinar", "speaker"],
                name="appearance_unique",
                violation_error_message=_("This speaker is already in this webinar."),
            ),
        ]

    def __str__(self):
        return f"{self.speaker}: {self.webinar}"
