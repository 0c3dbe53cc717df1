import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganizationKind(models.TextChoices):
    UN = "un", _("United Nations")
    INTERGOVERNMENTAL = "intergovernmental", _("Intergovernmental organisation")
    GOVERNMENT = "government", _("Government")
    ASSOCIATION = "association", _("Association")
    COMPANY = "company", _("Company")
    BANK = "bank", _("Bank")
    RESEARCH = "research", _("Research")
    NGO = "ngo", _("Non-governmental organisation")


@pghistory.track()
class Organization(models.Model):
    """A body that organises, presents or is written about."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=20, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganizationKind)
    country = models.ForeignKey(
        "repository.Country",
        models.PROTECT,
        related_name="organizations",
        verbose_name=_("country or area"),
        null=True,
        blank=True,
    )
    city = models.ForeignKey(
        "repository.City",
        models.PROTECT,
        related_name="organizations",
        verbose_name=_("city"),
        null=True,
        blank=True,
    )
    url = models.URLField(_("web address"), blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self):
        return f"{self.name} ({self.acronym})" if self.acronym else self.name

    @property
    def is_of_states(self) -> bool:
        """Whether it belongs to many States: its country is then only where it has its seat."""
        return self.kind in (OrganizationKind.UN, OrganizationKind.INTERGOVERNMENTAL)

    @property
    def short_name(self) -> str:
        return self.acronym or self.name
