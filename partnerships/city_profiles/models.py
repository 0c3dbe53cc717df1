import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.places.models import TRANSPORT

# Stored on the city.
HUBS = tuple(TRANSPORT.values())


class Setting(models.TextChoices):
    """The kind of place in terms of transport."""

    URBAN = "urban", _("Mostly urban")
    MIXED = "mixed", _("Urban and rural")
    RURAL = "rural", _("Mostly rural")


class Corridor(models.TextChoices):
    """Trade corridors, named as by their secretariats and the regional banks."""

    ABIDJAN_LAGOS = "abidjan-lagos", _("Abidjan–Lagos Corridor")
    NORTHERN = "northern", _("Northern Corridor (East Africa)")
    CENTRAL = "central", _("Central Corridor (East Africa)")
    DJIBOUTI = "djibouti", _("Djibouti–Addis Ababa Corridor")
    NORTH_SOUTH = "north-south", _("North–South Corridor (Southern Africa)")
    MAPUTO = "maputo", _("Maputo Development Corridor")
    WALVIS_BAY = "walvis-bay", _("Walvis Bay Corridors")
    LOBITO = "lobito", _("Lobito Corridor")
    LAND_BRIDGE = "land-bridge", _("New Eurasian Land Bridge")
    MIDDLE = "middle", _("Trans-Caspian (Middle) Corridor")
    MONGOLIA = "mongolia", _("China–Mongolia–Russia Corridor")
    INDOCHINA = "indochina", _("China–Indochina Peninsula Corridor")
    PAKISTAN = "pakistan", _("China–Pakistan Corridor")
    MESOAMERICA = "mesoamerica", _("Pacific Corridor (Mesoamerica)")
    CAPRICORN = "capricorn", _("Capricorn Bioceanic Corridor")


@pghistory.track()
class CityProfile(models.Model):
    """A city's description for partner cities. Ports and hubs are fields of the city."""

    city = models.OneToOneField(
        "repository.City", models.CASCADE, related_name="profile", verbose_name=_("city")
    )
    setting = models.CharField(_("type of place"), max_length=6, choices=Setting, blank=True)
    corridors = ArrayField(
        models.CharField(max_length=16, choices=Corridor),
        verbose_name=_("trade corridors"),
        default=list,
        blank=True,
    )
    sectors = models.CharField(_("main industries"), max_length=300, blank=True)
    exports = models.CharField(_("main exports"), max_length=300, blank=True)
    platforms = models.CharField(
        _("how firms sell online"),
        max_length=300,
        blank=True,
        help_text=_("Marketplaces, zones or services that local firms use."),
    )
    contact_hours = models.CharField(
        _("office hours"),
        max_length=120,
        blank=True,
        help_text=_("For example: Monday to Friday, 9:00 to 16:00, Cotonou time."),
    )
    # The maximum number of partners that the city can work with in a year.
    partners_a_year = models.PositiveSmallIntegerField(
        _("partners per year"), null=True, blank=True
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
        editable=False,
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("city profile")
        verbose_name_plural = _("city profiles")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(setting__in=["", *Setting.values]),
                name="city_profile_setting_known",
            ),
            models.CheckConstraint(
                condition=models.Q(corridors__contained_by=list(Corridor.values)),
                name="city_profile_corridors_known",
            ),
        ]

    def __str__(self):
        return str(self.city)
