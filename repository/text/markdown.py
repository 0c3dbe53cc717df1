"""Render members' Markdown as safe HTML: HTML input is disabled and the output sanitized."""

from collections.abc import Iterator
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "a", "code"}

_parser = MarkdownIt("commonmark", {"html": False}).disable(["heading", "lheading", "image"])


def render(text: str) -> str:
    """Return safe HTML: paragraphs, lists, quotations, emphasis, code and web links."""
    if not text.strip():
        return ""
    html = nh3.clean(
        _parser.render(text),
        tags=TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    return html if html.strip() else ""


@dataclass(frozen=True)
class Span:
    text: str
    is_strong: bool = False
    is_emphasis: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph; the first one of a list item has the kind "bullet" or "number"."""

    kind: str
    # The depth of the list that contains it; 0 outside of lists.
    level: int
    spans: tuple[Span, ...]


def blocks(text: str) -> Iterator[Block]:
    """Read Markdown as paragraphs, for formats other than HTML; links are followed by address."""
    lists: list[str] = []
    begins = False
    for token in _parser.parse(text):
        match token.type:
            case "bullet_list_open":
                lists.append("bullet")
            case "ordered_list_open":
                lists.append("number")
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                begins = True
            case "inline" | "fence" | "code_block":
                kind = lists[-1] if lists and begins else "text"
                inline = token.children if token.type == "inline" else [token]
                yield Block(kind, len(lists), tuple(spans(inline or [])))
                begins = False


def as_text(text: str) -> str:
    """Return Markdown as plain text: list items keep a mark, emphasis and code do not."""
    lines: list[str] = []
    numbers: dict[int, int] = {}
    is_item = False
    for block in blocks(text):
        words = "".join(span.text for span in block.spans).strip()
        numbers = {level: number for level, number in numbers.items() if level <= block.level}
        mark = ""
        if block.kind == "bullet":
            mark = "- "
        elif block.kind == "number":
            numbers[block.level] = numbers.get(block.level, 0) + 1
            mark = f"{numbers[block.level]}. "
        # Items follow each other; paragraphs are apart.
        if lines and not (mark and is_item):
            lines.append("")
        is_item = bool(mark)
        lines.append("  " * max(block.level - 1, 0) + mark + words)
    return "\n".join(lines)


def spans(tokens: list[Token]) -> Iterator[Span]:
    strong = emphasis = 0
    address = ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                strong += token.nesting
            case "em_open" | "em_close":
                emphasis += token.nesting
            case "link_open":
                address = str(token.attrs.get("href", ""))
            case "link_close":
                yield Span(f" ({address})", strong > 0, emphasis > 0)
            case "softbreak":
                yield Span(" ", strong > 0, emphasis > 0)
            case "hardbreak":
                yield Span("\n", strong > 0, emphasis > 0)
            case _:
                yield Span(token.content, strong > 0, emphasis > 0)
