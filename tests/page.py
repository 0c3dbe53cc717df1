"""A page as its reader finds it: text, links, forms and elements.

    page = page_of(client.get("/cases/"))
    assert page.status == 200
    assert page.headings == ["Cases"]
    assert page.link("One counter") == "/cases/one-counter/"
    assert page.form("/cases/").fields == {"q": "", "theme": "customs"}
    assert [card.text for card in page.select("main .card")] == ["One counter"]

`text` and `lines` hold what is shown, without scripts and hidden elements. A test that something is
kept secret looks at `html`, which has the attributes and comments too.

A test of behaviour checks the structure, which stays the same when a text is edited:

    assert page.outcomes == ["success"]  # the level of the message, not its words
    assert page.wrong_fields == ["title"]  # the fields named in the error summary
    assert page.form("/cases/one-counter/publish/")
"""

import json
from functools import cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode

# All other elements start a new line, also cells and buttons, so that texts never run together.
INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "img"),
    *("ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time"),
    *("tspan", "u", "var", "wbr"),
}
NOT_SHOWN = {
    *("datalist", "desc", "head", "noscript", "script", "style", "template", "textarea", "title"),
}
ROLES = {
    "alert": "[role=alert]",
    "button": "button, input[type=submit], input[type=button], [role=button]",
    "checkbox": "input[type=checkbox]",
    "combobox": "select",
    "group": "fieldset, details, [role=group]",
    "heading": "h1, h2, h3, h4, h5, h6",
    "img": "img, [role=img]",
    "link": "a[href]",
    "navigation": "nav",
    "radio": "input[type=radio]",
    "region": "section[aria-label], section[aria-labelledby]",
    "search": "search, [role=search]",
    "status": "output, [role=status]",
    "table": "table",
}
MESSAGES = ".messages .message, .messagelist li"
NO_LINK = {"href": ""}
ERRORS = ".field-error, .errorlist, .errornote, [role=alert]"


def page_of(response) -> "Page":
    """Parse the response of a test client, or a string of HTML."""
    return Page(response)


class Element:
    """An element of a page. White space in its texts is collapsed."""

    def __init__(self, node: LexborNode, page: "Page"):
        self.node = node
        self.page = page

    def __repr__(self) -> str:
        return self.html if len(self.html) < 200 else f"{self.html[:200]}…"

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    @property
    def tag(self) -> str:
        return self.node.tag

    @property
    def html(self) -> str:
        return self.node.html or ""

    @cached_property
    def attributes(self) -> dict[str, str]:
        return {name: value or "" for name, value in self.node.attributes.items()}

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @cached_property
    def lines(self) -> list[str]:
        """The visible text, with one line for each block, cell and button."""
        lines = [""]
        add_text(self.node, lines)
        lines = [" ".join(line.split()) for line in lines]
        return [line for line in lines if line]

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    def after(self, line: str, count: int = 1) -> list[str]:
        """Return the lines that follow one."""
        start = self.lines.index(line) + 1
        return self.lines[start : start + count]

    @property
    def name(self) -> str:
        """The accessible name of the element."""
        if labels := self.attributes.get("aria-labelledby"):
            return " ".join(self.page.one(f'[id="{label}"]').text for label in labels.split())
        if self.tag in {"input", "select", "textarea"}:
            key = self.attributes.get("id")
            for label in self.page.select(f'label[for="{key}"]') if key else []:
                return label.text
            if label := closest(self.node, "label"):
                return Element(label, self.page).text
        for attribute in ("aria-label", "alt"):
            if value := self.attributes.get(attribute):
                return value
        return self.text or self.attributes.get("value", "")

    def select(self, css: str) -> list["Element"]:
        """Return the descendants that match a CSS selector, in document order."""
        # A node that matches several selectors of a list is found several times.
        found = {node.mem_id: node for node in self.node.css(css)}
        found.pop(self.node.mem_id, None)
        return [Element(node, self.page) for node in found.values()]

    def one(self, css: str) -> "Element":
        """Return the only matching element; fail if there is none or more than one."""
        found = self.select(css)
        assert len(found) == 1, f"{len(found)} elements match {css!r}: {found}"
        return found[0]

    def by_role(self, role: str, name: str | None = None) -> list["Element"]:
        """Return the elements with an ARIA role, optionally only those with an accessible name."""
        found = self.select(ROLES[role])
        return [each for each in found if name is None or each.name == name]

    @property
    def links(self) -> list[tuple[str, str]]:
        """The text and the URL of each link."""
        return [(link.name, link["href"]) for link in self.by_role("link")]

    def link(self, text: str) -> str:
        """Return the URL of the links with this text; fail if they lead to different ones."""
        found = {href for name, href in self.links if name == text}
        assert len(found) == 1, f"{text!r} leads to {sorted(found)}. Links: {self.links}"
        return found.pop()

    @property
    def headings(self) -> list[str]:
        return [each.text for each in self.by_role("heading")]

    @property
    def buttons(self) -> list[str]:
        return [each.name for each in self.by_role("button")]

    @property
    def alerts(self) -> list[str]:
        return [each.text for each in self.by_role("alert")]

    @property
    def errors(self) -> list[str]:
        """The lines of all form errors that are shown."""
        errors = self.select(ERRORS)
        inner = {each.node.mem_id for error in errors for each in error.select(ERRORS)}
        outer = [
            error for error in errors if error.node.mem_id not in inner and is_visible(error.node)
        ]
        return [line for error in outer for line in error.lines]

    @property
    def rows(self) -> list[list[str]]:
        """The texts of the cells of each table row."""
        return [[cell.text for cell in row.select("th, td")] for row in self.select("tr")]

    @property
    def forms(self) -> list["Form"]:
        return [Form(node, self.page) for node in self.node.css("form")]

    def form(self, action: str) -> "Form":
        """Return the only form with this action."""
        found = [form for form in self.forms if form.action == action]
        actions = [form.action for form in self.forms]
        assert len(found) == 1, f"{len(found)} forms are sent to {action!r}, of {actions}"
        return found[0]


class Form(Element):
    """A form and the data that it submits."""

    @property
    def action(self) -> str:
        """The action attribute as written; empty for the URL of the page itself."""
        return self.attributes.get("action", "")

    @property
    def method(self) -> str:
        return self.attributes.get("method", "get").lower()

    @cached_property
    def controls(self) -> list[Element]:
        """Its named inputs, including those outside of it with a `form` attribute."""
        names = "input[name], select[name], textarea[name], button[name]"
        own = [each for each in self.select(names) if "form" not in each.attributes]
        if key := self.attributes.get("id"):
            own += [each for each in self.page.select(names) if each.attributes.get("form") == key]
        return own

    @property
    def fields(self) -> dict[str, str | list[str]]:
        """The data that a browser would submit now, without buttons and the CSRF token.

        Names with several values have a list. Unchecked boxes and files are left out.
        """
        sent: dict[str, list[str]] = {}
        for control in self.controls:
            name = control["name"]
            if name != "csrfmiddlewaretoken" and "disabled" not in control.attributes:
                for value in values_of(control):
                    sent.setdefault(name, []).append(value)
        return {name: values if len(values) > 1 else values[0] for name, values in sent.items()}

    @property
    def labels(self) -> list[str]:
        return [each.text for each in self.select("label")]

    def choices(self, name: str) -> dict[str, str]:
        """Return the choices of a field: {value: text}."""
        found = {}
        for control in self.controls:
            if control["name"] == name and control.tag == "select":
                found |= {value_of(option): option.text for option in control.select("option")}
            elif control["name"] == name and control.attributes.get("type") in {
                "checkbox",
                "radio",
            }:
                found[value_of(control)] = control.name
        return found


class Page(Element):
    """A whole page with the status and the headers of its response."""

    def __init__(self, response):
        self.response = None if isinstance(response, str) else response
        html = response if isinstance(response, str) else response.content.decode()
        # Nodes are valid only as long as the document exists.
        self.document = LexborHTMLParser(html)
        self.source = html
        super().__init__(self.document.root, self)

    @property
    def html(self) -> str:
        """The exact content of the response."""
        return self.source

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        """The target of a redirect."""
        return self.response.headers["Location"]

    @property
    def title(self) -> str:
        found = self.document.css_first("head title")
        return " ".join(found.text().split()) if found else ""

    @property
    def main(self) -> Element:
        return self.one("main")

    @property
    def json_ld(self) -> list[dict]:
        """The structured data for search engines."""
        found = self.select('script[type="application/ld+json"]')
        return [json.loads(each.node.text()) for each in found]

    @property
    def messages(self) -> list[str]:
        """The messages shown after the last action, on the site or in the admin."""
        return [each.text for each in self.select(MESSAGES)]

    @property
    def outcomes(self) -> list[str]:
        """The level of each message: success, info, warning or error."""
        return [" ".join(each.classes - {"message"}) for each in self.select(MESSAGES)]

    @property
    def wrong_fields(self) -> list[str]:
        """The names of the fields that the error summary links to; "" for an error without one."""
        entries = self.select("#error-summary li")
        targets = [link["href"] for entry in entries for link in entry.select("a") or [NO_LINK]]
        return [target and self.one(f'[id="{target[1:]}"]')["name"] for target in targets]


def add_text(node: LexborNode, lines: list[str]) -> None:
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            lines[-1] += child.text_content or ""
        elif child.tag == "br":
            lines.append("")
        elif is_shown(child):
            if child.tag in INLINE:
                add_text(child, lines)
            else:
                lines.append("")
                add_text(child, lines)
                lines.append("")


def is_shown(node: LexborNode) -> bool:
    if node.tag in NOT_SHOWN or not node.is_element_node:
        return False
    attributes = node.attributes
    return "hidden" not in attributes and (node.tag != "dialog" or "open" in attributes)


def closest(node: LexborNode, tag: str) -> LexborNode | None:
    """Return the nearest ancestor with this tag."""
    parent = node.parent
    while parent is not None and parent.tag != tag:
        parent = parent.parent
    return parent


def is_visible(node: LexborNode) -> bool:
    """Whether a node and all elements around it are shown."""
    while node is not None and node.is_element_node:
        if not is_shown(node):
            return False
        node = node.parent
    return True


def value_of(element: Element) -> str:
    if element.tag == "option":
        return element.attributes.get("value", element.text)
    is_box = element.attributes.get("type") in {"checkbox", "radio"}
    return element.attributes.get("value", "on" if is_box else "")


def values_of(control: Element) -> list[str]:
    """Return the values that a control submits."""
    kind = control.attributes.get("type", "")
    if control.tag == "button" or kind in {"submit", "button", "image", "reset", "file"}:
        return []
    if control.tag == "textarea":
        # The parser has removed the line break after the start tag, as browsers do.
        return [control.node.text()]
    if control.tag == "select":
        options = control.select("option")
        chosen = [each for each in options if "selected" in each.attributes]
        if "multiple" in control.attributes:
            return [value_of(each) for each in chosen]
        return [value_of(each) for each in (chosen[-1:] or options[:1])]
    if kind in {"checkbox", "radio"} and "checked" not in control.attributes:
        return []
    return [value_of(control)]
