"""Figures of clusters, computed for each page by the database."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.db import models
from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from partnerships.models import Cluster, Need, Offer, Partnership, PartnershipRequest
from repository.models import CaseStudy, City, Country

# {name: rows counted, filtered by cities}. Only public content is counted.
COUNTED = {
    "cities": lambda cities: City.objects.filter(pk__in=cities),
    "countries": lambda cities: Country.objects.filter(cities__in=cities),
    "cases": lambda cities: CaseStudy.objects.published().filter(cities__in=cities),
    "offers": lambda cities: Offer.objects.open().filter(city__in=cities),
    "needs": lambda cities: Need.objects.open().filter(city__in=cities),
    "requests": lambda cities: PartnershipRequest.objects.public().filter(city__in=cities),
    "partnerships": lambda cities: Partnership.objects.listed().filter(parties__city__in=cities),
}


def counted(name: str) -> Coalesce:
    """Return an expression that counts distinct objects of a kind for all cities of a cluster."""
    links = Cluster.cities.through.objects.filter(cluster=OuterRef(OuterRef("pk")))
    rows: models.QuerySet = COUNTED[name](links.values("city")).order_by()
    total = rows.values(all=Value(1)).annotate(total=Count("pk", distinct=True)).values("total")
    return Coalesce(Subquery(total), 0)


def with_figures(rows: models.QuerySet, *names: str) -> models.QuerySet:
    """Annotate clusters with `number_of_…` for each name of COUNTED, in one query."""
    return rows.annotate(**{f"number_of_{name}": counted(name) for name in names or COUNTED})


def figures(cluster: Cluster, cities: Sequence[City], *, most: int) -> list[tuple[str, int, str]]:
    """Return the figures of a cluster from `with_figures` with their labels and links.

    The link leads to the rows counted; it is empty if there are none, or more cities than `most`,
    the number that a filter takes.
    """
    names = {
        "cities": _("Cities"),
        "countries": _("Countries and areas"),
        "cases": _("Published cases"),
        "offers": _("Open offers"),
        "needs": _("Open needs"),
        "requests": _("Open requests"),
        "partnerships": _("Partnerships"),
    }
    keys = [("city", city.slug) for city in cities]
    is_complete = len(keys) == cluster.number_of_cities <= most
    board = reverse("partnerships:board")
    urls = {"cities": "#cities", "countries": "#cities"}
    if is_complete:
        urls["cases"] = f"{reverse('repository:case_list')}?{urlencode(keys)}"
        for name, kind in {
            "offers": "offer",
            "needs": "need",
            "requests": "request",
            "partnerships": "partnership",
        }.items():
            urls[name] = f"{board}?{urlencode([('kind', kind), *keys])}"
    numbers = {name: getattr(cluster, f"number_of_{name}") for name in names}
    return [
        (label, numbers[name], urls.get(name, "") if numbers[name] else "")
        for name, label in names.items()
    ]
