"""The e-mail settings of members, with the defaults."""

from collections.abc import Collection

from community.models import NoticeKind, NoticeSetting, User
from community.notices.models import USUAL


def deliveries(members: Collection[int], kind: NoticeKind) -> dict[int, str]:
    """The setting for one kind of notice of each member whose account is open."""
    if not members:
        return {}
    open_accounts = User.objects.filter(pk__in=members, is_active=True)
    chosen = NoticeSetting.objects.filter(member__in=members, kind=kind)
    wanted = dict.fromkeys(open_accounts.values_list("pk", flat=True), USUAL[kind])
    settings = dict(chosen.values_list("member", "delivery"))
    return {member: settings.get(member, usual) for member, usual in wanted.items()}


def chosen_by(member: User) -> dict[str, str]:
    """The setting of one member for each kind of notice."""
    chosen = dict(member.notice_settings.values_list("kind", "delivery"))
    return {kind: chosen.get(kind, usual) for kind, usual in USUAL.items()}
