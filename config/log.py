"""How a line of the log looks."""

import logging
import re
from typing import override

# PostgreSQL repeats the refused row in these lines of its errors, e-mail address and all.
ROW_VALUES = re.compile(r"^(DETAIL|CONTEXT): .*\n?", re.MULTILINE)


# Secrets in addresses: values signed by Django, and keys for password resets.
SECRETS = re.compile(r"[\w.-]+(?::[\w-]+)?:[\w-]{43}(?![\w-])|(?<=/key/)[\w-]+")


class DiscreetFormatter(logging.Formatter):
    """Leaves the values of database rows out of tracebacks, and secret links out of all lines."""

    @override
    def format(self, record) -> str:
        return SECRETS.sub("…", super().format(record))

    @override
    def formatException(self, ei) -> str:
        return ROW_VALUES.sub("", super().formatException(ei))
