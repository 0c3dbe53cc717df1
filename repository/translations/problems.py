"""What is wrong with a translated paragraph, compared with the paragraph of the original."""

import re
from collections import Counter

from django.utils.translation import gettext_lazy as _

from repository.text.parsing import CONTROL, NOT_STORED
from repository.translations.paragraphs import Paragraph, split

MAX_LENGTH = 20_000
# Addresses of links, without the punctuation after them.
LINK = re.compile(
    r"(?:https?://|mailto:|www\.)[^\s<>()\[\]]*[^\s<>()\[\].,;:!?'\"…。，、；：！？»”]"
)
# Targets of links and images of this site.
TARGET = re.compile(r"\]\(\s*([^)\s]+)")
TAG = re.compile(r"</?[A-Za-z][^<>]*>")
PLACEHOLDER = re.compile(r"%\([A-Za-z_]\w*\)[sd]|\{[A-Za-z_0-9]*\}")
MARKS = ("**", "__", "`", "](", "![")
# Begin a heading, quotation, table or list.
BLOCK = re.compile(r"(?:#{1,6}\s|>|\||```|~~~)")


def problems(source: str, text: str) -> list[str]:
    """Return what must be corrected before a translation can be shown, in whole sentences."""
    found = []
    if NOT_STORED.search(text) or CONTROL.search(text):
        found.append(_("It has characters that can’t be stored."))
    if len(text) > MAX_LENGTH:
        found.append(_("It is too long."))
    if split(text) != [Paragraph("", text)]:
        found.append(_("It must be a single paragraph, without spaces around it."))
    if Counter(links(source)) != Counter(links(text)):
        found.append(_("Its links must be the same as in the original."))
    if Counter(TAG.findall(source)) != Counter(TAG.findall(text)):
        found.append(_("Its HTML must be the same as in the original."))
    if Counter(PLACEHOLDER.findall(source)) != Counter(PLACEHOLDER.findall(text)):
        found.append(_("Its placeholders must be the same as in the original."))
    if marks(source) != marks(text):
        found.append(_("Its formatting must be the same as in the original."))
    return [str(problem) for problem in found]


def links(text: str) -> list[str]:
    return LINK.findall(text) + TARGET.findall(text)


def marks(text: str) -> tuple[list[int], str]:
    """Return how often each mark of Markdown occurs, and the mark that begins a block."""
    block = BLOCK.match(text)
    return [text.count(mark) for mark in MARKS], block[0].strip() if block else ""
