"""How a line of the log looks."""

import logging
import re
from typing import override

# PostgreSQL repeats the refused row in these lines of its errors, e-mail address and all.
ROW_VALUES = re.compile(r"^(DETAIL|CONTEXT): .*\n?", re.MULTILINE)


class DiscreetFormatter(logging.Formatter):
    """Leaves the values of database rows out of tracebacks."""

    @override
    def formatException(self, ei) -> str:
        return ROW_VALUES.sub("", super().formatException(ei))
