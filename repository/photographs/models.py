import secrets
from functools import partial

import pghistory
from django.conf import settings
from django.db import models
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# The shape of a photograph, and the widths in pixels in which it is stored.
SHAPE = (16, 9)
WIDTHS = (400, 800, 1200)


class PhotographKind(models.TextChoices):
    AVIF = "avif", "AVIF"
    WEBP = "webp", "WebP"


def photograph_name(folder: str, photograph: "Photograph", filename: str) -> str:
    """Return a random path in the folder of a kind and width; the upload’s name is not used."""
    kind = folder.partition("-")[0]
    return f"photographs/{folder}/{secrets.token_hex(16)}.{kind}"


@pghistory.track()
class Photograph(models.Model):
    """A photograph that a case has as its cover instead of a drawing."""

    case = models.OneToOneField(
        "repository.CaseStudy",
        models.CASCADE,
        related_name="photograph",
        verbose_name=_("case study"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="photographs",
        verbose_name=_("by"),
        null=True,
        blank=True,
    )
    alt = models.CharField(_("alternative text"), max_length=200)
    credit = models.CharField(_("credit"), max_length=120)
    avif_400 = models.FileField(
        upload_to=partial(photograph_name, "avif-400"), max_length=120, editable=False
    )
    avif_800 = models.FileField(
        upload_to=partial(photograph_name, "avif-800"), max_length=120, editable=False
    )
    avif_1200 = models.FileField(
        upload_to=partial(photograph_name, "avif-1200"), max_length=120, editable=False
    )
    webp_400 = models.FileField(
        upload_to=partial(photograph_name, "webp-400"), max_length=120, editable=False
    )
    webp_800 = models.FileField(
        upload_to=partial(photograph_name, "webp-800"), max_length=120, editable=False
    )
    webp_1200 = models.FileField(
        upload_to=partial(photograph_name, "webp-1200"), max_length=120, editable=False
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    class Meta:
        verbose_name = _("photograph")
        verbose_name_plural = _("photographs")
        ordering = ["pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(alt=""),
                name="photograph_has_alt",
                violation_error_message=_("Describe what the photograph shows."),
            ),
            models.CheckConstraint(
                condition=~models.Q(credit=""),
                name="photograph_has_credit",
                violation_error_message=_("Enter who took the photograph."),
            ),
        ]

    def __str__(self):
        return self.alt

    def file(self, kind: str, width: int) -> FieldFile:
        return getattr(self, f"{kind}_{width}")

    def files(self) -> list[FieldFile]:
        return [self.file(kind, width) for kind in PhotographKind.values for width in WIDTHS]

    def url(self, kind: str, width: int) -> str:
        return reverse("repository:case_photograph", args=[self.case.slug, self.pk, width, kind])

    def srcset(self, kind: str) -> str:
        return ", ".join(f"{self.url(kind, width)} {width}w" for width in WIDTHS)

    @property
    def avif(self) -> str:
        return self.srcset(PhotographKind.AVIF)

    @property
    def webp(self) -> str:
        return self.srcset(PhotographKind.WEBP)

    @property
    def smallest_avif(self) -> str:
        return self.url(PhotographKind.AVIF, WIDTHS[0])

    @property
    def smallest(self) -> str:
        return self.url(PhotographKind.WEBP, WIDTHS[0])
