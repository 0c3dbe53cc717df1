"""The profile of a city on its page."""

from django import template
from django.db.models import Exists, OuterRef

from partnerships.models import Corridor, Representation
from repository.models import City

register = template.Library()
TEXTS = ("sectors", "exports", "platforms", "contact_hours")


@register.inclusion_tag("partnerships/city_profiles/_city_profile.html", takes_context=True)
def city_profile(context, city: City) -> dict:
    """The profile of a city, and whether it can be contacted, in one query. Names no person."""
    user = context["request"].user
    current = Representation.objects.current().filter(city=OuterRef("pk"))
    found = (
        City.objects.annotate(
            has_speakers=Exists(current.filter(member__is_active=True)),
            is_own=Exists(current.of(user)),
        )
        .select_related("profile")
        .only("pk", "profile")
        .get(pk=city.pk)
    )
    profile = getattr(found, "profile", None)
    shown = {
        "city": city,
        "has_speakers": found.has_speakers,
        "is_own": user.is_authenticated and found.is_own,
        "profile": profile,
    }
    if profile is None:
        return shown
    fields = [(profile._meta.get_field(name).verbose_name, name) for name in TEXTS]
    return shown | {
        "corridors": [Corridor(key).label for key in profile.corridors],
        "texts": [(label, getattr(profile, name)) for label, name in fields],
    }
