"""Roles and permissions of members are recorded when they are given and taken away."""

from community.accounts.models import User
from repository.history.links import TRACKED_LINKS, tracked

TRACKED_LINKS[User] = {
    name: tracked(User, name, module=__name__) for name in ("groups", "user_permissions")
}
