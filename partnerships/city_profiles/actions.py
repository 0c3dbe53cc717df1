"""Profiles of cities, which several focal points may edit concurrently."""

from typing import Any

from django.utils.translation import gettext as _

from community.models import User
from community.writing import preserved_input
from partnerships import permissions
from partnerships.city_profiles.models import HUBS
from partnerships.models import CityProfile, Corridor
from partnerships.representation.rights import as_now
from repository.dates import clock
from repository.models import City
from repository.workflow import ActionRefused, action, lock

# Fields stored on the city and on its profile.
OF_CITY = (*HUBS, "working_languages")
OF_PROFILE = (
    "setting",
    "corridors",
    "sectors",
    "exports",
    "platforms",
    "contact_hours",
    "partners_a_year",
)

Values = dict[str, Any]


class EditConflict(ActionRefused):
    """Another member has saved other values for the same fields since the form was loaded.

    `now` are the current values, `clashes` the names of those fields.
    """

    def __init__(self, now: Values, clashes: list[str]):
        super().__init__(
            _(
                "A colleague saved changes after you opened the page. Your answers are "
                "kept. Check the marked answers, then save again."
            )
        )
        self.now = now
        self.clashes = clashes


def values_of(city: City, profile: CityProfile) -> Values:
    """Return all values of the form as JSON-compatible data."""
    values = {name: getattr(city, name) for name in OF_CITY}
    values |= {name: getattr(profile, name) for name in OF_PROFILE}
    return values | {"corridors": [key for key in Corridor.values if key in profile.corridors]}


def profile_of(city: City) -> CityProfile:
    """Return the stored profile, or an empty unsaved one."""
    return CityProfile.objects.filter(city=city).first() or CityProfile(city=city)


@action
def save(*, city: City, by: User, values: Values, base: Values) -> CityProfile:
    """Save the fields changed in a form that was loaded with `base`.

    Unchanged fields keep the values that others have saved since. If both changed the same field,
    raise `EditConflict` and save nothing.
    """
    city = lock(City, city.pk)
    if not permissions.speaks_for(as_now(by), city):
        raise ActionRefused(_("You don’t represent this city."))
    profile = profile_of(city)
    now = values_of(city, profile)
    merged, clashes = preserved_input.merge(base, now, values, fields=now)
    if clashes:
        raise EditConflict(now, clashes)
    of_city = [name for name in OF_CITY if merged[name] != now[name]]
    for name in of_city:
        setattr(city, name, merged[name])
    if of_city:
        city.save(update_fields=[*of_city, "updated_at"])
    for name in OF_PROFILE:
        setattr(profile, name, merged[name])
    # The member who submits the form is responsible for all of it.
    profile.confirmed_by, profile.confirmed_at = by, clock.now()
    profile.save()
    return profile
