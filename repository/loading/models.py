from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadRecord(models.Model):
    """A digest of what `load_series` last wrote for an object, to detect later edits by staff."""

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key"), max_length=120)
    digest = models.CharField(_("content hash"), max_length=64)
    loaded_at = models.DateTimeField(_("loaded"), auto_now=True)

    class Meta:
        verbose_name = _("load record")
        verbose_name_plural = _("load records")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="load_record_unique"),
        ]

    def __str__(self):
        return f"{self.kind} {self.key}"
