"""What a city says of itself: kept by those who speak for it, several of them at the same time."""

from typing import Any

from django.utils.translation import gettext as _

from community.models import User
from community.pages.stamps import touch_page
from community.writing import preserved_input
from partnerships import permissions
from partnerships.models import CityProfile, Corridor
from partnerships.representation.rights import as_now
from repository.dates import clock
from repository.models import City
from repository.workflow import ActionRefused, action, lock

HUBS = ("has_sea_port", "has_dry_port", "has_rail_hub", "has_air_hub")
# What stands on the city itself, and what in its profile.
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


class Overtaken(ActionRefused):
    """Somebody else has saved other values for the same fields since the form was shown.

    `now` are the values as they are, `clashes` the names of those fields.
    """

    def __init__(self, now: Values, clashes: list[str]):
        super().__init__(
            _(
                "A colleague has saved something else meanwhile. Nothing of yours is lost: look at "
                "what is marked, then send it again."
            )
        )
        self.now = now
        self.clashes = clashes


def values_of(city: City, profile: CityProfile) -> Values:
    """All that the form shows, in plain values that JSON can hold."""
    values = {name: getattr(city, name) for name in OF_CITY}
    values |= {name: getattr(profile, name) for name in OF_PROFILE}
    return values | {"corridors": [key for key in Corridor.values if key in profile.corridors]}


def profile_of(city: City) -> CityProfile:
    """The profile as it is stored; one with nothing in it where there is none yet."""
    return CityProfile.objects.filter(city=city).first() or CityProfile(city=city)


@action
def save(*, city: City, by: User, values: Values, base: Values) -> CityProfile:
    """Save what somebody has changed in a form that showed `base`.

    Fields that were left as shown keep what a colleague has saved in them since; where both
    have changed the same field, `Overtaken` is raised and nothing is saved.
    """
    city = lock(City, city.pk)
    if not permissions.speaks_for(as_now(by), city):
        raise ActionRefused(_("You do not speak for this city, or no longer."))
    profile = profile_of(city)
    now = values_of(city, profile)
    merged, clashes = preserved_input.merge(base, now, values, fields=now)
    if clashes:
        raise Overtaken(now, clashes)
    of_city = [name for name in OF_CITY if merged[name] != now[name]]
    for name in of_city:
        setattr(city, name, merged[name])
    if of_city:
        city.save(update_fields=[*of_city, "updated_at"])
    for name in OF_PROFILE:
        setattr(profile, name, merged[name])
    # The person who sends the form is responsible for all of it.
    profile.confirmed_by, profile.confirmed_at = by, clock.now()
    profile.save()
    touch_page(city)
    return profile
