import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from repository.text import markdown

REL = "nofollow noopener noreferrer"


def link(address, words):
    return f'<a href="{address}" rel="{REL}">{words}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        (" \n\t", ""),
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>\n"),
        (
            "**Time.** *Less* `code`",
            "<p><strong>Time.</strong> <em>Less</em> <code>code</code></p>\n",
        ),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
        ("one  \ntwo", "<p>one<br>\ntwo</p>\n"),
        ('AT&T < 5 > 3 "quoted"', '<p>AT&amp;T &lt; 5 &gt; 3 "quoted"</p>\n'),
        ("郑州 和 Côte d’Ivoire", "<p>郑州 和 Côte d’Ivoire</p>\n"),
        ("[a](https://example.org/x)", f"<p>{link('https://example.org/x', 'a')}</p>\n"),
        ("[a](mailto:a@example.org)", f"<p>{link('mailto:a@example.org', 'a')}</p>\n"),
        ("[a](/cases/)", f"<p>{link('/cases/', 'a')}</p>\n"),
        (
            "[a][1]\n\n[1]: https://example.org/ 'title'",
            f"<p>{link('https://example.org/', 'a')}</p>\n",
        ),
        (
            "<https://example.org/?a=1&b=2>",
            f"<p>{link('https://example.org/?a=1&amp;b=2', 'https://example.org/?a=1&amp;b=2')}</p>\n",
        ),
    ],
)
def test_render_what_authors_may_write(text, html):
    assert markdown.render(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n"),
        ("<!-- hidden -->", "<p>&lt;!-- hidden --&gt;</p>\n"),
        ("&lt;script&gt;", "<p>&lt;script&gt;</p>\n"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](JaVaScRiPt:alert(1))", "<p>[a](JaVaScRiPt:alert(1))</p>\n"),
        ("[a](java&#10;script:alert(1))", f"<p>{link('java%0Ascript:alert(1)', 'a')}</p>\n"),
        ("[a](&#x6A;avascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](vbscript:x)", "<p>[a](vbscript:x)</p>\n"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>\n"),
        ("[a](file:///etc/passwd)", "<p>[a](file:///etc/passwd)</p>\n"),
        ("<javascript:alert(1)>", "<p>&lt;javascript:alert(1)&gt;</p>\n"),
        # Markdown lets these two be links; the second wall takes the address away.
        ("[a](data:image/png;base64,AAAA)", f'<p><a rel="{REL}">a</a></p>\n'),
        ("[a](tel:123)", f'<p><a rel="{REL}">a</a></p>\n'),
        (
            "[a](https://example.org 'x\" onclick=\"y')",
            f"<p>{link('https://example.org', 'a')}</p>\n",
        ),
        (
            '[a](<https://example.org/"onclick=x>)',
            f"<p>{link('https://example.org/%22onclick=x', 'a')}</p>\n",
        ),
        ("# Heading", "<p># Heading</p>\n"),
        ("Heading\n===", "<p>Heading\n===</p>\n"),
        ("---", ""),
        ("```html\n<script>\n```", "<code>&lt;script&gt;\n</code>\n"),
        ("    <script>", "<code>&lt;script&gt;\n</code>\n"),
        # Pictures are not part of it: what is left is a link to one.
        ("![x](https://example.org/x.png)", f"<p>!{link('https://example.org/x.png', 'x')}</p>\n"),
    ],
)
def test_render_hostile_text_harmless(text, html):
    assert markdown.render(text) == html


class Reader(HTMLParser):
    """Notes what a browser would see: elements with their attributes."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    handle_startendtag = handle_starttag


HOSTILE = [
    "<script>",
    "</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:x'>",
    "<!--",
    "-->",
    "<![CDATA[",
    "javascript:alert(1)",
    "JAVASCRIPT&colon;alert(1)",
    "data:text/html;base64,PHN2Zz4=",
    "vbscript:x",
    "https://example.org/",
    "mailto:a@example.org",
    "//example.org",
    "[",
    "](",
    ")",
    "![",
    "][1]",
    "\n\n[1]: ",
    "<",
    ">",
    '"',
    "'",
    "`",
    "```\n",
    "**",
    "_",
    "\n",
    "\n\n",
    "    ",
    "> ",
    "- ",
    "1. ",
    "&#x6A;",
    "&lt;",
    "\0",
    "\x0b",
    "\u2028",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
]


@examples(deadline=None)
@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=5), max_size=25).map("".join))
@example("[a](<javascript:alert(1)>)\n\n- [![b](data:text/html,x)](vbscript:y)")
@example("> " * 500 + "[" * 500)
def test_render_only_what_is_allowed(text):
    for tag, attributes in Reader(markdown.render(text)).elements:
        assert tag in markdown.TAGS
        assert set(attributes) <= ({"href", "rel"} if tag == "a" else set())
        if tag == "a":
            assert attributes["rel"] == REL
            assert urlsplit(attributes.get("href", "")).scheme in {"", "http", "https", "mailto"}


@pytest.mark.parametrize(
    "piece", ["[", "![", "[](", "[a](", "**a ", "`", "``a`", "> ", "- ", "<a ", "<!--", "&#", "a\n"]
)
def test_render_long_hostile_text_to_known_tags_only(piece):
    html = markdown.render(piece * (10_000 // len(piece)))
    assert set(re.findall(r"</?(\w+)", html)) <= markdown.TAGS


def test_as_text():
    text = """**Goal** with `code`.

1. First
2. Second, [a page](https://city.example/)
   - inner
   - more

> Said
twice"""
    assert markdown.as_text(text).split("\n") == [
        "Goal with code.",
        "",
        "1. First",
        "2. Second, a page (https://city.example/)",
        "  - inner",
        "  - more",
        "",
        "Said twice",
    ]
