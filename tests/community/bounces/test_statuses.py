"""Replies of mail servers, as they are seen in practice."""

import pytest

from community.bounces.statuses import address_failure


@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        ("550 5.1.1 <a@b.example>: Recipient address rejected: User unknown", "", "5.1.1"),
        (
            "smtp; 550-5.1.1 The email account that you tried to reach does not exist",
            "5.1.1",
            "5.1.1",
        ),
        ("smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found", "5.1.10", "5.1.10"),
        ("smtp;550 5.4.1 Recipient address rejected: Access denied.", "5.4.1", "5.4.1"),
        ("X-Postfix; Host or domain name not found. Name service error", "5.4.4", "5.4.4"),
        ("550 5.2.1 The email account that you tried to reach is inactive", "", "5.2.1"),
        ("smtp; 550 No such user here", "5.0.0", "550"),
        ("550 no such user", "", "550"),
        ("551 User not local", "", "551"),
        ("553 Mailbox name not allowed", "", "553"),
        ("", "5.1.1 (bad destination mailbox address)", "5.1.1"),
    ],
)
def test_address_does_not_work(reply, status, code):
    assert address_failure(reply, status=status) == code


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        # Our server is not allowed to send: all addresses would be refused in the same way.
        ("554 5.7.1 <a@b.example>: Relay access denied", ""),
        ("550 relay not permitted", ""),
        ("550 5.1.8 Sender address rejected: Domain not found", ""),
        ("550 sender verify failed", ""),
        ("550 5.7.26 This mail has been blocked because the sender is unauthenticated", ""),
        ("550 SC-001 Mail rejected by Outlook.com for policy reasons", ""),
        ("550 blocked using a list", ""),
        # This email, or this time.
        ("552 5.3.4 Message size exceeds fixed limit", ""),
        ("552 5.2.2 The email account is over quota", ""),
        ("550 mailbox full", ""),
        ("450 4.2.1 The user is receiving mail too quickly", ""),
        ("451 4.7.1 Greylisting in action, try again later", ""),
        ("450 no such user", ""),
        ("connect to b.example[192.0.2.1]:25: Connection timed out", "4.4.1"),
        ("smtp; 550 No such user here", "4.0.0"),
        ("421 try later", ""),
        ("", ""),
    ],
)
def test_address_may_work(reply, status):
    assert address_failure(reply, status=status) == ""
