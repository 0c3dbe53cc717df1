"""Reports of mail servers, as they are sent."""

# Postfix, with the whole email that was returned.
POSTFIX = """\
Return-Path: <>
Date: Sat, 28 Nov 2026 10:00:00 +0000 (UTC)
From: MAILER-DAEMON@relay.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {path}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
    boundary="4F1A2.1795860000/relay.example"
Message-Id: <20261128100000.4F1A3@relay.example>

This is a MIME-encapsulated message.

--4F1A2.1795860000/relay.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host relay.example.

<{final}>: host mx.example.org[192.0.2.1] said: {reply} (in reply to RCPT TO command)

--4F1A2.1795860000/relay.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
X-Postfix-Queue-ID: 4F1A2
X-Postfix-Sender: rfc822; {path}
Arrival-Date: Sat, 28 Nov 2026 09:59:58 +0000 (UTC)

Final-Recipient: rfc822; {final}
{original}Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; {reply}

--4F1A2.1795860000/relay.example
Content-Description: Undelivered Message
Content-Type: {returned}

Return-Path: <{path}>
Subject: Two new notifications
From: exchange@exchange.example
To: {to}

Good day

--4F1A2.1795860000/relay.example--
"""


def report(
    path: str,
    to: str,
    *,
    final: str = "",
    original: str = "",
    status: str = "5.1.1",
    reply: str = "550 5.1.1 User unknown",
    action: str = "failed",
    returned: str = "message/rfc822",
    header_to: str = "",
) -> bytes:
    """A report about an email to an address with this return path."""
    return POSTFIX.format(
        path=path,
        to=header_to or to,
        final=final or to,
        original=f"Original-Recipient: rfc822;{original}\n" if original else "",
        status=status,
        reply=reply,
        action=action,
        returned=returned,
    ).encode()
