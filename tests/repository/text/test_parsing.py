import ast
import json
from pathlib import Path

import pytest
from django import forms
from django.conf import settings

from repository.text.parsing import BoundedDecoder, page_number, read_json, whole_number

DIGITS = "9" * 5_000


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", "1e3", "NaN", "٣", "1\0", " 1", DIGITS])
def test_whole_number_is_none_for_anything_else(text):
    assert whole_number(text) is None
    assert page_number(text) == 1


def test_whole_number_within_bounds():
    assert [whole_number(text, least=1, most=20) for text in ("0", "1", "20", "21", "007")] == [
        *[None, 1, 20, None, None]
    ]
    assert whole_number(str(2**63 - 1)) == 2**63 - 1
    assert whole_number(str(2**63)) is None


@pytest.mark.parametrize(
    "text",
    [
        *["", "{", "[" * 50_000, '{"a":' * 50_000, "[" * 60 + "]" * 60, f"[{DIGITS}]", "1e400"],
        *["NaN", "-Infinity", r'"\u0000"', r'["\ud800"]', r'{"a": {"\u0000": 1}}'],
        f'"{"a" * 1_000_000}"',
    ],
    ids=lambda text: text[:20],
)
def test_refuse_json_out_of_bounds(text):
    with pytest.raises(json.JSONDecodeError):
        read_json(text)
    with pytest.raises(forms.ValidationError):
        forms.JSONField(decoder=BoundedDecoder).clean(text)


def test_read_json_within_bounds():
    text = '{"a": [1, 2.5, "é", null, true], "b": {}}'
    assert read_json(text) == json.loads(text)


def test_parse_what_readers_send_in_one_place():
    """Views, forms and pages of the desk leave it to this module."""
    found = []
    for folder in ("views", "forms", "admin", "templatetags"):
        for path in sorted(Path(settings.BASE_DIR).glob(f"*/{folder}/**/*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and node.attr in {"isdigit", "isdecimal"}:
                    found.append((path.name, node.attr))
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "json.loads":
                    found.append((path.name, "json.loads"))
    assert found == []
