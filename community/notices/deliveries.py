"""How members want to be mailed about each kind of notice: as they chose, or as is usual."""

from collections.abc import Collection

from community.models import NoticeKind, NoticeSetting, User
from community.notices.models import USUAL


def deliveries(members: Collection[int], kind: NoticeKind) -> dict[int, str]:
    """How each of the members whose account is open wants e-mail about one kind of notice."""
    if not members:
        return {}
    open_accounts = User.objects.filter(pk__in=members, is_active=True)
    chosen = NoticeSetting.objects.filter(member__in=members, kind=kind)
    wanted = dict.fromkeys(open_accounts.values_list("pk", flat=True), USUAL[kind])
    settings = dict(chosen.values_list("member", "delivery"))
    return {member: settings.get(member, usual) for member, usual in wanted.items()}


def chosen_by(member: User) -> dict[str, str]:
    """How one member wants e-mail, for each kind of notice."""
    chosen = dict(member.notice_settings.values_list("kind", "delivery"))
    return {kind: chosen.get(kind, usual) for kind, usual in USUAL.items()}
