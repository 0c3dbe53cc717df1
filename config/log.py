"""Log formatting."""

import logging
import re
from typing import override

# PostgreSQL includes the refused row in these lines of its errors, with personal data.
ROW_VALUES = re.compile(r"^(DETAIL|CONTEXT): .*\n?", re.MULTILINE)


# Secrets in URLs: values signed by Django, also in a query as links to sign in lead back to their
# pages, and password reset keys.
SECRETS = re.compile(
    r"[\w.-]+(?:(?::|%3A)[\w-]+)?(?::|%3A)[\w-]{43}(?![\w-])|(?<=/key/)[\w-]+", re.IGNORECASE
)


class DiscreetFormatter(logging.Formatter):
    """Removes values of database rows from tracebacks, and signed links from all lines."""

    @override
    def format(self, record) -> str:
        return SECRETS.sub("…", super().format(record))

    @override
    def formatException(self, ei) -> str:
        return ROW_VALUES.sub("", super().formatException(ei))
