"""Log formatting."""

import logging
import re
from typing import override

# PostgreSQL includes the refused row in these lines of its errors, with personal data.
ROW_VALUES = re.compile(r"^(DETAIL|CONTEXT): .*\n?", re.MULTILINE)


# Secrets in URLs: values signed by Django, and password reset keys.
SECRETS = re.compile(r"[\w.-]+(?::[\w-]+)?:[\w-]{43}(?![\w-])|(?<=/key/)[\w-]+")


class DiscreetFormatter(logging.Formatter):
    """Removes values of database rows from tracebacks, and signed links from all lines."""

    @override
    def format(self, record) -> str:
        return SECRETS.sub("…", super().format(record))

    @override
    def formatException(self, ei) -> str:
        return ROW_VALUES.sub("", super().formatException(ei))
