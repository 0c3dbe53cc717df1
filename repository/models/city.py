import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from repository.addresses import address_of

from .country import check_language, check_names
from .fields import LATITUDE, LONGITUDE, ShapedField


class CityKind(models.TextChoices):
    CITY = "city", _("City")
    MUNICIPALITY = "municipality", _("Municipality")
    PREFECTURE = "prefecture", _("Prefecture")
    COUNTY = "county", _("County")
    COUNTY_LEVEL_CITY = "county-level city", _("County-level city")
    DISTRICT = "district", _("District")


class CityQuerySet(models.QuerySet):
    def with_published_cases(self):
        return self.filter(cases__status="published").distinct()

    def on_map(self):
        return self.filter(latitude__isnull=False)


@pghistory.track(exclude=["updated_at"])
class City(models.Model):
    """A city or another local government: county, prefecture, district."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=120)
    names = ShapedField(
        _("names in other languages"),
        default=dict,
        blank=True,
        validators=[check_names],
        help_text=_('By language code, for example {"zh": "郑州"}.'),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=CityKind, default=CityKind.CITY)
    country = models.ForeignKey(
        "repository.Country",
        models.PROTECT,
        related_name="cities",
        verbose_name=_("country or area"),
    )
    province = models.CharField(_("province or state"), max_length=120, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True, validators=LATITUDE)
    longitude = models.FloatField(_("longitude"), null=True, blank=True, validators=LONGITUDE)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_source = models.CharField(_("source of the population"), max_length=200, blank=True)
    population_year = models.PositiveSmallIntegerField(
        _("year of the population"), null=True, blank=True
    )
    has_sea_port = models.BooleanField(_("sea port"), null=True, blank=True)
    has_dry_port = models.BooleanField(_("dry port"), null=True, blank=True)
    has_rail_hub = models.BooleanField(_("rail hub"), null=True, blank=True)
    has_air_hub = models.BooleanField(_("air hub"), null=True, blank=True)
    spelling_languages = ArrayField(
        models.CharField(max_length=10, validators=[check_language]),
        verbose_name=_("languages of local names"),
        default=list,
        blank=True,
        help_text=_("Names in these languages are shown beside the name of the city."),
    )
    # Never filled in by the editors: which languages an office works in is for the city to say.
    working_languages = ArrayField(
        models.CharField(max_length=10, validators=[check_language]),
        verbose_name=_("working languages"),
        default=list,
        blank=True,
        help_text=_("In which the city can work, as it has stated itself. Empty: not known."),
    )
    geoname_id = models.PositiveIntegerField(
        _("number in GeoNames"), null=True, blank=True, unique=True
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CityQuerySet.as_manager()

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ["name", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="city_coordinates_valid",
                violation_error_message=_(
                    "Give both coordinates: latitude from −90 to 90, longitude from −180 to 180."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(population__isnull=True) | ~models.Q(population_source=""),
                name="city_population_has_source",
                violation_error_message=_("Say where the population figure is from."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address_of("repository:city_detail", self.slug)

    @property
    def localized_name(self) -> str:
        """The name in the language of the page where we know it."""
        return self.names.get(get_language() or "", self.name)

    @property
    def own_names(self) -> list[tuple[str, str]]:
        """Its local names as (language code, name), without the name shown.

        Names in other languages are for the search only.
        """
        shown = self.localized_name
        return [
            (code, self.names[code])
            for code in self.spelling_languages
            if self.names.get(code, shown) != shown
        ]

    @property
    def hubs(self) -> list[str]:
        """What we know it has: sea port, dry port, rail hub, air hub; unknown is left out."""
        names = ("has_sea_port", "has_dry_port", "has_rail_hub", "has_air_hub")
        return [
            str(self._meta.get_field(name).verbose_name) for name in names if getattr(self, name)
        ]
