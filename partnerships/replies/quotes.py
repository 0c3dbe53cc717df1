"""The new text of a reply, without what the mail program quotes.

Programs quote in many languages and styles. Our emails therefore begin with a line by which the
quotation is recognised in all of them. What a program writes above it ("On … wrote:") names the
sender of our email: no list of phrases is needed (docs/decisions/0028-incoming-emails.md).
"""

import re
from collections.abc import Collection
from html import unescape
from itertools import pairwise

import nh3
from django.utils.translation import gettext as _

# The signs are the same in all languages.
BEGIN, END = "##-", "-##"
# What programs put before quoted lines, among them marks of the direction of text.
QUOTING = r"[ \t\xa0>|*_\u200e\u200f\u202a-\u202e\u2066-\u2069]*"
# A program may have wrapped the line.
MARKER = re.compile(
    rf"^{QUOTING}{BEGIN}[^\n]{{1,100}}?(?:\n{QUOTING}[^\n]{{1,100}}?)?{END}", re.MULTILINE
)
# "-- " begins a signature (RFC 3676); mail programs strip the space.
SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
QUOTED = re.compile(r"[ \t\xa0]*[>|]")
# Rules, and rules with words: "-----Original Message-----", in any language.
RULE = re.compile(r"[ \t\xa0>]*[-_=*—–]{3,}(?:[^-_=*—–\n]{0,60}[-_=*—–]{3,})?[ \t\xa0]*")
# Lines that a program writes above a quotation.
MAX_ATTRIBUTION = 8
# "From: …", in any language.
FIELD = re.compile(r"[ \t\xa0>*|]*[^\W\d_]{1,15}(?:[ -][^\W\d_]{1,15})?[ \xa0*|]*[:：]")
# "On 27 November 2026 at 10:30 Amina wrote:" has at least so many digits.
FEWEST_DIGITS = 4
# Characters of a text in which a quotation is looked for: many times the length of a message.
LONGEST = 100_000


def marker() -> str:
    """The first line of our emails that can be answered, in the active language."""
    return f"{BEGIN} {_('Reply above this line')} {END}"


def new_text(text: str, *, senders: Collection[str]) -> str:
    """Return what the person has written.

    `senders` are names and addresses of this site, which mail programs write above quotations.
    """
    text = text[:LONGEST].replace("\ufeff", "").replace("\u200b", "")
    names = [name.lower() for name in senders if name]
    if found := MARKER.search(text):
        lines = without_attribution(text[: found.start()].split("\n"), names, is_quoted=True)
    else:
        lines = above_quotation(text.split("\n"), names)
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    if found := SIGNATURE.search(text):
        text = text[: found.start()]
    return text.strip()


def above_quotation(lines: list[str], names: list[str]) -> list[str]:
    """The lines above a quotation without our marker, which begins where we are named."""
    for number, line in enumerate(lines):
        if mentions_sender(line, names) and is_attribution(lines[number : number + 3]):
            return without_attribution(lines[: number + 1], names)
    return without_attribution(lines, [])


def is_attribution(lines: list[str]) -> bool:
    """Whether a line that names us is above a quotation: "… wrote:", or "From: …"."""
    return bool(FIELD.match(lines[0])) or any(map(ends_in_colon, lines))


def without_attribution(
    lines: list[str], names: list[str], *, is_quoted: bool = False
) -> list[str]:
    """The lines without the quotation at their end, and what a program writes above it."""
    lines = without_end(lines)
    first = len(lines)
    while first > 0 and lines[first - 1].strip() and len(lines) - first < MAX_ATTRIBUTION:
        first -= 1
    block = lines[first:]
    named = next((place for place, line in enumerate(block) if mentions_sender(line, names)), None)
    if named is not None:
        # The line above belongs to it if the program has wrapped it.
        while named > 0 and is_wrapped(block[named - 1]):
            named -= 1
        return without_end(lines[: first + named])
    # It may have another name for us.
    if is_quoted and first > 0 and is_dated(block) and is_heading(block):
        return without_end(lines[:first])
    return lines


def is_dated(lines: list[str]) -> bool:
    return sum(letter.isdigit() for letter in "".join(lines)) >= FEWEST_DIGITS


def is_heading(lines: list[str]) -> bool:
    """Whether lines look like "On … wrote:", or like "From: …" and "Sent: …"."""
    is_sentence = len(lines) <= 3 and ends_in_colon(lines[-1])
    return is_sentence or (len(lines) >= 2 and all(map(FIELD.match, lines)))


def without_end(lines: list[str]) -> list[str]:
    """The lines without quoted, empty and separating ones at their end."""
    last = len(lines)
    while last > 0 and is_end(lines[last - 1]):
        last -= 1
    return lines[:last]


def is_end(line: str) -> bool:
    return not line.strip() or bool(QUOTED.match(line) or RULE.fullmatch(line))


def mentions_sender(line: str, names: list[str]) -> bool:
    lowered = line.lower()
    return any(name in lowered for name in names)


def is_wrapped(line: str) -> bool:
    """Whether the beginning of "On 27 November 2026 at 10:30 … wrote:" is on this line."""
    return is_dated([line]) or line.rstrip().endswith("<")


def ends_in_colon(line: str) -> bool:
    return line.rstrip(" \t\xa0>*").endswith((":", "："))


# As Markdown

# Mail programs wrap lines that are longer.
SHORT_LINE = 60


def with_line_breaks(text: str) -> str:
    """Make a line break in Markdown of one that a person made, as in a greeting or an address."""
    lines = text.split("\n")
    for place, (line, following) in enumerate(pairwise(lines)):
        if line.strip() and following.strip() and len(line) < SHORT_LINE:
            lines[place] = f"{line.rstrip()}  "
    return "\n".join(lines)


# Other formats as plain text


def joined_lines(text: str) -> str:
    """Join the lines of "format=flowed" (RFC 3676), where a space at the end continues a line."""
    joined: list[str] = []
    continues = False
    for line in text.split("\n"):
        is_quoted = line.startswith(">")
        if continues and not is_quoted:
            joined[-1] += line.removeprefix(" ")
        else:
            joined.append(line if is_quoted else line.removeprefix(" "))
        continues = line.endswith(" ") and line != "-- " and not is_quoted
    return "\n".join(joined)


BLOCKS = {"blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "p", "tr"}
# Their text is not for people.
HIDDEN = {"head", "script", "style", "template", "title"}
TAG = re.compile(r"<(/?)([a-z0-9]+)[^<>]*>")
LONGEST_HTML = 300_000
# The time to repair HTML grows with the square of its depth.
MAX_DEPTH = 500
ANY_TAG = re.compile(
    r"<(/?)(?!(?:br|hr|img|input|li|link|meta|p|td|th|tr|wbr)\b)[a-z]", re.IGNORECASE
)


def html_to_text(html: str) -> str:
    """Return the text of HTML, with quotations marked by ">".

    nh3 repairs the HTML and leaves the tags above without attributes, so that a pattern finds them.
    """
    html = html[:LONGEST_HTML]
    if is_too_deep(html):
        return ""
    clean = nh3.clean(
        html, tags=BLOCKS | {"br"}, attributes={}, clean_content_tags=HIDDEN, link_rel=None
    )
    lines, depth, position = [""], 0, 0

    def begin_line() -> None:
        lines.append("> " * min(depth, 5))

    for tag in TAG.finditer(clean):
        lines[-1] += one_space(clean[position : tag.start()])
        position = tag.end()
        closes, name = bool(tag[1]), tag[2]
        if name == "blockquote":
            depth += -1 if closes else 1
        if name == "hr":
            lines += ["---"]
        if name == "br":
            begin_line()
        elif name in BLOCKS and lines[-1].strip("> "):
            begin_line()
            if name == "p" and closes:
                begin_line()
        elif name == "blockquote":
            lines[-1] = "> " * min(depth, 5)
        if name == "li" and not closes:
            lines[-1] += "- "
    lines[-1] += one_space(clean[position:])
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def is_too_deep(html: str) -> bool:
    depth = deepest = 0
    for tag in ANY_TAG.finditer(html):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest > MAX_DEPTH


def one_space(text: str) -> str:
    """Text of HTML as it is shown; a space at an end stays."""
    return re.sub(r"\s+", " ", unescape(text))
