"""Which office documents may be shared. Nothing here may raise anything but ValidationError."""

import random
import struct
import zipfile
from contextlib import suppress
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from community.writing.attachments import files, office
from community.writing.attachments.files import TYPES
from tests.files import PDF, picture
from tests.office import (
    ALL,
    content,
    manifest,
    odf,
    ooxml,
    packed,
    relationships,
    types,
)
from tests.office import office as document
from tests.sampling import examples
from tests.timing import ends_soon

RUNS, LOADS, PASSWORD = "macros or programs", "loads content from elsewhere", "has a password"
BROKEN, LARGE, OTHER = "be read", "too large when unpacked", "JPEG"
VBA = "application/vnd.ms-office.vbaProject"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.mark.parametrize("kind", ALL)
def test_documents_by_their_content_and_unchanged(kind):
    made = files.prepare_shared(document(kind))
    assert (made.kind, made.content, made.width) == (kind, document(kind), None)
    assert TYPES[made.kind].startswith("application/vnd.")


def test_pictures_and_pdf_as_before():
    assert files.prepare_shared(PDF).kind == "pdf"
    assert files.prepare_shared(picture("PNG")).kind == "png"


def test_a_spreadsheet_of_a_real_program():
    book = openpyxl.Workbook()
    book.active.append(["Budget", 1000, "=SUM(B1:B9)"])
    book.active["A2"].hyperlink = "https://city.example/budget"
    out = BytesIO()
    book.save(out)
    assert office.office_kind(out.getvalue()) == "xlsx"


def word(xml: str) -> dict:
    return ooxml(more={"word/document.xml": f"<w:document xmlns:w='{WORD}'>{xml}</w:document>"})


def linked(kind: str, target: str, part: str = "word/_rels/document.xml.rels") -> dict:
    return ooxml(more={part: relationships((kind, target, "External"))})


def with_type(kind: str, part: str = "word/x.bin") -> dict:
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    more = {"[Content_Types].xml": types(("word/document.xml", main), (part, kind))}
    return ooxml(more=more)


ACCEPTED = {
    "a link to the web": linked("hyperlink", "https://city.example/"),
    "a link to write an email": linked("hyperlink", "mailto:trade@city.example"),
    "a link field": word('<w:instrText> HYPERLINK "https://city.example/link" </w:instrText>'),
    "a field that links to a place in the text": word(
        '<w:instrText> HYPERLINK \\l "_Toc1" </w:instrText>'
    ),
    "a text about macros": word("<w:t>macro DDEAUTO vbaProject =WEBSERVICE()</w:t>"),
    "a folder": ooxml(more={"word/media/": ""}),
    "a picture": odf(more={"content.xml": content("<draw:image xlink:href='Pictures/a.png'/>")}),
    "a link in a text": odf(
        more={"content.xml": content("<text:a xlink:href='https://city.example/'/>")}
    ),
    "the name of a template": odf(
        more={"meta.xml": content("<o:template xlink:href='/usr/share/letter.ott'/>")}
    ),
    "what LibreOffice adds": odf(
        more={
            "Configurations2/accelerator/current.xml": "",
            "Configurations2/toolbar/": "",
            "META-INF/manifest.xml": manifest(
                '<m:file-entry m:full-path="Configurations2/toolbar/" '
                'm:media-type="application/vnd.sun.xml.ui.configuration"/>'
            ),
        }
    ),
    "a click to the next page": odf(
        "odp",
        more={
            "content.xml": content("<presentation:event-listener presentation:action='next-page'/>")
        },
    ),
    "a chart with its spreadsheet": ooxml(
        "pptx", more={"ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": document("xlsx")}
    ),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(name):
    assert office.office_kind(packed(ACCEPTED[name])) in ALL


def event(inner: str, kind="odt") -> dict:
    return odf(kind, more={"content.xml": content(inner)})


MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
FOOTER = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
STARTS = f"<w:document xmlns:w='{WORD}'><w:instrText>DDEAUTO x</w:instrText></w:document>"


def with_main_at(part: str) -> dict:
    """Office programs find the main part by its relationship, wherever it is."""
    parts = ooxml(more={"_rels/.rels": relationships(("officeDocument", part, ""))})
    return parts | {"[Content_Types].xml": types((part, MAIN)), part: STARTS}


def with_footer_at(part: str, as_typed: str) -> dict:
    return ooxml(
        more={
            "[Content_Types].xml": types(("word/document.xml", MAIN), (as_typed, FOOTER)),
            part: STARTS,
        }
    )


REFUSED = {
    "a field in another folder": (with_main_at("other/document.xml"), LOADS),
    "a field in a part with another ending": (with_main_at("word/document.bin"), LOADS),
    "a field in a part named like relationships": (with_footer_at("x/a.rels", "x/a.rels"), LOADS),
    "a field in a footer elsewhere": (with_footer_at("x/a.xml", "x/a.xml"), LOADS),
    "a field in a footer with encoded letters": (with_footer_at("x/a.xml", "x/%61.xml"), LOADS),
    "macros in Word": (ooxml(more={"word/vbaProject.bin": b"x"}), RUNS),
    "macros by another name": (with_type(VBA), RUNS),
    "a macro-enabled type": (
        ooxml(main_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        RUNS,
    ),
    "a macro sheet": (with_type("application/vnd.ms-excel.macrosheet+xml"), RUNS),
    "a control": (with_type("application/vnd.ms-office.activeX+xml"), RUNS),
    "an embedded program": (
        ooxml(more={"word/_rels/document.xml.rels": relationships(("oleObject", "e/o.bin", ""))}),
        RUNS,
    ),
    "an embedded file that is not a document": (
        ooxml(more={"word/embeddings/a.docx": b"MZ"}),
        RUNS,
    ),
    "a template": (
        ooxml(
            main_type="application/vnd.openxmlformats-officedocument"
            ".wordprocessingml.template.main+xml"
        ),
        OTHER,
    ),
    "a remote template": (linked("attachedTemplate", "https://evil.example/t.dotm"), LOADS),
    "a remote template, strict": (
        linked("http://purl.oclc.org/ooxml/officeDocument/relationships/attachedTemplate", "x:y"),
        LOADS,
    ),
    "a remote picture": (linked("image", "https://evil.example/pixel.png"), LOADS),
    "a remote link at the root": (linked("image", "https://evil.example/", "_rels/.rels"), LOADS),
    "a link to a file server": (linked("hyperlink", "file://evil.example/share"), LOADS),
    "a link to a UNC path": (linked("hyperlink", "\\\\evil.example\\share"), LOADS),
    "a link that starts a program": (linked("hyperlink", "ms-msdt:/id"), LOADS),
    "a link to a server without a mode": (
        ooxml(
            more={
                "word/_rels/document.xml.rels": relationships(("image", "//evil.example/x.png", ""))
            }
        ),
        LOADS,
    ),
    "a field that links to a file server": (
        word('<w:instrText>HYPERLINK "file://evil.example/x"</w:instrText>'),
        LOADS,
    ),
    "a field that links to a UNC path": (
        word("<w:instrText>hyperlink \\\\evil.example\\x</w:instrText>"),
        LOADS,
    ),
    "mode in other letters": (
        ooxml(
            more={
                "word/_rels/settings.xml.rels": relationships(("frame", "https://x/", "EXTERNAL"))
            }
        ),
        LOADS,
    ),
    "an address without a mode": (
        ooxml(more={"word/_rels/d.xml.rels": relationships(("image", "https://x/", ""))}),
        LOADS,
    ),
    "imported HTML": (
        ooxml(more={"word/_rels/d.xml.rels": relationships(("aFChunk", "a.html", ""))}),
        LOADS,
    ),
    "another workbook": (ooxml("xlsx", more={"xl/externalLinks/externalLink1.xml": "<x/>"}), LOADS),
    "a database": (ooxml("xlsx", more={"xl/connections.xml": "<x/>"}), LOADS),
    "a field that starts a program": (word("<w:instrText>DDEAUTO c:\\x</w:instrText>"), LOADS),
    "a field in parts": (
        word("<w:instrText>dde</w:instrText><w:r/><w:instrText>auto x</w:instrText>"),
        LOADS,
    ),
    "a field after another": (
        word(
            "<w:instrText>PAGE</w:instrText><w:fldChar/><w:instrText> INCLUDEPICTURE x"
            "</w:instrText>"
        ),
        LOADS,
    ),
    "a simple field": (word('<w:fldSimple w:instr=" INCLUDETEXT x"/>'), LOADS),
    "a formula that loads": (
        ooxml("xlsx", more={"xl/worksheets/s.xml": "<s><f>WEBSERVICE(A1)</f></s>"}),
        LOADS,
    ),
    "a formula that starts a program": (
        ooxml("xlsx", more={"xl/worksheets/s.xml": "<s><f>cmd|'/C calc'!A0</f></s>"}),
        LOADS,
    ),
    "a click that starts a program": (
        ooxml("pptx", more={"ppt/slides/s.xml": "<s><h action='ppaction://program'/></s>"}),
        RUNS,
    ),
    "a document type": (
        (word("") | {"word/document.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
        BROKEN,
    ),
    "a document type in UTF-16": (
        (word("") | {"word/document.xml": "<!DOCTYPE a><a/>".encode("utf-16")}),
        BROKEN,
    ),
    "no main part": (ooxml(more={"_rels/.rels": relationships()}), BROKEN),
    "two main parts": (
        ooxml(
            more={
                "_rels/.rels": relationships(
                    ("officeDocument", "word/document.xml", ""), ("officeDocument", "b.xml", "")
                )
            }
        ),
        BROKEN,
    ),
    "no content types": (
        {name: part for name, part in ooxml().items() if name != "[Content_Types].xml"},
        OTHER,
    ),
    "types that are no XML": (ooxml(more={"[Content_Types].xml": "none"}), BROKEN),
    "another archive": ({"a.txt": "text"}, OTHER),
    "a program of Java": ({"META-INF/MANIFEST.MF": "", "A.class": b"\xca\xfe"}, OTHER),
    "ODF: Basic": (odf(more={"Basic/Standard/Module1.xml": "<x/>"}), RUNS),
    "ODF: scripts": (odf(more={"Scripts/python/a.py": "import os"}), RUNS),
    "ODF: a macro at an event": (
        event("<script:event-listener xlink:href='vnd.sun.star.script:x'/>"),
        RUNS,
    ),
    "ODF: a shortcut that runs a macro": (
        odf(
            more={
                "Configurations2/accelerator/current.xml": content(
                    "<o:item xlink:href='vnd.sun.star.script:Standard.M.f'/>"
                )
            }
        ),
        RUNS,
    ),
    "ODF: a button that runs a macro": (
        odf(
            more={
                "Configurations2/toolbar/a.xml": content(
                    "<o:item o:id='vnd.sun.star.script:Standard.M.f'/>"
                )
            }
        ),
        RUNS,
    ),
    "ODF: a script": (event("<text:script>x</text:script>"), RUNS),
    "ODF: a click that starts a program": (
        event("<presentation:event-listener presentation:action='execute'/>", "odp"),
        RUNS,
    ),
    "ODF: a macro at an event that is named like a harmless one": (
        event(
            "<text:p xmlns:presentation='urn:oasis:names:tc:opendocument:xmlns:script:1.0'>"
            "<presentation:event-listener presentation:macro-name='M.f'/></text:p>",
            "odp",
        ),
        RUNS,
    ),
    "ODF: a link that runs a macro": (event("<text:a xlink:href=' macro:///x'/>"), RUNS),
    "ODF: a link to a file server": (event("<text:a xlink:href='file://evil.example/'/>"), LOADS),
    "ODF: a remote picture": (event("<draw:image xlink:href='http://x/a.png'/>"), LOADS),
    "ODF: a picture beside it": (event("<draw:image xlink:href='../a.png'/>"), LOADS),
    "ODF: another table": (event("<table:table-source xlink:href='//x/a.ods'/>", "ods"), LOADS),
    "ODF: a formula": (event("<table:c table:formula='of:=WEBSERVICE(A1)'/>", "ods"), LOADS),
    "ODF: DDE": (event("<o:dde-source/>", "ods"), LOADS),
    "ODF: in an object": (
        odf(more={"Object 1/content.xml": content("<draw:image xlink:href='http://x/'/>")}),
        LOADS,
    ),
    "ODF: an embedded program": (odf(more={"Object 1": office.OLE_HEAD + b"x"}), RUNS),
    "ODF: encrypted": (
        odf(more={"META-INF/manifest.xml": manifest("<m:encryption-data/>")}),
        PASSWORD,
    ),
    "ODF: no manifest": ({**odf()} | {"META-INF/manifest.xml": ""}, BROKEN),
    "ODF: a template": (
        odf(more={"mimetype": "application/vnd.oasis.opendocument.text-template"}),
        OTHER,
    ),
    "ODF: bytes as type": (odf(more={"mimetype": b"\xff\xfe"}), BROKEN),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    parts, words = REFUSED[name]
    with pytest.raises(ValidationError, match=words):
        files.prepare_shared(packed(parts))


# Archives


@pytest.mark.parametrize(
    "name",
    [
        "../evil.xml",
        "word/../../evil.xml",
        "/etc/passwd",
        "word\\evil.xml",
        "C:evil.xml",
        "a/./b",
        "WORD/DOCUMENT.XML",
    ],
)
def test_refuse_names_that_leave_the_archive_or_occur_twice(name):
    with pytest.raises(ValidationError, match=BROKEN):
        office.office_kind(packed(ooxml() | {name: "x"}))


def test_refuse_a_name_with_a_null_byte():
    whole = packed(ooxml() | {"word/a_b.xml": "<x/>"})
    with pytest.raises(ValidationError, match=BROKEN):
        office.office_kind(whole.replace(b"word/a_b.xml", b"word/a\0b.xml"))


def test_refuse_a_symbolic_link():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in ooxml().items():
            archive.writestr(name, part)
        link = zipfile.ZipInfo("word/link.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ValidationError, match=BROKEN):
        office.office_kind(out.getvalue())


def test_refuse_a_bomb():
    with pytest.raises(ValidationError, match=LARGE):
        office.office_kind(packed(ooxml() | {"word/a.xml": b" " * (6 * 1024 * 1024)}))


def test_refuse_a_large_whole(monkeypatch):
    monkeypatch.setattr(office, "MAX_UNPACKED", 1000)
    with pytest.raises(ValidationError, match=LARGE):
        office.office_kind(packed(ooxml() | {"word/a.xml": "<x/>" + " " * 1000}))


def test_refuse_many_small_bombs_in_one_document():
    """Each alone is accepted; together they unpack to more than is read."""
    small = packed(ooxml(more={"word/a.xml": "<x/>" + " " * 4_000_000}))
    assert office.office_kind(small) == "docx"
    several = {f"ppt/embeddings/{number}.docx": small for number in range(16)}
    with pytest.raises(ValidationError, match=LARGE):
        office.office_kind(packed(ooxml("pptx", more=several)))
    del several["ppt/embeddings/0.docx"], several["ppt/embeddings/1.docx"]
    assert office.office_kind(packed(ooxml("pptx", more=several))) == "pptx"


def test_refuse_many_entries(monkeypatch):
    monkeypatch.setattr(office, "MAX_ENTRIES", 3)
    office.office_kind(packed(ooxml()))
    with pytest.raises(ValidationError, match=BROKEN):
        office.office_kind(packed(ooxml() | {"a": ""}))


def test_refuse_a_wrong_size_in_the_directory():
    """The directory declares fewer bytes than the entry contains."""
    whole = packed({"a.xml": "x" * 5000} | ooxml())
    start = whole.index(b"PK\x01\x02")
    lie = whole[: start + 24] + struct.pack("<L", 10) + whole[start + 28 :]
    with pytest.raises(ValidationError, match=BROKEN):
        office.office_kind(lie)


def test_refuse_bytes_around_the_archive():
    whole = document("docx")
    for content_ in (whole + b"<script>", b"PK\x03\x04" + whole, b"#!/bin/sh\n" + whole):
        with pytest.raises(ValidationError):
            files.prepare_shared(content_)


def test_refuse_entries_with_a_password():
    whole = bytearray(document("docx"))
    # The flag of encryption in the first entry, of both its headers.
    whole[6] |= 1
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ValidationError, match=PASSWORD):
        office.office_kind(bytes(whole))


def test_refuse_other_compression():
    with pytest.raises(ValidationError, match=BROKEN):
        office.office_kind(packed(ooxml(), zipfile.ZIP_BZIP2))


def test_refuse_old_formats_and_encrypted_ooxml():
    with pytest.raises(ValidationError, match=PASSWORD):
        files.prepare_shared(office.OLE_HEAD + b"\0" * 600)


def test_refuse_documents_in_documents_in_documents():
    inner = packed(ooxml(more={"word/embeddings/a.docx": document("docx")}))
    with pytest.raises(ValidationError, match=RUNS):
        office.office_kind(packed(ooxml(more={"word/embeddings/b.docx": inner})))
    hidden = packed(ooxml(more={"word/vbaProject.bin": b"x"}))
    for outer in (
        ooxml(more={"word/embeddings/b.docx": hidden}),
        odf(more={"Object 1": hidden}),
    ):
        with pytest.raises(ValidationError, match=RUNS):
            office.office_kind(packed(outer))


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_refuse_every_truncated_file(kind):
    whole = document(kind)
    for size in range(4, len(whole)):
        with pytest.raises(ValidationError):
            files.prepare_shared(whole[:size])


def accepted_or_refused(content_: bytes) -> None:
    with suppress(ValidationError):
        assert office.office_kind(content_) in ALL


@examples(1.5)
@given(st.sampled_from(ALL), st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=6))))
def test_damaged_documents_are_accepted_or_refused(kind, changes):
    whole = bytearray(document(kind))
    for at, new in changes:
        at %= len(whole)
        whole[at : at + len(new)] = new
    accepted_or_refused(bytes(whole))


NAMES = st.one_of(
    st.text(max_size=20).filter(lambda name: name.isprintable() and name),
    st.sampled_from(
        [*ooxml(), *odf(), "word/_rels/a.xml.rels", "xl/a.xml", "Object 1/content.xml"]
    ),
)


@examples(1)
@given(
    st.sampled_from([ooxml(), odf()]),
    st.dictionaries(NAMES, st.one_of(st.binary(max_size=60), st.text(max_size=60)), max_size=4),
)
def test_any_parts_are_accepted_or_refused(parts, more):
    texts = {
        name: part.encode("utf-8", "replace") if isinstance(part, str) else part
        for name, part in more.items()
    }
    accepted_or_refused(packed(parts | texts))


def with_pictures(parts: dict) -> bytes:
    """A document whose text is not suspiciously large beside its pictures."""
    return packed(parts | {f"word/media/{n}.bin": random.randbytes(1000) for n in range(400)})


@pytest.mark.parametrize(
    "xml",
    [
        "<w:t/>" * 4_000_000,
        "<w:t w:a='' w:b='' w:c=''/>" * 600_000,
        "<w:p>" * 301 + "</w:p>" * 301,
    ],
    ids=["elements", "attributes", "levels"],
)
def test_refuse_more_markup_than_documents_have(xml):
    with ends_soon(), pytest.raises(ValidationError, match=LARGE):
        office.office_kind(with_pictures(word(xml)))


def test_refuse_markup_in_all_parts_together():
    sheet = "<w:t/>" * 1_100_000
    more = {f"word/{name}.xml": f"<w:p xmlns:w='{WORD}'>{sheet}</w:p>" for name in "ab"}
    with pytest.raises(ValidationError, match=LARGE):
        office.office_kind(with_pictures(ooxml(more=more)))


def test_a_document_of_many_pages_and_levels():
    page = "<w:p><w:r><w:t>Words</w:t></w:r></w:p>" * 100_000
    assert (
        office.office_kind(with_pictures(word("<w:tbl>" * 100 + page + "</w:tbl>" * 100))) == "docx"
    )


def test_read_many_marks_of_fields_soon():
    """A pattern for lines took time by the square of empty ones."""
    with ends_soon():
        assert office.office_kind(with_pictures(word("<w:fldChar/>" * 300_000))) == "docx"


def test_read_many_elements_of_a_long_namespace_soon():
    """The parser made each name together with its namespace, for minutes."""
    parts = ooxml(more={"word/x.xml": f"<a xmlns='{'u' * 900_000}'>{'<b/>' * 100_000}</a>"})
    with ends_soon():
        assert office.office_kind(with_pictures(parts)) == "docx"


def test_read_many_lines_of_text_at_once():
    """The parser passed on each line break alone: millions in a small file."""
    texts: list[str] = []
    data = b"<a>" + b"\n" * 1_000_000 + b"</a>"
    office.scan(data, lambda name, attributes: None, office.Outer(), texts.append)
    assert sum(map(len, texts)) == 1_000_000
    assert len(texts) < 1000
