from contextlib import suppress
from datetime import date
from functools import lru_cache

import pghistory
from babel import Locale
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from repository.fields import LATITUDE, LONGITUDE, ShapedField, is_text
from repository.pages.addresses import address_of
from repository.places.country_names import (
    NamesSource,
    country_name,
    names_of_country,
    names_source,
)
from repository.places.setting import is_landlocked
from repository.samples import SampleQuerySet, sample_field


class IncomeGroup(models.TextChoices):
    LOW = "low", _("Low income")
    LOWER_MIDDLE = "lower-middle", _("Lower middle income")
    UPPER_MIDDLE = "upper-middle", _("Upper middle income")
    HIGH = "high", _("High income")


class Development(models.TextChoices):
    """Development status by UNCTAD. For partnerships, developing economies are the South."""

    DEVELOPING = "developing", _("Developing economy (UNCTAD)")
    DEVELOPED = "developed", _("Developed economy (UNCTAD)")


@lru_cache(maxsize=32)
def languages(language: str) -> dict[str, str]:
    """Return names of languages from the Unicode CLDR: `{ISO 639-1: name}`."""
    return dict(Locale.parse(language, sep="-").languages)


def check_language(code: str) -> None:
    """Validate a language code without variants, which CLDR writes as “pt_BR”."""
    if code not in languages("en") or "_" in code:
        raise ValidationError(
            gettext("“%(code)s” is not a language code. Enter a code like en, fr or zh."),
            code="language",
            params={"code": code},
        )


def check_names(names) -> None:
    """Validate names by language code, `{"zh": "郑州"}`."""
    if not isinstance(names, dict) or not all(map(is_text, [*names, *names.values()])):
        raise ValidationError(
            gettext('Enter names by language code, like {"zh": "郑州"}.'), code="names"
        )
    english = Locale.parse("en")
    further = {*english.territories, *english.scripts}
    for code in names:
        # Allow subtags for script or region: zh-Latn, pt-BR.
        language, *parts = code.split("-")
        check_language(language if further.issuperset(parts) else code)


def check_sources(sources) -> None:
    """Validate sources of groups, `{"ldc": {"source": …, "url": …, "as_of": …}}`."""
    is_right = isinstance(sources, dict) and all(
        is_text(group)
        and isinstance(source, dict)
        and source.keys() <= {"source", "url", "as_of"}
        and all(map(is_text, source.values()))
        for group, source in sources.items()
    )
    if not is_right:
        raise ValidationError(
            gettext(
                "Enter the source of each group, like "
                '{"ldc": {"source": "United Nations", "as_of": "2026-03-04"}}.'
            ),
            code="sources",
        )


REGIONS = {
    "Africa": _("Africa"),
    "Americas": _("Americas"),
    "Asia": _("Asia"),
    "Europe": _("Europe"),
    "Oceania": _("Oceania"),
}


class CountryNamesField(models.JSONField):
    """Names of a country by language, `{"fr": "Chine"}`, set when the row is saved.

    The search index uses them, so that a country is found by its name in every language.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs | {"editable": False, "default": dict})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("editable", "default"):
            kwargs.pop(key, None)
        return name, path, args, kwargs

    def pre_save(self, model_instance, add):
        names = names_of_country(model_instance.iso2)
        setattr(model_instance, self.attname, names)
        return names


class CountryQuerySet(models.QuerySet):
    def refresh_names(self) -> int:
        """Store the names of this release; return how many rows were updated."""
        stale = [row for row in self if row.names != names_of_country(row.iso2)]
        for row in stale:
            row.save(update_fields=["names"])
        return len(stale)


@pghistory.track(exclude=["names"])
class Country(models.Model):
    """A country or area of ISO 3166-1, with its groups by United Nations classifications."""

    iso2 = models.CharField(
        _("ISO code"),
        max_length=2,
        primary_key=True,
        validators=[RegexValidator(r"^[A-Z]{2}\Z", _("Two capital letters, like KE."))],
    )
    iso3 = models.CharField(_("ISO code of three letters"), max_length=3, unique=True)
    m49 = models.CharField(_("M49 code"), max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    names = CountryNamesField(verbose_name=_("names in other languages"))
    region = models.CharField(_("region"), max_length=40, blank=True, db_index=True)
    subregion = models.CharField(_("sub-region"), max_length=60, blank=True)
    intermediate_region = models.CharField(_("intermediate region"), max_length=60, blank=True)
    income_group = models.CharField(
        _("income group"), max_length=12, choices=IncomeGroup, blank=True
    )
    is_ldc = models.BooleanField(_("least developed country"), default=False)
    is_lldc = models.BooleanField(_("landlocked developing country"), default=False)
    is_sids = models.BooleanField(_("small island developing State"), default=False)
    development = models.CharField(
        _("development status"), max_length=10, choices=Development, blank=True
    )
    capital = models.CharField(_("capital"), max_length=80, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True, validators=LATITUDE)
    longitude = models.FloatField(_("longitude"), null=True, blank=True, validators=LONGITUDE)
    sources = ShapedField(
        _("sources"),
        default=dict,
        blank=True,
        validators=[check_sources],
        help_text=_("For each group: its source and the date it was valid."),
    )

    objects = CountryQuerySet.as_manager()

    class Meta:
        verbose_name = _("country or area")
        verbose_name_plural = _("countries and areas")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="country_coordinates_valid",
                violation_error_message=_(
                    "Enter both coordinates: latitude from −90 to 90, longitude from −180 to 180."
                ),
            ),
        ]

    def __str__(self):
        return self.localized_name

    def get_absolute_url(self):
        return address_of("repository:country_detail", self.iso2.lower())

    @property
    def is_landlocked(self) -> bool:
        """Whether it has no coast, so that none of its cities has a sea port."""
        return is_landlocked(self.iso2, is_lldc=self.is_lldc)

    @property
    def localized_name(self) -> str:
        """Return the name used by the United Nations in the active language."""
        return country_name(self.iso2, default=self.name)

    @property
    def names_source(self) -> NamesSource:
        """Return the source of the name in the active language."""
        return names_source(get_language() or "en")

    @property
    def region_name(self) -> str:
        """Return the name of the region in the active language."""
        return str(REGIONS.get(self.region, self.region))

    @property
    def groups(self) -> list[tuple[str, str, str, str]]:
        """Return the groups of the country as (classification, group, source, source date)."""
        flags = [
            (name, field)
            for name, field in (("ldc", "is_ldc"), ("lldc", "is_lldc"), ("sids", "is_sids"))
            if getattr(self, field)
        ]
        rows = [
            (_("Income group"), self.get_income_group_display(), "income_group"),
            (_("Development status"), self.get_development_display(), "development"),
            *[
                (_("United Nations group"), self._meta.get_field(field).verbose_name, name)
                for name, field in flags
            ],
        ]
        return [
            (str(what), capfirst(str(which)), *self.source_of(name))
            for what, which, name in rows
            if which
        ]

    def source_of(self, group: str) -> tuple[str, str]:
        """Return the source of a group and its localized date."""
        sources = self.sources if isinstance(self.sources, dict) else {}
        source = sources.get(group)
        source = source if isinstance(source, dict) else {}
        day = str(source.get("as_of") or "")
        # Leave a year, a month or other text unchanged.
        with suppress(ValueError):
            day = date_format(date.fromisoformat(day))
        return source.get("source") or "", day


class CityKind(models.TextChoices):
    CITY = "city", _("City")
    MUNICIPALITY = "municipality", _("Municipality")
    PREFECTURE = "prefecture", _("Prefecture")
    COUNTY = "county", _("County")
    COUNTY_LEVEL_CITY = "county-level city", _("County-level city")
    DISTRICT = "district", _("District")


# Fields of ports and hubs, by icon: templates/repository/places/_icon.html.
TRANSPORT = {
    "sea": "has_sea_port",
    "dry": "has_dry_port",
    "rail": "has_rail_hub",
    "air": "has_air_hub",
}


class CityQuerySet(SampleQuerySet):
    def with_published_cases(self):
        links = self.model.cases.rel.through.objects.filter(casestudy__status="published")
        return self.filter(pk__in=links.values("city"))

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
        help_text=_('By language code, like {"zh": "郑州"}.'),
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
        help_text=_("The city’s names in these languages appear beside its main name."),
    )
    # Never set by editors: only the city itself states the working languages of its office.
    working_languages = ArrayField(
        models.CharField(max_length=10, validators=[check_language]),
        verbose_name=_("working languages"),
        default=list,
        blank=True,
        help_text=_("Languages the city says it can work in. Leave empty if unknown."),
    )
    geoname_id = models.PositiveIntegerField(_("GeoNames ID"), null=True, blank=True, unique=True)
    is_sample = sample_field()
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CityQuerySet.as_manager()

    # Written in English; a translation sets its own language for showing.
    language = "en"

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
                    "Enter both coordinates: latitude from −90 to 90, longitude from −180 to 180."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(population__isnull=True) | ~models.Q(population_source=""),
                name="city_population_has_source",
                violation_error_message=_("Enter the source of the population figure."),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return address_of("repository:city_detail", self.slug)

    @property
    def localized_name(self) -> str:
        """Return the name in the active language if known, else the default name."""
        return self.names.get(get_language() or "", self.name)

    @property
    def own_names(self) -> list[tuple[str, str]]:
        """Return local names as (language code, name), except the one shown as its name.

        Names in other languages are only used for search.
        """
        shown = self.localized_name
        return [
            (code, self.names[code])
            for code in self.spelling_languages
            if self.names.get(code, shown) != shown
        ]

    @property
    def transport(self) -> list[tuple[str, str, bool]]:
        """Return what is known about ports and hubs, as (icon, label, whether it has one)."""
        return [
            (icon, str(self._meta.get_field(name).verbose_name), has)
            for icon, name in TRANSPORT.items()
            if (has := getattr(self, name)) is not None
        ]

    @property
    def hubs(self) -> list[str]:
        """Return the labels of known transport hubs: sea port, dry port, rail hub, air hub."""
        return [label for _icon, label, has in self.transport if has]
