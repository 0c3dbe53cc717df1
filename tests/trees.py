"""A page as a tree of elements and texts, one per line; equal pages have equal trees.

Attributes are sorted. White space in texts is collapsed as a browser shows it: it is significant
between inline elements, but not at the edges of a block. Values that differ between runs (tokens,
random names) are masked.
"""

import json
import re
from contextlib import suppress
from html.parser import HTMLParser
from xml.etree import ElementTree


def words(text: str) -> set[str]:
    return set(text.split())


VOID = words("area base br col embed hr img input link meta source track wbr")
# Elements with lines of their own, or in the head.
BLOCK = words("""
    address article aside base blockquote body br caption col colgroup datalist dd details dialog
    div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html
    legend li link main menu meta nav ol optgroup option p pre search section source summary table
    tbody td tfoot th thead title tr track ul
""")
# Inline elements that count as one character, regardless of their content.
ATOMIC = words("""
    audio button canvas embed iframe img input meter object progress select svg textarea video
""")
# Elements that style sheets display as blocks: children of flex and grid containers, sources and
# field labels.
CONTAINERS = words("""
    acts actions audience bar bell brand by card chips chosen figure find form goal goals head intro
    join letters names notice-tools options pages panel queue-filters queue-pages shared sorts ticks
    tools verbs
""")
FIELDS = {"canned", "choice-list", "choices", "field", "options"}
# Invisible elements: the texts before and after them are adjacent.
UNSHOWN = {"noscript", "script", "style", "template"}
EXACT = {"pre", "script", "style", "textarea"}
CLOSES_PARAGRAPH = words("""
    address article aside blockquote details dialog div dl fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 header hgroup hr main menu nav ol p pre search section table ul
""")
# The elements that a start tag closes, and those at which closing stops.
ENDS = {
    "li": ({"li"}, {"ul", "ol", "menu"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "tr": ({"tr"}, {"table"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "tbody": ({"thead", "tbody"}, {"table"}),
    "tfoot": ({"thead", "tbody"}, {"table"}),
    "option": ({"option"}, {"select", "datalist", "optgroup"}),
    "optgroup": ({"optgroup"}, {"select"}),
}
# Attributes whose white space is insignificant, and those that are sets of words.
LOOSE = words("alt content d points sizes srcset style viewbox transform media")
WORDS = words("class rel headers aria-describedby aria-labelledby aria-owns")

SPACE = re.compile(r"[ \t\n\r\f]+")
MASKS = [
    # Numbers that depend on the order of migrations: kinds of objects and permissions.
    (re.compile(r"\badmin/r/\d+/"), "admin/r/‹kind›/"),
    (re.compile(r'(<option value=")\d+("[^>]*>[^<|]+\|[^<|]+\|)'), r"\1‹permission›\2"),
    (re.compile(r"\bn\d{12}\b"), "n‹hex›"),
    (re.compile(r"(data:image/svg\+xml;base64,)[\w+/=‹›]+"), r"\1‹picture›"),
    (re.compile(r"[\w.=-]+(?::|%3A)[0-9A-Za-z]{6}(?::|%3A)[\w-]{27,}"), "‹signed›"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "‹uuid›"),
    (re.compile(r"(?<![0-9a-f])(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{12,}(?![0-9a-f])"), "‹hex›"),
    (
        re.compile(
            r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])((?=[\w-]*\d)[\w-]{22,}|[\w-]{43,})(?![\w-])"
        ),
        "‹token›",
    ),
    (re.compile(r"\b[A-Z2-7]{32}\b"), "‹key›"),
    (re.compile(r"\b1[789]\d{8}\b"), "‹seconds›"),
    # The data is created within a minute of the fixed clock.
    (re.compile(r"(?<!\d)12:00:\d\d(\.\d+)?"), "12:00:‹s›"),
]


def masked(text: str) -> str:
    for pattern, name in MASKS:
        text = pattern.sub(name, text)
    return text


class Tree(HTMLParser):
    """`lines` are pairs of a depth and an element or a text."""

    def __init__(self, html: str):
        super().__init__()
        self.lines: list[list] = []
        self.open: list[str] = []
        self.kinds: list[str] = []
        self.classes: list[set[str]] = []
        self.kept: list[tuple] = []  # saved states around invisible elements
        self.skips_space = True  # whether a space here would be invisible
        # The text whose trailing space is dropped if its line ends here.
        self.trailing: list | None = None
        self.feed(html)
        self.close()
        self.end_line()
        while self.open:
            self.pop()

    # Line structure

    def kind(self, tag: str, attributes: dict) -> str:
        if tag in UNSHOWN or (tag == "input" and attributes.get("type") == "hidden"):
            return "unshown"
        if "svg" in self.open:
            return "inline" if tag == "tspan" else "block"
        if tag in BLOCK or (self.classes and CONTAINERS & self.classes[-1]):
            return "block"
        if "source" in attributes.get("class", "").split():
            return "block"
        if tag == "label" and any(FIELDS & classes for classes in self.classes):
            return "block"
        return "atomic" if tag in ATOMIC else "inline"

    def end_line(self) -> None:
        if self.trailing is not None:
            self.trailing[1] = self.trailing[1][:-1]
        self.skips_space, self.trailing = True, None

    def end_atom(self) -> None:
        self.end_line()
        self.skips_space = False

    # Parser events

    def handle_starttag(self, tag, attrs):
        self.end_implied(tag)
        attributes = {name: value or "" for name, value in attrs}
        kind = self.kind(tag, attributes)
        if kind == "unshown":
            self.kept.append((self.skips_space, self.trailing))
            self.skips_space, self.trailing = True, None
        elif kind == "block":
            self.end_line()
        elif kind == "atomic":
            self.skips_space, self.trailing = True, None
        named = " ".join([tag, *(f'{name}="{value}"' for name, value in written(attributes))])
        self.lines.append([len(self.open), f"<{named}>", False])
        self.open.append(tag)
        self.kinds.append(kind)
        self.classes.append(words(attributes.get("class", "")))
        if tag in VOID:
            self.pop()

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID and "svg" in self.open:
            self.pop()

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if tag not in self.open:
            self.lines.append([len(self.open), f"</{tag}> of no element", False])
            return
        while self.pop() != tag:
            pass

    def handle_data(self, data):
        if any(tag in EXACT for tag in self.open):
            self.add_exact(data)
            return
        text = SPACE.sub(" ", data)
        if self.skips_space:
            text = text.removeprefix(" ")
        if not text:
            return
        last = self.lines[-1] if self.lines else None
        if last and last[2] and last[0] == len(self.open):
            last[1] += text
        else:
            last = [len(self.open), text, True]
            self.lines.append(last)
        self.skips_space = text.endswith(" ")
        self.trailing = last if self.skips_space else None

    def handle_decl(self, decl):
        self.lines.append([0, f"<!{decl.lower()}>", False])

    # Helpers of the parser

    def pop(self) -> str:
        kind = self.kinds.pop()
        self.classes.pop()
        if kind == "unshown":
            self.skips_space, self.trailing = self.kept.pop()
        elif kind == "block":
            self.end_line()
        elif kind == "atomic":
            self.end_atom()
        return self.open.pop()

    def end_implied(self, tag: str) -> None:
        ended, limits = ENDS.get(tag, (set(), set()))
        if tag in CLOSES_PARAGRAPH:
            ended, limits = ended | {"p"}, limits | {"button", "table", "td", "th", "template"}
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place] in limits:
                return
            if self.open[place] in ended:
                while len(self.open) > place:
                    self.pop()
                return

    def add_exact(self, data: str) -> None:
        if self.open[-1] in {"script", "style"}:
            data = data.strip()
            with suppress(ValueError):
                data = json.dumps(json.loads(data), ensure_ascii=False, indent=1, sort_keys=True)
        elif self.lines[-1][1].startswith(("<pre", "<textarea")):
            data = data.removeprefix("\n")
        if data:
            self.lines += [[len(self.open), f"|{line}", False] for line in data.split("\n")]
            self.skips_space, self.trailing = False, None


def written(attributes: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, value_of(name, value)) for name, value in sorted(attributes.items())]


def value_of(name: str, value: str) -> str:
    if name in WORDS:
        return " ".join(sorted(value.split()))
    if name in LOOSE or name == "aria-label":
        return SPACE.sub(" ", value).strip()
    return value.replace("\n", "\\n")


def lines(html: str) -> list[str]:
    """Return the tree of a page as indented lines; texts are quoted."""
    return [
        masked("  " * depth + (f"“{text}”" if is_text else text))
        for depth, text, is_text in Tree(html).lines
        if text
    ]


def kind_of(head: dict) -> str:
    return head.get("Content-Type", "").partition(";")[0]


def is_text(kind: str) -> bool:
    return kind.startswith("text/") or kind.endswith(("json", "xml", "javascript"))


def of_answer(text: str) -> list[str]:
    """Return the lines of a recorded response: JSON with status and headers, then the content."""
    head, _, content = text.partition("\n")
    if not head.startswith("{"):
        return text.split("\n")
    named = json.loads(head)
    found = [f"{name}: {masked(str(value))}" for name, value in named.items()]
    return [*found, "", *of_content(kind_of(named), content)]


def of_content(kind: str, content: str) -> list[str]:
    if kind == "text/html":
        return lines(content)
    if kind.endswith("json"):
        with suppress(ValueError):
            content = json.dumps(json.loads(content), ensure_ascii=False, indent=1, sort_keys=True)
    if kind.endswith("xml") and content:
        root = ElementTree.fromstring(content)
        ElementTree.indent(root)
        content = ElementTree.tostring(root, encoding="unicode")
    return masked(content).replace("\r\n", "\n").split("\n")
