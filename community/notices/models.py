from collections.abc import Collection

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.discussion.contributions import About, SubjectQuerySet
from community.models import User


class Follow(About):
    """A member follows a case, practice, city, theme, tag or member."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows", verbose_name=_("member")
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["content_type", "object_id"], name="follow_of_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "content_type", "object_id"],
                name="follow_unique",
                violation_error_message=_("You already follow this."),
            )
        ]

    def __str__(self):
        return f"{self.member_id} → {self.content_type_id}/{self.object_id}"


class NoticeKind(models.TextChoices):
    """Kinds of notices, each with its own e-mail setting."""

    REPLY = "reply", _("Replies to you")
    MENTION = "mention", _("Mentions of you")
    DECISION = "decision", _("Decisions on your contributions")
    FOLLOWED = "followed", _("Updates on what you follow")
    VERIFY = "verify", _("Requests to check your cases")
    INVITATION = "invitation", _("Invitations to co-write a case")
    PARTNERSHIP = "partnership", _("Partnerships of your cities")
    REVIEW = "review", _("To do for moderators")
    BROKERING = "brokering", _("To do for brokers")


class Delivery(models.TextChoices):
    NOW = "now", _("As it happens, at most once an hour")
    DAILY = "daily", _("Daily digest")
    WEEKLY = "weekly", _("Weekly digest")
    NONE = "none", _("Never")


class NotificationQuerySet(models.QuerySet):
    def unread(self):
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """A notice for one member, worded in the reader's language when it is shown.

    `kind` decides about e-mail and `event` about the wording (community/notices/events.py).
    `details` holds what the wording needs besides actor and subject: texts of members, never HTML.
    """

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notifications",
        verbose_name=_("member"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind)
    event = models.CharField(_("event"), max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    content_type = models.ForeignKey(ContentType, models.CASCADE, null=True, related_name="+")
    object_id = models.PositiveBigIntegerField(null=True)
    subject = GenericForeignKey("content_type", "object_id")
    details = models.JSONField(default=dict)
    # Idempotent: a member has one row for each key.
    key = models.CharField(max_length=120)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("emailed"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["member", "-created_at"], name="notice_of_member"),
            models.Index(
                fields=["member"],
                condition=models.Q(read_at__isnull=True),
                name="notice_unread",
            ),
            models.Index(
                fields=["kind", "created_at"],
                condition=models.Q(mailed_at__isnull=True),
                name="notice_to_mail",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="notice_told_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=NoticeKind.values), name="notice_kind_known"
            ),
        ]

    def __str__(self):
        return f"{self.event} → {self.member_id}"


# The default e-mail setting of each kind.
USUAL = {
    NoticeKind.REPLY: Delivery.NOW,
    NoticeKind.MENTION: Delivery.NOW,
    NoticeKind.DECISION: Delivery.NOW,
    NoticeKind.FOLLOWED: Delivery.WEEKLY,
    NoticeKind.VERIFY: Delivery.NOW,
    NoticeKind.INVITATION: Delivery.NOW,
    NoticeKind.REVIEW: Delivery.DAILY,
    NoticeKind.PARTNERSHIP: Delivery.NOW,
    NoticeKind.BROKERING: Delivery.DAILY,
}


class NoticeSetting(models.Model):
    """A member's e-mail setting for one kind of notice; without a row the default applies."""

    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notice_settings",
        verbose_name=_("member"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=NoticeKind)
    delivery = models.CharField(_("email"), max_length=8, choices=Delivery)

    class Meta:
        verbose_name = _("notification setting")
        verbose_name_plural = _("notification settings")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"],
                name="notice_setting_unique",
                violation_error_message=_(
                    "A setting for this kind of notification already exists."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=NoticeKind.values), name="notice_setting_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(delivery__in=Delivery.values),
                name="notice_setting_delivery_known",
                violation_error_message=_("Choose how often you want emails about this."),
            ),
        ]

    def __str__(self):
        return f"{self.kind}: {self.delivery}"


# The e-mail settings of members, with the defaults


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
