"""The staff to notify of new work."""

from django.db.models import Q, QuerySet

from community.models import User


def moderators() -> list[int]:
    """Primary keys of members who may moderate."""
    return staff_with("community.moderate")


def staff_with(right: str) -> list[int]:
    """Primary keys of staff with a permission such as "community.moderate"."""
    return list(members_with(right).order_by("pk").values_list("pk", flat=True))


def members_with(right: str) -> QuerySet[User]:
    """Active staff with a permission such as "community.moderate"."""
    app_label, codename = right.split(".")
    allowed = {"content_type__app_label": app_label, "codename": codename}
    by_group = {f"groups__permissions__{name}": value for name, value in allowed.items()}
    by_person = {f"user_permissions__{name}": value for name, value in allowed.items()}
    staff = User.objects.filter(is_active=True, is_staff=True)
    may = staff.filter(Q(is_superuser=True) | Q(**by_group) | Q(**by_person))
    return may.distinct()
