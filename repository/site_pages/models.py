import re

import pghistory
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from repository.text import markdown

HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)


class SiteTopic(models.TextChoices):
    ABOUT = "about", pgettext_lazy("this site", "About")
    CONTACT = "contact", _("Contact")
    PRIVACY = "privacy", _("Privacy")
    ACCESSIBILITY = "accessibility", _("Accessibility")
    TERMS = "terms", _("Terms of use")


def languages() -> list[tuple[str, str]]:
    return settings.LANGUAGES


@pghistory.track()
class SitePage(models.Model):
    """The text of a page about the site itself, in one language, edited by staff."""

    topic = models.CharField(_("page"), max_length=20, choices=SiteTopic)
    language = models.CharField(_("language"), max_length=10, choices=languages)
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
        ordering = ["topic", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "language"],
                name="site_page_once",
                violation_error_message=_("This page exists in this language. Edit it instead."),
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.language})"

    def get_absolute_url(self):
        return reverse(f"repository:{self.topic}")

    def sections(self) -> list[tuple[str, str]]:
        """Return (heading, HTML) of each part of the text; the heading of the first is empty."""
        first, *rest = HEADING.split(self.body.replace("\r\n", "\n"))
        parts = [("", first), *zip(rest[::2], rest[1::2], strict=True)]
        return [(heading.strip(), markdown.render(text)) for heading, text in parts]
