"""Mentions of members in comments: `@handle` in the HTML rendered from Markdown."""

import re
from collections.abc import Callable, Collection

from repository.pages.addresses import address_of

# Not the domain of an e-mail address.
MENTION = re.compile(r"(?<![\w@/.+-])@([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)(?!\w)", re.IGNORECASE)
TAG = re.compile(r"""<(/?)([a-z0-9]+)(?:[^<>"]|"[^"]*")*>""")
# Handles inside these elements are no mentions.
OTHERS = {"a", "code"}
# The maximum number of mentions in one comment, against spam.
LIMIT = 10


def handles_in(html: str) -> list[str]:
    """The mentioned handles in lower case, without duplicates; ten at most."""
    found: dict[str, None] = {}

    def note(match: re.Match) -> str:
        found.setdefault(match[1].lower())
        return match[0]

    _each_mention(html, note)
    return list(found)[:LIMIT]


def linked(html: str, handles: Collection[str]) -> str:
    """The HTML with mentions of these handles linked to the members."""

    def link(match: re.Match) -> str:
        handle = match[1].lower()
        if handle not in handles:
            return match[0]
        return f'<a href="{address_of("community:member", handle)}">{match[0]}</a>'

    return _each_mention(html, link) if handles else html


def _each_mention(html: str, replace: Callable[[re.Match], str]) -> str:
    """Apply `replace` to each mention outside links and code."""
    pieces, depth, end = [], 0, 0
    for tag in TAG.finditer(html):
        text = html[end : tag.start()]
        pieces += [text if depth else MENTION.sub(replace, text), tag[0]]
        end = tag.end()
        if tag[2] in OTHERS:
            depth += -1 if tag[1] else 1
    pieces.append(html[end:] if depth else MENTION.sub(replace, html[end:]))
    return "".join(pieces)
