"""Who is told of work that waits."""

from django.db.models import Q

from community.models import User


def moderators() -> list[int]:
    """The members, by primary key, who may moderate."""
    allowed = {"content_type__app_label": "community", "codename": "moderate"}
    by_group = {f"groups__permissions__{name}": value for name, value in allowed.items()}
    by_person = {f"user_permissions__{name}": value for name, value in allowed.items()}
    staff = User.objects.filter(is_active=True, is_staff=True)
    may = staff.filter(Q(is_superuser=True) | Q(**by_group) | Q(**by_person))
    return list(may.distinct().order_by("pk").values_list("pk", flat=True))
