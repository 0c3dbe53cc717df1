"""Roles and permissions of members are recorded when they are given and taken away."""

from repository.models.links import TRACKED_LINKS, tracked

from .user import User

TRACKED_LINKS[User] = {
    name: tracked(User, name, module=__name__) for name in ("groups", "user_permissions")
}
