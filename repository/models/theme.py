import pghistory
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from repository.addresses import address_of

from .country import check_names
from .fields import ShapedField


@pghistory.track()
class Theme(models.Model):
    """A subject of the controlled vocabulary, as in "Logistics and delivery"."""

    slug = models.SlugField(_("slug"), max_length=50, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    names = ShapedField(
        _("names in other languages"), default=dict, blank=True, validators=[check_names]
    )
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["name"]

    def __str__(self):
        return self.names.get(get_language() or "", self.name)

    def get_absolute_url(self):
        return f"{address_of('repository:case_list')}?theme={self.slug}"
