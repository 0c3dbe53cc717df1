"""Which replies of mail servers say that an address does not work.

Others concern this email, our server or a short time: too large, looks like spam, mailbox full.
Wrongly stopping all emails to an address is worse than sending another one in vain.
"""

import re

# Status codes of RFC 3463.
STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
ADDRESS_STATUSES = {
    "5.1.1",  # no such mailbox
    "5.1.2",  # no such domain
    "5.1.3",  # not an address
    "5.1.6",  # the mailbox has moved
    "5.1.10",  # the domain takes no mail (RFC 7505)
    "5.2.1",  # the mailbox is closed
    "5.4.1",  # Exchange Online: no such mailbox
    "5.4.4",  # Postfix: no such domain
    "5.4.310",  # Exchange Online: no such domain
}
# Reply codes of SMTP (RFC 5321) for mailboxes that do not exist, if there is no status code.
CODE = re.compile(r"(?<!\d)[2-5]\d\d(?![\d.])")
ADDRESS_CODES = {"550", "551", "553"}
# Servers also use them for other reasons, such as a relay that is closed to us.
OTHER_REASON = re.compile(
    r"relay|spam|block|black|policy|denied|reputation|listed|sender|authenticat|quota|full",
    re.IGNORECASE,
)


def address_failure(reply: str, *, status: str = "") -> str:
    """The code of a reply that says that the address does not work; else "".

    `status` is the status code, if it is known apart from the text of the reply.
    """
    found = STATUS.match(status) or STATUS.search(reply)
    code = found[0] if found else ""
    if code in ADDRESS_STATUSES:
        return code
    # Postfix reports 5.0.0 for a reply without status code.
    if code not in {"", "5.0.0"}:
        return ""
    replied = CODE.search(reply)
    if replied and replied[0] in ADDRESS_CODES and not OTHER_REASON.search(reply):
        return replied[0]
    return ""
