"""Accessibility by axe: WCAG 2.2 level AA, and what its makers hold to be good practice."""

import os
from pathlib import Path

import pytest

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Those of its rules that ask about colours.
COLOURS = ["color-contrast", "link-in-text-block"]


def script() -> str:
    """Return the text of axe, or skip the test."""
    if not (path := os.environ.get("AXE")):
        pytest.skip("no axe: deploy/ensure-axe fetches it with npm")
    return Path(path).read_text()


def violations(page, *schemes: str) -> list[str]:
    """What axe finds on the page in these colour schemes.

    Nothing but colours changes from one to another (`test_only_colours_depend_on_the_colour_scheme`
    holds the style sheets to it), so in all but the first axe looks at colours alone.
    """
    # Until the style sheets are loaded, sizes and distances are those of a bare page.
    page.wait_for_load_state("load")
    if not page.evaluate("'axe' in window"):
        page.evaluate(script())
    found = []
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        # Half-way from one scheme to the other, colours are neither's. Ended, not waited for: a
        # window that is not looked at need not move on.
        page.evaluate("document.getAnimations().forEach(animation => animation.finish())")
        options = {"runOnly": TAGS if scheme == schemes[0] else COLOURS}
        broken = page.evaluate(
            "async options => (await axe.run(options)).violations",
            options | {"resultTypes": ["violations"]},
        )
        found += [
            f"{scheme}: {violation['id']} {node['target']} {node['failureSummary']}"
            for violation in broken
            for node in violation["nodes"]
        ]
    return found


def width_over(page) -> int:
    """By how many pixels the page is wider than the window."""
    # Between two pages there is a document without an element.
    page.wait_for_load_state("load")
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def width_over_at_double_text(page) -> int:
    """The same on a phone whose reader doubles the size of text; the size is put back."""
    size = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    over = width_over(page)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(size)
    return over


# Signs apart from the word before them ("Zarqum , Uzbekistan"), and numbers joined to it
# ("Everything9"), as they are drawn: white space between the parts of a flexible box is not.
JOINS = """() => {
    const found = [], nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let last = null;
    const box = (node, start) => {
        const range = document.createRange();
        range.setStart(node, start);
        range.setEnd(node, start + 1);
        return range.getBoundingClientRect();
    };
    while (nodes.nextNode()) {
        const node = nodes.currentNode, text = node.data.trim();
        const element = node.parentElement;
        if (!text || !element.checkVisibility()) continue;
        const begin = node.data.indexOf(text), first = box(node, begin);
        if (element.closest("svg, .visually-hidden") || !first.width) continue;
        if (last && first.top < last.box.bottom && first.bottom > last.box.top) {
            const gap = first.left - last.box.right;
            const isApart = /^[,.;](\\s|$)/.test(text) && gap - last.padding > 3 && gap < 20;
            const isJoined = /^\\d/.test(text) && /[a-z]$/i.test(last.text) && gap > -2 && gap < 1;
            if (isApart || isJoined) found.push(`${last.text}${isApart ? " " : ""}${text}`);
        }
        // The marks of a quotation are no text.
        const style = getComputedStyle(element);
        const padding = element.matches("q") ? 20 : parseFloat(style.paddingRight);
        last = { text, padding, box: box(node, begin + text.length - 1) };
    }
    return found;
}"""


def joins(page) -> list[str]:
    return page.evaluate(JOINS)
