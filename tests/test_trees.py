"""Pages that look alike have equal trees, and others have not."""

import pytest

from tests import trees


def body(html: str) -> list[str]:
    return [line.lstrip() for line in trees.lines(html)]


def test_sort_attributes_and_classes():
    one = '<p id="a" class="lead  wide" title="b"></p>'
    other = '<p title="b"\n class="wide lead" id="a"></p>'
    assert body(one) == body(other) == ['<p class="lead wide" id="a" title="b">']


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        # Space at the edges of a block is not seen.
        ("<div>\n <p>\n a\n  b </p>\n\n<p>c</p> </div>", ["<div>", "<p>", "“a b”", "<p>", "“c”"]),
        ("<p>a <br> b</p>", ["<p>", "“a”", "<br>", "“b”"]),
        ("<p>a <b>b </b> </p>", ["<p>", "“a ”", "<b>", "“b”"]),
        ("<p><a> a</a></p>", ["<p>", "<a>", "“a”"]),
        # Between inline elements it is one space, where the first of a run stands.
        ("<p><a>a</a>\n  <a>b</a></p>", ["<p>", "<a>", "“a”", "“ ”", "<a>", "“b”"]),
        ("<p><a>a</a><a>b</a></p>", ["<p>", "<a>", "“a”", "<a>", "“b”"]),
        ("<p>a <b> b</b></p>", ["<p>", "“a ”", "<b>", "“b”"]),
        ("<p>a<b> b</b></p>", ["<p>", "“a”", "<b>", "“ b”"]),
        ("<p>a <!-- no --> b</p>", ["<p>", "“a b”"]),
        ("<p>a\u00a0 b</p>", ["<p>", "“a\u00a0 b”"]),
        # A control is like a letter; what is not shown is not there.
        ("<p>a <button> b </button> c</p>", ["<p>", "“a ”", "<button>", "“b”", "“ c”"]),
        ("<p>a <input> </p>", ["<p>", "“a ”", "<input>"]),
        ("<p> <script> b </script> c</p>", ["<p>", "<script>", "|b", "“c”"]),
        ('<p>a <input type="hidden"> c</p>', ["<p>", "“a ”", '<input type="hidden">', "“c”"]),
        # Nor between what stands in a flex or grid container.
        (
            '<p class="acts">a <a> b</a> <a>c</a></p>',
            ['<p class="acts">', "“a”", "<a>", "“b”", "<a>", "“c”"],
        ),
        # Nor beside a source, which stands on a line of its own.
        (
            '<p>a <span class="source"> b</span> c</p>',
            ["<p>", "“a”", '<span class="source">', "“b”", "“c”"],
        ),
        (
            '<p class="field"><label>a </label> <input></p>',
            ['<p class="field">', "<label>", "“a”", "<input>"],
        ),
        # Pictures have no text of their own but in their texts.
        (
            "<svg> <g> <text> a <tspan>b</tspan> </text> </g></svg>",
            ["<svg>", "<g>", "<text>", "“a ”", "<tspan>", "“b”"],
        ),
        # Exact.
        ("<pre>\n a\n  b </pre>", ["<pre>", "| a", "|  b "]),
        ("<textarea>\n a </textarea>", ["<textarea>", "| a "]),
    ],
)
def test_collapse_space_as_a_browser_does(html, expected):
    assert body(html) == expected


def test_path_of_an_element():
    assert trees.lines("<div><p>a</p></div>") != trees.lines("<div></div><p>a</p>")
    assert trees.lines("<div><p>a</div>") == trees.lines("<div><p>a</p></div>")
    assert trees.lines("<ul><li>a<li>b</ul>") == trees.lines("<ul> <li>a</li> <li>b</li> </ul>")
    assert trees.lines("<p>a<div>b</div>") == trees.lines("<p>a</p><div>b</div>")
    assert body("a</p>") == ["“a”", "</p> of no element"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("WzEsImEiXQ:1wMzXb:" + "aB3-" * 10 + "xyz", "‹signed›"),
        ("c0ffee00c0ffee00c0ffee00", "‹hex›"),
        ("files/c0ffee00c0ffee00.pdf", "files/‹hex›.pdf"),
        ("0190d2c1-3f2b-7a55-8a01-0123456789ab", "‹uuid›"),
        ("aB3" * 20, "‹token›"),
        ("n317112678004", "n‹hex›"),
        ("/admin/r/142/7/", "/admin/r/‹kind›/7/"),
        ("2026-11-27T12:00:07.123456+00:00", "2026-11-27T12:00:‹s›+00:00"),
    ],
)
def test_mask_what_differs_each_time(text, expected):
    assert trees.masked(f'value="{text}"') == f'value="{expected}"'


@pytest.mark.parametrize(
    "text",
    [
        "/cases/zhengzhou-pilot-zone-for-e-commerce-2020/",
        "2020-05-04T10:00:00+00:00",
        "202012312359",
    ],
)
def test_mask_nothing_else(text):
    assert trees.masked(text) == text


def test_read_answers_of_each_kind():
    def of(kind: str, content: str) -> list[str]:
        head = f'{{"Status": 200, "Content-Type": "{kind}"}}'
        return trees.of_answer(f"{head}\n{content}")[3:]

    assert of("text/html; charset=utf-8", "<p> a</p>") == ["<p>", "  “a”"]
    assert of("application/json", '{"b": 1,\n"a": 2}') == ["{", ' "a": 2,', ' "b": 1', "}"]
    assert of("application/xml", "<a><b/>\n</a>") == of("text/xml", "<a>\n <b /></a>")
    assert of("text/csv", "a,b\r\n") == ["a,b", ""]
