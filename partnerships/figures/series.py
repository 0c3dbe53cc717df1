"""Partnerships inspired by a series of webinars."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from partnerships.models import Partnership
from repository.models import Series
from repository.pages.tables import Table
from repository.series import figures as series_figures
from repository.series.figures import Part


def brokered(series: Series, before: date) -> Part:
    """The number of public partnerships inspired by cases of the series; empty without any."""
    of_series = Q(inspired_by__series=series) | Q(inspired_by__webinars__series=series)
    found = Partnership.objects.filter(of_series, is_public=True, created_at__date__lt=before)
    number = found.order_by().values("pk").distinct().count()
    if not number:
        return Part()
    what = _("partnerships inspired by a case in this series")
    table = Table(
        "partnerships",
        _("Partnerships"),
        _("Public partnerships on this site that name a case in the series."),
        (_("Measure"), _("Partnerships")),
        ((what, number),),
    )
    return Part((table,), ((what, number),))


def declare() -> None:
    """Register these figures for series."""
    if brokered not in series_figures.parts:
        series_figures.parts.append(brokered)
