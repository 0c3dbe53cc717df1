import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SiteTopic(models.TextChoices):
    ABOUT = "about", pgettext_lazy("this site", "About")
    CONTACT = "contact", _("Contact")
    PRIVACY = "privacy", _("Privacy")
    ACCESSIBILITY = "accessibility", _("Accessibility")
    TERMS = "terms", _("Terms of use")


@pghistory.track()
class SitePage(models.Model):
    """The English text of a page about the site itself, edited by staff."""

    # The language of the text.
    language = "en"

    topic = models.CharField(_("page"), max_length=20, choices=SiteTopic)
    title = models.CharField(_("title"), max_length=80)
    summary = models.CharField(_("summary"), max_length=260)
    body = models.TextField(
        _("text"),
        help_text=_(
            "Markdown: paragraphs, lists, emphasis and links. A line that begins with “## ” is a "
            "heading."
        ),
    )

    class Meta:
        verbose_name = _("page about the site")
        verbose_name_plural = _("pages about the site")
        ordering = ["topic"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic"],
                name="site_page_once",
                violation_error_message=_("This page exists. Edit it instead."),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse(f"repository:{self.topic}")
