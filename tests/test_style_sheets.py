"""The style sheets, parsed: a browser of 2022 shows the same pages."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import tinycss2
import tinycss2.ast as css
from django.conf import settings

SHEETS = sorted(Path(settings.BASE_DIR, "static/css").glob("*.css"))
# Rules whose block holds rules; a block of any other holds declarations.
GROUPS = {"layer", "media", "supports"}
TOO_NEW = {"light-dark", "color-mix", "has"}


def tokens(nodes: Iterable[css.Node]) -> Iterator[css.Node]:
    """All tokens, those in blocks and in the arguments of functions too."""
    for node in nodes:
        yield node
        if isinstance(node, css.FunctionBlock):
            yield from tokens(node.arguments)
        elif isinstance(
            node, (css.ParenthesesBlock, css.SquareBracketsBlock, css.CurlyBracketsBlock)
        ):
            yield from tokens(node.content)


def rules(nodes: Iterable[css.Node]) -> Iterator[css.QualifiedRule | css.AtRule]:
    """The rules of a style sheet, those within groups too."""
    for node in nodes:
        if isinstance(node, css.QualifiedRule):
            yield node
        elif isinstance(node, css.AtRule):
            yield node
            if node.content is not None and node.lower_at_keyword in GROUPS:
                yield from rules(
                    tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
                )


def too_new(text: str) -> list[str]:
    """Functions, selectors and nested rules that a browser of 2022 does not know; and errors."""
    found = []
    sheet = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    for rule in rules(sheet):
        content = rule.content or []
        inner = (
            rule.prelude
            if isinstance(rule, css.AtRule) and rule.lower_at_keyword in GROUPS
            else [*rule.prelude, *content]
        )
        found += [
            node.lower_name
            for node in tokens(inner)
            if isinstance(node, css.FunctionBlock) and node.lower_name in TOO_NEW
        ]
        if isinstance(rule, css.QualifiedRule):
            parts = tinycss2.parse_blocks_contents(
                content, skip_comments=True, skip_whitespace=True
            )
            found += [
                "nested" for part in parts if isinstance(part, (css.QualifiedRule, css.AtRule))
            ]
            found += [part.message for part in parts if isinstance(part, css.ParseError)]
    return found + [rule.message for rule in sheet if isinstance(rule, css.ParseError)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a { color: light-dark(#000, #fff) }", ["light-dark"]),
        ("@media print { a { color: color-mix(in srgb, red, blue) } }", ["color-mix"]),
        ("@layer a { @supports (gap: 0) { a:not(:has(b)) { gap: 0 } } }", ["has"]),
        ("@supports selector(:has(a)) { a { gap: 0 } }", ["has"]),
        ("a { gap: 0; & b { gap: 0 } }", ["nested"]),
        ("a { @media print { gap: 0 } }", ["nested"]),
        ("/* light-dark() */ a::before { content: 'color-mix()' }", []),
    ],
)
def test_find_what_is_too_new(text, found):
    assert too_new(text) == found


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_use_what_a_browser_of_2022_knows(sheet):
    assert too_new(sheet.read_text()) == []


def test_find_all_style_sheets():
    assert {"admin.css", "community.css", "partnerships.css", "site.css"} <= {
        sheet.name for sheet in SHEETS
    }


def declared(sheet: Path, selector: str) -> dict[str, str]:
    """The last values of the properties that the rules of exactly this selector declare."""
    found = {}
    for rule in rules(
        tinycss2.parse_stylesheet(sheet.read_text(), skip_comments=True, skip_whitespace=True)
    ):
        if (
            isinstance(rule, css.QualifiedRule)
            and tinycss2.serialize(rule.prelude).strip() == selector
        ):
            for part in tinycss2.parse_blocks_contents(
                rule.content, skip_comments=True, skip_whitespace=True
            ):
                assert isinstance(part, css.Declaration)
                found[part.name] = tinycss2.serialize(part.value).strip()
    return found


def test_the_dark_desk_is_the_same_by_the_browser_and_by_its_switch():
    admin = Path(settings.BASE_DIR, "static/css/admin.css")
    by_browser = declared(admin, 'html:root:not([data-theme="light"])')
    assert by_browser == declared(admin, 'html[data-theme="dark"]:root')
    assert by_browser.keys() <= declared(admin, "html:root").keys()
    assert len(by_browser) > 20
