"""Files as spreadsheets write them, and as the hostile write them."""

import io
import re
import tracemalloc
import zipfile

import pytest
import tablib
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from repository.desk.resources.formats import (
    MAX_BYTES,
    MAX_CELL_LENGTH,
    MAX_COLUMNS,
    MAX_ROWS,
    FileRefused,
    SafeCSV,
    SafeXLSX,
    guard,
    unguard,
)
from tests.sampling import examples
from tests.timing import ends_soon

NASTY = ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\tx", "\rx", "\nx", "'=1", "''=1", "＝1", "=", "-"]
# What spreadsheets skip before a formula, or take for the end of the cell before it.
SKIPPED = [
    *[";", "\t", " ", "\N{NO-BREAK SPACE}", "\N{IDEOGRAPHIC SPACE}", "\v", "\f", "\x1c"],
    *["\ufeff", "\u200b", "\u200d", "\u2060", "\u00ad", "\u202e", "\ufe0f", "\x85", "\u2028"],
]
# What XML can hold, and CSV gives back: line breaks are \n in what is stored.
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=20
)
PIECES = st.sampled_from(["=1", "'=1", "-", "-5", "'", "a", "\u200b", *SKIPPED])
CELLS = st.one_of(TEXT, st.sampled_from(NASTY), st.sampled_from(["-1.5", "+3", "1e5", "'-1"]))
LEADS_TO_FORMULA = re.compile(r"[^\w']*?[=+\-@＝﹦＋]", re.ASCII)


def read(format_class, data):
    dataset = format_class().create_dataset(data)
    return dataset.headers, [list(row) for row in dataset]


def written(format_class, *rows):
    dataset = tablib.Dataset(*rows, headers=["slug", "title"])
    data = format_class().export_data(dataset)
    return data if isinstance(data, bytes) else data.encode("utf-8-sig")


@pytest.mark.parametrize("cell", NASTY)
def test_guard_every_beginning_of_a_formula(cell):
    assert guard(cell) == f"'{cell}"
    assert unguard(guard(cell)) == cell


@pytest.mark.parametrize("first", "=+-@＝﹦＋")
@pytest.mark.parametrize(
    "skipped", [*SKIPPED, "".join(SKIPPED), "; \u200b", "\ufeff\xa0"], ids=ascii
)
def test_guard_a_formula_after_what_spreadsheets_skip(skipped, first):
    cell = f"{skipped}{first}1+1"
    guarded = guard(cell)
    assert guarded.startswith("'")
    # Nor where the spreadsheet splits the cell at a separator.
    assert [piece for piece in re.split("[;\t]", guarded) if LEADS_TO_FORMULA.match(piece)] == []
    assert unguard(guarded) == cell


@pytest.mark.parametrize(
    ("cell", "guarded"),
    [("a;=1", "a;'=1"), ("a;\u200b@b;c", "a;'\u200b@b;c"), ("a\t-b", "a\t'-b"), ("a; -5;b", None)],
)
def test_guard_a_formula_after_a_separator(cell, guarded):
    assert guard(cell) == (guarded or "a;' -5;b")
    assert unguard(guard(cell)) == cell


@given(st.lists(PIECES, max_size=8).map("".join))
def test_unguard_undoes_guard_of_any_mix(cell):
    assert unguard(guard(cell)) == cell


@pytest.mark.parametrize("cell", ["-1.5", "+49", "1", 5, -2.5, None, "plain", "a=b", "'quoted'"])
def test_guard_leaves_numbers_and_words(cell):
    assert guard(cell) == cell
    assert unguard(cell) == cell


@given(CELLS)
def test_unguard_undoes_guard(cell):
    assert unguard(guard(cell)) == cell


@examples(0.2)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
@pytest.mark.parametrize("format_class", [SafeCSV, SafeXLSX])
def test_read_back_what_was_written(format_class, rows):
    rows = [[f"s{number}", second] for number, (_first, second) in enumerate(rows)]
    headers, body = read(format_class, written(format_class, *rows))
    assert headers == ["slug", "title"]
    assert [[cell or "" for cell in row] for row in body] == rows


@pytest.mark.parametrize("cell", NASTY)
def test_write_no_formula_into_a_workbook(cell):
    sheet = load_workbook(io.BytesIO(written(SafeXLSX, ["s", cell]))).active
    assert (sheet["B2"].data_type, sheet["B2"].value.lstrip("\t\r\n")[0]) == ("s", "'")


def test_write_unstorable_characters_as_a_mark():
    assert read(SafeXLSX, written(SafeXLSX, ["s", "a\x0bb"]))[1] == [
        ["s", "a\N{REPLACEMENT CHARACTER}b"]
    ]


def test_write_text_too_long_for_a_cell_is_refused():
    with pytest.raises(FileRefused, match="Some text is too long for an XLSX cell"):
        written(SafeXLSX, ["s", "x" * (MAX_CELL_LENGTH + 1)])


def test_read_csv_with_semicolons_mark_and_blank_ends():
    data = '\ufeffslug;title;\r\na;"One; two"\r\n;;\r\n'.encode()
    assert read(SafeCSV, data) == (["slug", "title"], [["a", "One; two"]])


def test_read_short_rows_filled_up():
    assert read(SafeCSV, b"slug,title\na\n") == (["slug", "title"], [["a", ""]])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "The file is empty"),
        (b"slug,title\n", "no rows below"),
        (b"slug,title\n,\n", "no rows below"),
        (b"slug\nx,y\n", "Row 2 has more cells"),
        (b"slug\n" + b"x\n" * (MAX_ROWS + 1), "more than 500 rows"),
        (b"slug\n" + b"x\n" * 100_000, "more than 500 rows"),
        ("slug\nMünchen".encode("latin-1"), "not in UTF-8"),
        (b"slug\nx\x00y", "not a CSV file"),
        (b'slug\n"open', "be read at line"),
        (b"slug\n" + b"x" * 200_000, "be read at line"),
        (b"\x89PNG\r\n\x1a\n", "not in UTF-8"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_read_bad_csv_is_refused_in_words(data, words):
    with pytest.raises(FileRefused, match=words):
        read(SafeCSV, data)


@pytest.mark.parametrize(
    "data",
    [
        b"," * (MAX_BYTES - 1) + b"\nx",
        b"slug\nx" + b"," * (MAX_BYTES - 100) + b"\n",
        b";" * 3_000_000,
        b'slug,"a\nb",c\n"x\ny"' + b"," * 3_000_000,
        b'"","",' * 700_000,
    ],
    ids=["first row", "later row", "semicolons", "after quoted lines", "quoted"],
)
def test_read_csv_of_millions_of_columns_is_refused_soon(data):
    SafeCSV().get_format()
    tracemalloc.start()
    try:
        with pytest.raises(FileRefused, match="more than 60 columns"):
            read(SafeCSV, data)
        # No more than the text, the copy in which lines are looked for, and one line.
        assert tracemalloc.get_traced_memory()[1] < 16 * len(data)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("width", [MAX_COLUMNS, MAX_COLUMNS + 1])
def test_read_as_many_columns_as_are_taken(width):
    names, row = [f"c{n}" for n in range(width)], ["a, b" * 200] * width
    files = {
        SafeCSV: f"{','.join(names)}\n{','.join(f'"{cell}"' for cell in row)}\n".encode(),
        SafeXLSX: workbook(names, row),
    }
    for format_class, data in files.items():
        if width > MAX_COLUMNS:
            with pytest.raises(FileRefused, match="more than 60 columns"):
                read(format_class, data)
        else:
            assert read(format_class, data) == (names, [row])


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data, **parts):
    """A workbook in which some parts are replaced; names carry __ for / and end in XML."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(
                name, parts.get(name.replace("/", "__").removesuffix(".xml"), old.read(name))
            )
    return out.getvalue()


SHEET = "xl__worksheets__sheet1"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_read_workbook_values_not_formulas():
    data = workbook(["slug", "title"], ["a", "=1+1"])
    assert read(SafeXLSX, data)[1] == [["a", None]]


def test_read_workbook_with_one_cell_far_away():
    """A cell in the last row and column must not make a million rows of sixteen thousand cells."""
    sheet = (
        f'<worksheet {NAMESPACE}><dimension ref="A1:XFD1048576"/><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>slug</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c></row>'
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    data = repacked(workbook(["slug"]), **{SHEET: sheet})
    assert read(SafeXLSX, data) == (["slug"], [["a"]])


def test_read_workbook_that_unpacks_very_large_is_refused():
    sheet = f"<worksheet {NAMESPACE}><sheetData>{' ' * 70_000_000}</sheetData></worksheet>"
    data = repacked(workbook(["slug"]), **{SHEET: sheet})
    assert len(data) < 100_000
    with pytest.raises(FileRefused, match="The workbook is too large"):
        read(SafeXLSX, data)


STYLES = "xl__styles"
ROW = f"<worksheet {NAMESPACE}><sheetData><row>%s</row></sheetData></worksheet>"


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (SHEET, lambda: ROW % ("<c/>" * 7_000_000)),
        (SHEET, lambda: ROW % ("</row><row>" * 2_500_000)),
        (SHEET, lambda: ROW % f"<c {' '.join(f"a{n}=''" for n in range(2_000_000))}/>"),
        (
            STYLES,
            lambda: f"<styleSheet {NAMESPACE}><cellXfs>{'<xf/>' * 500_000}</cellXfs></styleSheet>",
        ),
        ("xl__theme__theme1", lambda: "<a>" * 1_000_000),
        (SHEET, lambda: f"<worksheet xmlns='{'u' * 900_000}'>{'<c/>' * 250_000}</worksheet>"),
    ],
    ids=["cells", "rows", "attributes", "styles", "depth", "namespace"],
)
def test_read_workbook_of_many_small_things_is_refused_soon(part, text):
    data = repacked(workbook(["slug"]), **{part: text()})
    assert len(data) < MAX_BYTES
    read(SafeXLSX, workbook(["slug"], ["a"]))  # which loads what reads workbooks
    tracemalloc.start()
    try:
        with ends_soon(), pytest.raises(FileRefused, match="The workbook is too large"):
            read(SafeXLSX, data)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 50 * 1024**2


def test_read_workbook_of_many_parts_is_refused():
    data = io.BytesIO(workbook(["slug"], ["a"]))
    with zipfile.ZipFile(data, "a") as archive:
        for number in range(1_000):
            archive.writestr(f"xl/media/{number}.xml", "")
    with pytest.raises(FileRefused, match="The workbook is too large"):
        read(SafeXLSX, data.getvalue())


def test_read_workbook_as_large_as_it_may_be():
    rows = [[f"{row} {column}" for column in range(MAX_COLUMNS)] for row in range(MAX_ROWS)]
    headers = [f"column {number}" for number in range(MAX_COLUMNS)]
    assert read(SafeXLSX, workbook(headers, *rows)) == (headers, rows)


def test_read_workbook_with_exploding_entities_is_refused():
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
    )
    sheet = (
        f"<?xml version='1.0'?><!DOCTYPE worksheet [{entities}]><worksheet {NAMESPACE}>"
        '<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&a11;</t></is></c></row></sheetData>'
        "</worksheet>"
    )
    with pytest.raises(FileRefused, match="damaged"):
        read(SafeXLSX, repacked(workbook(["slug"]), **{SHEET: sheet}))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"slug,title\na,b\n",
        b"PK\x03\x04garbage",
        repacked(workbook(["slug"]), **{SHEET: "<broken"}),
        repacked(workbook(["slug"]), xl__workbook="<workbook/>"),
    ],
    ids=["empty", "csv", "garbage", "broken-sheet", "no-sheets"],
)
def test_read_bad_workbook_is_refused_in_words(data):
    with pytest.raises(FileRefused, match="This isn’t an XLSX workbook, or it is damaged"):
        read(SafeXLSX, data)
