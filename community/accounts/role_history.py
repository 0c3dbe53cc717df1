"""Record when members' roles and permissions are granted and revoked."""

from community.accounts.models import User
from repository.history.links import TRACKED_LINKS, tracked

TRACKED_LINKS[User] = {
    name: tracked(User, name, module=__name__) for name in ("groups", "user_permissions")
}
