"""Accessibility by axe: WCAG 2.2 level AA, and what its makers hold to be good practice."""

from axe_playwright_python.sync_playwright import Axe

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
axe = Axe()


def violations(page, scheme: str) -> list[str]:
    """What axe finds on the page in one colour scheme."""
    page.emulate_media(color_scheme=scheme)
    # Half-way from one scheme to the other, colours are neither's.
    page.evaluate("Promise.all(document.getAnimations().map(animation => animation.finished))")
    found = axe.run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    return [
        f"{scheme}: {violation['id']} {node['target']} {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


def width_over(page) -> int:
    """By how many pixels the page is wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
