import pghistory
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from repository.fields import ShapedField
from repository.pages.addresses import address_of
from repository.places.models import check_names

# Short titles of the Sustainable Development Goals, United Nations, A/RES/70/1 (2015).
TITLES = {
    1: _("No poverty"),
    2: _("Zero hunger"),
    3: _("Good health and well-being"),
    4: _("Quality education"),
    5: _("Gender equality"),
    6: _("Clean water and sanitation"),
    7: _("Affordable and clean energy"),
    8: _("Decent work and economic growth"),
    9: _("Industry, innovation and infrastructure"),
    10: _("Reduced inequalities"),
    11: _("Sustainable cities and communities"),
    12: _("Responsible consumption and production"),
    13: _("Climate action"),
    14: _("Life below water"),
    15: _("Life on land"),
    16: _("Peace, justice and strong institutions"),
    17: _("Partnerships for the Goals"),
}


class Goal(models.Model):
    """One of the 17 Sustainable Development Goals."""

    number = models.PositiveSmallIntegerField(_("number"), primary_key=True)

    class Meta:
        verbose_name = _("Goal")
        verbose_name_plural = _("Goals")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__range=(1, 17)),
                name="goal_number_valid",
                violation_error_message=_("There are 17 Goals."),
            ),
        ]

    def __str__(self):
        return f"{self.number}. {self.title}"

    def get_absolute_url(self):
        return f"{address_of('repository:case_list')}?goal={self.number}"

    @property
    def title(self) -> str:
        return TITLES[self.number]


@pghistory.track()
class Theme(models.Model):
    """A theme of the controlled vocabulary, such as "Logistics and delivery"."""

    slug = models.SlugField(_("slug"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    names = ShapedField(
        _("names in other languages"), default=dict, blank=True, validators=[check_names]
    )
    description = models.TextField(_("description"), blank=True)

    # Written in English; a translation sets its own language for showing.
    language = "en"

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["name"]

    def __str__(self):
        # An invalid form at the desk may hold an empty list.
        return (self.names or {}).get(get_language() or "", self.name)

    def get_absolute_url(self):
        return f"{address_of('repository:case_list')}?theme={self.slug}"
