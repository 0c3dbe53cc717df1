from django.db import models
from django.utils.translation import gettext_lazy as _


class Answer(models.TextChoices):
    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")


class PageFeedback(models.Model):
    """Whether a page was useful to a reader. Nothing is stored about who sent it."""

    page = models.CharField(_("page"), max_length=300, blank=True)
    answer = models.CharField(_("useful"), max_length=6, choices=Answer)
    message = models.TextField(_("message"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("sent at"), auto_now_add=True)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="feedback_newest")]

    def __str__(self):
        return f"{self.page}: {self.get_answer_display()}"
