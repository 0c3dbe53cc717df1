"""Render members' Markdown as safe HTML: HTML input is disabled and the output sanitized."""

import nh3
from markdown_it import MarkdownIt

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
