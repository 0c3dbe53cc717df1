"""Files for translators in PO, byte by byte."""

import tracemalloc
from contextlib import suppress

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from repository.translations import exchange
from repository.translations.exchange import MAX_BYTES, ExchangeFile, ExchangeUnit, FileRefused
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


@given(file=files())
def test_a_file_is_read_as_it_was_written(file):
    written = exchange.write(file)
    read = exchange.read(written)
    assert read == file
    assert exchange.write(read) == written


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"PK\x03\x04" * 50,
        b"<a>" * 5_000,
        b'msgid "a',
        'msgid "é"\nmsgstr "a"\n'.encode("latin-1"),
        "<x>\ud800</x>".encode(errors="surrogatepass"),
    ],
)
def test_refuse_what_is_no_such_file(data):
    with suppress(FileRefused):
        assert exchange.read(data).units == []


def written(header: str, body: str = "") -> bytes:
    return f'msgid ""\nmsgstr ""\n"Language: es\\n"\n"{header}\\n"\n\n{body}'.encode()


ONE = 'msgctxt "case/a/title"\nmsgid "One"\nmsgstr "Dónde"\n'


@pytest.mark.parametrize("charset", ["foo", "iso-8859-1", "punycode", "utf-8"])
def test_read_utf_8_whatever_charset_is_stated(charset):
    data = written(f"Content-Type: text/plain; charset={charset}", ONE)
    [unit] = exchange.read(data).units
    assert (unit.source, unit.text) == ("One", "Dónde")


def test_refuse_more_plural_forms_than_any_language_has():
    """Babel makes a list of as many as the file states, for each paragraph with a plural."""
    plural = 'msgid "One"\nmsgid_plural "Two"\nmsgstr[0] "Uno"\nmsgstr[7] "Dos"\n'
    data = written("Plural-Forms: nplurals=60000000; plural=0;", plural)
    tracemalloc.start()
    with pytest.raises(FileRefused):
        exchange.read(data)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.parametrize("line", ["#: a b c\n", "#, fuzzy\n", '""\n', 'msgid_plural ""\n'])
def test_read_a_large_file_in_little_memory(line):
    data = written("X: y", line * (MAX_BYTES // len(line)) + ONE)
    tracemalloc.start()
    with suppress(FileRefused):
        exchange.read(data)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The text, which Python stores with four bytes a letter while it is read, and the lines.
    assert peak < 80_000_000


def test_refuse_too_many_units(monkeypatch):
    monkeypatch.setattr(exchange, "MAX_UNITS", 0)
    file = ExchangeFile("en", "es", [ExchangeUnit("case/a/title", "One")])
    with pytest.raises(FileRefused, match="more than"):
        exchange.read(exchange.write(file))


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "The file has more than 20,000 paragraphs."),
        ("zh", "文件超过20,000个段落。"),
        ("es", "El archivo tiene más de 20.000 párrafos."),
    ],
)
def test_the_limit_of_units_is_written_as_in_the_language(language, message):
    lines = "\n".join(f'msgid "{number}"\nmsgstr ""\n' for number in range(20_002))
    with translation.override(language), pytest.raises(FileRefused) as refused:
        exchange.read(lines.encode())
    assert str(refused.value) == message


def test_a_fuzzy_message_is_not_a_translation():
    data = exchange.write(ExchangeFile("en", "es", [ExchangeUnit("case/a/title", "One", "Uno")]))
    [unit] = exchange.read(data.replace(b"msgctxt", b"#, fuzzy\nmsgctxt")).units
    assert unit.problem == "It is marked as fuzzy."
