import secrets

import pghistory
from django.conf import settings
from django.db import models
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

MEGABYTE = 1024 * 1024
LARGEST = 8 * MEGABYTE
# The width in pixels of the smaller copy of a picture, for phones.
SMALL_WIDTH = 800


class AttachmentKind(models.TextChoices):
    JPEG = "jpeg", "JPEG"
    PNG = "png", "PNG"
    WEBP = "webp", "WebP"
    PDF = "pdf", "PDF"


class OfficeKind(models.TextChoices):
    """Documents of office programs, which can be shared but are not attached to public pages."""

    DOCX = "docx", "Word (DOCX)"
    XLSX = "xlsx", "Excel (XLSX)"
    PPTX = "pptx", "PowerPoint (PPTX)"
    ODT = "odt", _("Text document (ODT)")
    ODS = "ods", _("Spreadsheet (ODS)")
    ODP = "odp", _("Presentation (ODP)")


def random_name(attachment: "Attachment", filename: str) -> str:
    """A random path, which contains nothing of the original file name."""
    return f"attachments/{secrets.token_hex(16)}.{attachment.kind}"


def small_name(name: str) -> str:
    """The name of the smaller copy of a picture, in the same folder."""
    return f"{name}-{SMALL_WIDTH}"


@pghistory.track(exclude=["digest"])
class Attachment(models.Model):
    """A picture or a document that belongs to a case."""

    case = models.ForeignKey(
        "repository.CaseStudy",
        models.CASCADE,
        related_name="attachments",
        verbose_name=_("case study"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="attachments",
        verbose_name=_("by"),
        null=True,
        blank=True,
    )
    kind = models.CharField(_("kind"), max_length=4, choices=AttachmentKind, editable=False)
    file = models.FileField(_("file"), upload_to=random_name, max_length=120, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    width = models.PositiveSmallIntegerField(_("width"), null=True, blank=True, editable=False)
    height = models.PositiveSmallIntegerField(_("height"), null=True, blank=True, editable=False)
    caption = models.CharField(_("caption"), max_length=200)
    # Of the content, to detect duplicates; empty for files of earlier releases.
    digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("attached"), auto_now_add=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]
        default_permissions = ("view", "delete")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=AttachmentKind.values), name="attachment_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(size__range=(1, LARGEST)),
                name="attachment_size",
                violation_error_message=_("Each file can be up to 8 MB."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind=AttachmentKind.PDF, width=None, height=None)
                | ~models.Q(kind=AttachmentKind.PDF)
                & models.Q(width__isnull=False, height__isnull=False),
                name="attachment_picture_has_size",
            ),
            models.CheckConstraint(
                condition=~models.Q(caption=""),
                name="attachment_has_caption",
                violation_error_message=_("Describe what the file shows."),
            ),
            models.UniqueConstraint(
                fields=["case", "by", "caption", "digest"],
                condition=~models.Q(digest=""),
                name="attachment_once",
                violation_error_message=_("This file is already attached."),
            ),
        ]

    def __str__(self):
        return self.caption

    def get_absolute_url(self):
        return reverse("community:attachment", args=[self.case.slug, self.pk])

    @property
    def is_picture(self) -> bool:
        return self.kind != AttachmentKind.PDF

    @property
    def small(self) -> FieldFile:
        """The smaller copy. It is missing for files of earlier releases."""
        return FieldFile(self, self.file.field, small_name(str(self.file.name)))

    @property
    def srcset(self) -> str:
        """The picture and its smaller copy; empty for a picture that is small itself."""
        if not self.width or self.width <= SMALL_WIDTH:
            return ""
        address = self.get_absolute_url()
        return f"{address}?width={SMALL_WIDTH} {SMALL_WIDTH}w, {address} {self.width}w"
