"""Files for translators, byte by byte."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.translations.exchange import po, xliff
from repository.translations.exchange.units import ExchangeFile, ExchangeUnit, FileRefused
from repository.translations.paragraphs import digest

# What tools and parsers trip over: control characters, line ends of all kinds, marks of direction,
# markup, CDATA sections, escapes, emoji with joiners, and characters outside the first plane.
PIECES = st.sampled_from(
    [
        *["\x01", "\x0b", "\x1c", "\x85", "\u2028", "\ufffe", "\uffff", "\r", "\n", "\r\n", "\t"],
        *["\u200f", "\u202e", "\u2066", "\u2069", "\ufeff", "\u200d", "\u00a0"],
        *[
            "<![CDATA[",
            "]]>",
            "<!--",
            "&amp;",
            "&#13;",
            "<g>",
            "</target>",
            "\\n",
            '\\"',
            '"',
            "%s",
        ],
        *["msgstr", "#~ ", "#, fuzzy\n", "👩🏽‍🚀", "🇵🇪", "العربية", "中文", "20 % de", "  "],
    ]
)
ANY = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
TEXTS = st.lists(PIECES | ANY, max_size=6).map("".join)
SOURCES = TEXTS.filter(bool)


@st.composite
def files(draw):
    sources = draw(st.lists(SOURCES, min_size=1, max_size=4, unique=True))
    contexts = [
        draw(st.sampled_from(["case/a/title", "case/a/summary", "term/b/term"])) for _ in sources
    ]
    units = []
    for context, source in sorted(zip(contexts, sources, strict=True), key=lambda pair: pair[0]):
        text = draw(TEXTS)
        base = digest(text) if text and draw(st.booleans()) else ""
        units.append(ExchangeUnit(context, source, text, base, bool(base) and draw(st.booleans())))
    return ExchangeFile("en", "ar", units)


@pytest.mark.parametrize("format", [po, xliff])
@given(file=files())
def test_a_file_is_read_as_it_was_written(format, file):
    written = format.write(file)
    read = format.read(written)
    assert read == file
    assert format.write(read) == written


TARGET = b"<target>Uno</target>"


def one_unit() -> bytes:
    return xliff.write(ExchangeFile("en", "es", [ExchangeUnit("case/a/title", "One", "Uno")]))


@pytest.mark.parametrize(
    ("target", "text", "problem"),
    [
        (b"<target><mrk id='m1' translate='no'>U</mrk>no</target>", "Uno", ""),
        (b"<target><![CDATA[Uno & dos]]></target>", "Uno & dos", ""),
        (b"<target/>", "", ""),
        (b"<target>Uno<ph id='1'/></target>", "", "It has markup that isn’t in the original."),
        (b"<target>Uno<cp hex='zz'/></target>", "", "It has markup that isn’t in the original."),
        (
            b"<target>Uno</target></segment><segment><source>. Two</source>",
            "Uno",
            "Only a part of it is translated.",
        ),
        (
            b"<target>Uno</target></segment><ignorable><source> </source><target> </target>"
            b"</ignorable><segment><source>Two</source><target>Dos</target>",
            "Uno Dos",
            "",
        ),
    ],
)
def test_what_tools_make_of_a_unit(target, text, problem):
    data = one_unit()
    assert data.count(TARGET) == 1
    [unit] = xliff.read(data.replace(TARGET, target)).units
    assert (unit.text, unit.problem) == (text, problem)


HEAD = b"<?xml version='1.0' encoding='UTF-8'?>"
HOSTILE = {
    "external entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    "entity": b'<!DOCTYPE x [<!ENTITY e "Uno">]>',
    "doctype": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
    "billion laughs": b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b'<!ENTITY e "&j;">]>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_refuse_a_document_type(name):
    data = one_unit().replace(HEAD, HEAD + HOSTILE[name]).replace(TARGET, b"<target>&e;</target>")
    if name == "doctype":
        data = data.replace(b"&e;", b"Uno")
    assert HOSTILE[name] in data
    with pytest.raises(FileRefused):
        xliff.read(data)


@pytest.mark.parametrize("format", [po, xliff])
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"PK\x03\x04" * 50,
        b"<xliff version='1.2'/>",
        b"<a>" * 5_000,
        b'msgid "a',
        "<x>\ud800</x>".encode(errors="surrogatepass"),
    ],
)
def test_refuse_what_is_no_such_file(format, data):
    with suppress(FileRefused):
        assert format.read(data).units == []


def test_refuse_too_many_units(monkeypatch):
    monkeypatch.setattr(xliff, "MAX_UNITS", 0)
    monkeypatch.setattr(po, "MAX_UNITS", 0)
    file = ExchangeFile("en", "es", [ExchangeUnit("case/a/title", "One")])
    for format in (po, xliff):
        with pytest.raises(FileRefused, match="more than"):
            format.read(format.write(file))


def test_a_fuzzy_message_is_not_a_translation():
    data = po.write(ExchangeFile("en", "es", [ExchangeUnit("case/a/title", "One", "Uno")]))
    [unit] = po.read(data.replace(b"msgctxt", b"#, fuzzy\nmsgctxt")).units
    assert unit.problem == "It is marked as fuzzy."
