"""Proxy models of many-to-many tables, to track links in the history."""

import pghistory

from repository.cases.models import CaseStudy
from repository.landscape.models import LandscapeSection
from repository.practices.models import Practice
from repository.recommendations.models import Recommendation
from repository.series.models import Series
from repository.webinars.models import Webinar

LINKS = {
    CaseStudy: [
        "cities",
        "countries",
        "organizations",
        "themes",
        "goals",
        "practices",
        "webinars",
        "speakers",
        "references",
        "authors",
    ],
    LandscapeSection: ["references"],
    Practice: ["themes"],
    Recommendation: ["cases"],
    Series: ["organizers", "supporters"],
    Webinar: ["countries", "cities", "practices", "cases"],
}


def tracked(model, name, module=__name__):
    """Return a proxy of the through model of `model.name`, such as CaseStudyCities, with events.

    It belongs to the app of `module`.
    """
    through = model._meta.get_field(name).remote_field.through
    meta = type("Meta", (), {"proxy": True, "default_permissions": ()})
    proxy = type(
        f"{model.__name__}{name.capitalize()}",
        (through,),
        {"__module__": module, "__doc__": f"Links of {model.__name__}.{name}.", "Meta": meta},
    )
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.DeleteEvent(),
        obj_field=None,
        meta={"default_permissions": ()},
    )(proxy)


# {model: {field name: proxy of its table}}
TRACKED_LINKS = {
    model: {name: tracked(model, name) for name in names} for model, names in LINKS.items()
}
