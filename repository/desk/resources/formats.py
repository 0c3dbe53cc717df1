"""Safe CSV and XLSX formats.

On export a cell that a spreadsheet would treat as a formula gets a leading apostrophe; on import it
is removed, so that exported files can be imported unchanged. An uploaded file is measured before it
is unpacked, because of zip bombs.
"""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from itertools import batched, islice
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

import tablib
from django.utils.translation import gettext as _
from import_export.formats import base_formats

from repository.text.formulas import guard, unguard

MAX_ROWS = 500
MAX_COLUMNS = 60
MAX_BYTES = 5 * 1024 * 1024
MAX_BYTES_UNPACKED = 30 * 1024 * 1024
MAX_PARTS = 1_000
# Elements and attributes in all parts of a workbook: about eight per cell of a full sheet.
MAX_MARKUP = 10 * MAX_ROWS * MAX_COLUMNS
MAX_TAG_LENGTH = 1024**2
# The parser of openpyxl repeats the namespace in each name.
MAX_NAMESPACE_LENGTH = 300
READ_AT_ONCE = 64 * 1024
MAX_CELL_LENGTH = 32_767  # the limit of XLSX


class FileRefused(ValueError):
    """The file cannot be read; the message is shown to the user."""


def guarded(dataset: tablib.Dataset) -> tablib.Dataset:
    return tablib.Dataset(
        *[[guard(cell) for cell in row] for row in dataset], headers=dataset.headers
    )


def dataset_of(rows) -> tablib.Dataset:
    """Build a dataset from rows of cells with a header row, without empty trailing cells."""
    rows = [[unguard(cell) for cell in row] for row in rows]
    headers = ["" if cell is None else str(cell).strip() for cell in (rows or [[]])[0]]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MAX_COLUMNS:
        raise too_wide()
    if not headers:
        raise FileRefused(_("The file is empty. The first row must contain the column names."))
    body = rows[1:]
    while body and all(cell in (None, "") for cell in body[-1]):
        body.pop()
    if not body:
        raise FileRefused(_("The file has no rows below the column names."))
    if len(body) > MAX_ROWS:
        raise FileRefused(
            _("The file has more than %(most)d rows. Split it into smaller files.")
            % {"most": MAX_ROWS}
        )
    width = len(headers)
    for number, row in enumerate(body, 2):
        if any(cell not in (None, "") for cell in row[width:]):
            raise FileRefused(
                _("Row %(row)d has more cells than there are columns.") % {"row": number}
            )
    return tablib.Dataset(
        *[(row + [""] * width)[:width] for row in body],
        headers=headers,
    )


def too_wide() -> FileRefused:
    return FileRefused(
        _("The file has more than %(most)d columns. Remove the ones you don’t need.")
        % {"most": MAX_COLUMNS}
    )


def of_few_columns(text: str, delimiter: str) -> Iterator[str]:
    """Yield the lines of a CSV text; raise FileRefused before parsing one with too many columns.

    A quotation mark within a cell makes the count inexact, so the limit here is generous.
    """
    is_quoted = False
    for line in StringIO(text, newline=""):
        pieces = line.split('"')
        outside = pieces[1::2] if is_quoted else pieces[::2]
        if sum(piece.count(delimiter) for piece in outside) > 10 * MAX_COLUMNS:
            raise too_wide()
        is_quoted ^= len(pieces) % 2 == 0
        yield line


class SafeCSV(base_formats.CSV):
    def create_dataset(self, in_stream, **kwargs):
        if isinstance(in_stream, bytes):
            try:
                in_stream = in_stream.decode("utf-8-sig")
            except UnicodeDecodeError:
                raise FileRefused(
                    _("The file is not in UTF-8. Save it as “CSV UTF-8” and choose it again.")
                ) from None
        if "\x00" in in_stream:
            raise FileRefused(_("This is not a CSV file. Save the sheet as CSV or XLSX."))
        # In many locales spreadsheets use semicolons.
        first = in_stream.partition("\n")[0]
        delimiter = ";" if first.count(";") > first.count(",") else ","
        lines = of_few_columns(in_stream, delimiter)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            return dataset_of(islice(reader, MAX_ROWS + 100))
        except csv.Error as error:
            raise FileRefused(
                _("The CSV file can’t be read at line %(line)d: %(reason)s.")
                % {"line": reader.line_num, "reason": error}
            ) from None

    def export_data(self, dataset, **kwargs):
        return super().export_data(guarded(dataset), **kwargs)


def measure(archive: ZipFile) -> None:
    """Refuse a workbook that would take too much time or memory, before it is parsed.

    A part of 30 MB can hold seven million cells in one row, which are read together.
    """
    too_large = FileRefused(
        _(
            "The workbook is too large. Maximum: %(rows)d rows, %(columns)d columns and "
            "%(megabytes)d MB uncompressed. Split it into smaller files."
        )
        % {
            "rows": MAX_ROWS,
            "columns": MAX_COLUMNS,
            "megabytes": MAX_BYTES_UNPACKED // 1024**2,
        }
    )
    parts = archive.infolist()
    unpacked = sum(entry.file_size for entry in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_BYTES_UNPACKED:
        raise too_large
    markup = 0

    def count(name: str, attributes: list[str]) -> None:
        nonlocal markup
        markup += 1 + len(attributes) // 2
        is_long = any(
            key.startswith("xmlns") and len(value) > MAX_NAMESPACE_LENGTH
            for key, value in batched(attributes, 2)
        )
        if is_long or markup > MAX_MARKUP:
            raise too_large

    def refuse(*declaration) -> None:
        raise ValueError("a workbook declares no entities")

    for entry in parts:
        parser = expat.ParserCreate()
        parser.ordered_attributes = True
        parser.StartElementHandler = count
        parser.EntityDeclHandler = refuse
        read = 0
        with archive.open(entry) as part:
            try:
                while piece := part.read(READ_AT_ONCE):
                    parser.Parse(piece)
                    read += len(piece)
                    if read - parser.CurrentByteIndex > MAX_TAG_LENGTH:
                        raise too_large
            except expat.ExpatError:
                # An image, or a part that openpyxl cannot parse either.
                continue


class SafeXLSX(base_formats.XLSX):
    def create_dataset(self, in_stream):
        self.get_format()
        # Imported here because openpyxl takes several MB in each worker and few requests need it.
        from openpyxl import load_workbook

        try:
            with ZipFile(BytesIO(in_stream)) as archive:
                measure(archive)
            # Values instead of formulas; row by row, up to the limit.
            book = load_workbook(BytesIO(in_stream), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            rows = list(
                islice(
                    sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS + 1),
                    MAX_ROWS + 100,
                )
            )
            book.close()
        except FileRefused:
            raise
        except (
            BadZipFile,
            KeyError,
            ValueError,
            TypeError,
            AttributeError,
            IndexError,
            OSError,
            SyntaxError,
        ) as error:
            raise FileRefused(
                _("This isn’t an XLSX workbook, or it is damaged. Save it again as XLSX.")
            ) from error
        return dataset_of(rows)

    def export_data(self, dataset, **kwargs):
        self.get_format()
        # See create_dataset().
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        for row in dataset:
            if any(isinstance(cell, str) and len(cell) > MAX_CELL_LENGTH for cell in row):
                raise FileRefused(
                    _("Some text is too long for an XLSX cell. Export as CSV instead.")
                )
        clean = tablib.Dataset(
            *[
                [
                    ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", cell)
                    if isinstance(cell, str)
                    else cell
                    for cell in row
                ]
                for row in dataset
            ],
            headers=dataset.headers,
        )
        return super().export_data(guarded(clean), **kwargs)
