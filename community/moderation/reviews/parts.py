"""The flags that a moderator reads before deciding."""

from django.db import models

from community.models import Flag
from community.moderation.flags import flag_weight


def flags_with_records(subject: models.Model) -> list[tuple[Flag, flag_weight.Record]]:
    """The flags about a subject, each with the record of the member who raised it."""
    flags = list(Flag.objects.about(subject).select_related("by__membership"))
    known = flag_weight.records(flag.by_id for flag in flags)
    return [(flag, known[flag.by_id]) for flag in flags]
