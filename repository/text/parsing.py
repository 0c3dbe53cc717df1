"""Parsing of untrusted numbers, texts and JSON, within limits.

Python raises different exceptions for more than 4,300 digits and for deeply nested JSON, and
accepts numbers and characters that PostgreSQL cannot store.
"""

import json
import math
import re
from typing import Any

# The largest primary key.
LARGEST_KEY = 2**63 - 1
MAX_JSON_LENGTH = 1_000_000
DEEPEST_JSON = 50
# PostgreSQL cannot store NUL, nor UTF-8 lone surrogates.
NOT_STORED = re.compile("[\0\ud800-\udfff]")
LINE_END = re.compile(r"\r\n|[\r\v\f]")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def plain(text: str) -> str:
    """Normalize line breaks and remove control characters and surrounding white space."""
    return CONTROL.sub("", LINE_END.sub("\n", text)).strip()


def whole_number(text: Any, *, least: int = 0, most: int = LARGEST_KEY) -> int | None:
    """Parse ASCII digits as a number; None for anything else or a number out of range."""
    text = str(text)
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if least <= number <= most else None


def page_number(text: Any, *, most: int = 9_999) -> int:
    """Parse a page number; 1 if it is invalid."""
    return whole_number(text, least=1, most=most) or 1


def read_json(text: str) -> Any:
    """Parse JSON that can be stored; raise JSONDecodeError otherwise."""
    if len(text) > MAX_JSON_LENGTH:
        raise json.JSONDecodeError("Too long", "", 0)
    try:
        value = json.loads(text, parse_float=finite, parse_constant=finite)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        raise json.JSONDecodeError("Out of bounds", "", 0) from error
    check_bounds(value)
    return value


class BoundedDecoder(json.JSONDecoder):
    """`read_json` as a decoder class, as used by JSON form fields."""

    def decode(self, s: str, *args: Any) -> Any:
        return read_json(s)


def finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def check_bounds(value: Any) -> None:
    """Refuse values that are nested too deeply and strings that cannot be stored."""
    level = [value]
    for _depth in range(DEEPEST_JSON):
        following: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                following += [*each, *each.values()]
            elif isinstance(each, list):
                following += each
            elif isinstance(each, str) and NOT_STORED.search(each):
                raise json.JSONDecodeError("A character that cannot be stored", "", 0)
        level = following
        if not level:
            return
    raise json.JSONDecodeError("Nested too deep", "", 0)
