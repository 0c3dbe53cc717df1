import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from repository.translations.languages import site_languages


@pghistory.track()
class InterfaceReview(models.Model):
    """That a native speaker has reviewed the interface in a language. Without one, none has."""

    language = models.CharField(_("language"), max_length=10, choices=site_languages, unique=True)
    reviewed_on = models.DateField(_("reviewed on"))

    class Meta:
        verbose_name = _("review by a native speaker")
        verbose_name_plural = _("reviews by native speakers")
        ordering = ["language"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(language="en"),
                name="interface_review_of_translation",
                violation_error_message=_("English is the original."),
            ),
        ]

    def __str__(self):
        return self.get_language_display()

    def get_absolute_url(self):
        return reverse("repository:about")
