"""Sample data for the gallery of components, without database access."""

from decimal import Decimal

from partnerships.figures import charts
from partnerships.figures.suppression import hidden
from repository.evidence.arrangement import evidence_group
from repository.maps.world import Point, draw_map
from repository.models import CaseStudy, City, Evidence, Reference, Theme
from repository.pages.tables import Table


def table(key: str, message: str, *rows: tuple[str, int | str]) -> Table:
    return Table(key, "A title", "What is counted.", ("What", "Number"), rows, message=message)


def samples() -> dict:
    """Return the context of the gallery, with the same types as on real pages."""
    case = CaseStudy(
        slug="sample", title="The title of a case", summary="Its summary, in one or two sentences."
    )
    case.city_list = [City(slug="sample", name="Sample City", country_id="BJ")]
    case.country_list = case.organization_list = []
    case.theme_list = [Theme(slug="sample", name="A theme")]
    case.evidence_list = [Evidence(pk=1, value=30, label="stations", is_headline=True, case=case)]
    share = Evidence(label="participants learned something new", numerator=1352, denominator=1500)
    money = Evidence(label="lent to small firms", value=Decimal(90_000_000), currency="CNY")
    span = Evidence(label="from order to door", value=20, value_to=100, unit="days")
    return {
        "case": case,
        "figures": [share, money, span],
        "groups": [
            evidence_group(
                "Shares as bars",
                [
                    Evidence(label="Cosmetics", value=Decimal(65), unit="%", place="a source"),
                    Evidence(label="Food", value=Decimal(34), unit="%", place="a source"),
                ],
            ),
            evidence_group("Figures as a table", [money, span]),
        ],
        "reference": Reference(
            key="sample",
            authors=[{"family": "Author", "given": "A."}],
            year=2020,
            title="The title of a work",
            publisher="Publisher",
        ),
        "goals": range(1, 18),
        "funnel": charts.funnel(
            table("funnel", "1 of 8 requests led to a partnership", ("Opened", 8), ("Agreed", 1))
        ),
        "bars": charts.chart(table("bars", "Most cases come from Asia: 9", ("Asia", 9), ("X", 1))),
        "months": charts.chart(table("months", "", ("May", 9), ("June", hidden()), ("July", 6))),
        "map": draw_map(
            [Point("a", "First", "#", 2.6, 9.3), Point("b", "Second", "#", 113.6, 34.7)],
            [("a", "b")],
            label="Two places that work together",
            list_url="#list",
        ),
    }
