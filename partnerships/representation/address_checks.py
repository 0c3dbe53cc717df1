"""Confirm the official address of a representation by a message to it.

A broker sends the message without seeing the whole address. Its reader opens its signed link
and confirms, without signing in. That only tells the brokers that mail to the address arrives: it
gives no right by itself.
"""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from community.models import NoticeKind, User
from community.moderation.claims.actions import check_free
from community.notices.digests import one_line
from community.notices.emails import absolute, post
from community.notices.notify import notify
from community.profiles.marks import name_in_text
from partnerships.models import AddressCheck, Representation
from partnerships.representation.addresses import (
    LASTS,
    LINK,
    confirmed_at,
    is_checkable,
    is_current,
    is_open,
)
from partnerships.representation.rights import check_broker
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock, lock_all

# The maximum number of messages to one address in a period, by whichever members state it, and the
# time between two of them: the address may be that of somebody who has nothing to do with it.
MAX_MESSAGES, PERIOD = 3, timedelta(days=30)
PAUSE = timedelta(hours=12)


@action
def send_check(*, representation: Representation, by: User) -> AddressCheck:
    """Send a message with a link to the official address of a representation."""
    # Two brokers may write to one address that several members state: it is counted under locks.
    if email := representation.official_email:
        lock_all(Representation.objects.filter(official_email__iexact=email))
    found = lock(Representation.objects.select_related("member"), representation.pk)
    check_broker(by)
    if found.member_id == by.pk:
        raise ActionRefused(
            _("You can’t decide on your own city or contribution. Another broker will review it.")
        )
    check_free(found, by)
    if not is_checkable(found):
        raise ActionRefused(
            _("You can’t send an email because the status is “%(status)s”.")
            % {"status": found.get_status_display()}
        )
    if not found.official_email:
        raise ActionRefused(_("The member has not given an official email address."))
    if confirmed_at(found) is not None:
        raise ActionRefused(_("The official email address is already confirmed."))
    sent = AddressCheck.objects.filter(email__iexact=found.official_email)
    if sent.filter(sent_at__gt=clock.now() - PAUSE).exists():
        raise ActionRefused(
            _("We emailed this address today. If there is no answer, try again tomorrow.")
        )
    if sent.filter(sent_at__gt=clock.now() - PERIOD).count() >= MAX_MESSAGES:
        raise ActionRefused(
            _("We have sent %(count)d emails to this address in a month, which is the maximum.")
            % {"count": MAX_MESSAGES}
        )
    check = AddressCheck.objects.create(
        representation=found, email=found.official_email, sent_by=by
    )
    send_message(check)
    return check


@action
def confirm(*, check: AddressCheck) -> AddressCheck:
    """Confirm the address by the link of the message. Idempotent."""
    found = lock(
        Representation.objects.select_related("city", "organization"), check.representation_id
    )
    check = lock(AddressCheck, check.pk)
    check.representation = found
    if confirmed_at(found) is not None and is_current(check):
        return check
    if not is_open(check):
        raise ActionRefused(_("This link is no longer valid."))
    check.confirmed_at = clock.now()
    check.save(update_fields=["confirmed_at"])
    notify(
        [check.sent_by_id] if check.sent_by_id else [],
        kind=NoticeKind.BROKERING,
        event="representation.address-confirmed",
        subject=found,
        key=f"address-confirmed-{check.pk}",
        representation=str(found.pk),
    )
    return check


def send_message(check: AddressCheck) -> None:
    """Queue the message in the language of the member, in the transaction of the caller."""
    representation = check.representation
    with override(representation.member.language or settings.LANGUAGE_CODE):
        context = {
            "name": one_line(name_in_text(representation.member)),
            "place": one_line(str(representation)),
            "position": one_line(representation.position),
            "url": absolute(LINK.path(check.pk)),
            "days": LASTS.days,
        }
        subject = _("Confirm this address for %(place)s") % context
        body = render_to_string("partnerships/representation/email/address_check.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    post(EmailMessage(subject, body.strip() + "\n", to=[check.email], headers=headers))
