"""Emails as anybody may send them: hostile, broken, in strange encodings."""

from contextlib import suppress
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.replies.incoming import (
    LARGEST_HEADERS,
    LARGEST_MESSAGE,
    Dropped,
    content_of,
    read,
)
from tests.timing import ends_soon

HEAD = b"From: a@b.example\nTo: c@d.example\nMessage-ID: <1@b.example>\n"


def content(raw: bytes):
    return content_of(read(raw))


def text(body: bytes, kind: bytes, encoding: bytes = b"8bit") -> str:
    head = HEAD + b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: " + encoding + b"\n\n"
    return content(head + body).text.strip()


@pytest.mark.parametrize(
    ("body", "kind", "encoding", "expected"),
    [
        ("Größe".encode("latin-1"), b"text/plain; charset=iso-8859-1", b"8bit", "Größe"),
        ("北京".encode("gb18030"), b"text/plain; charset=gb2312", b"8bit", "北京"),
        ("مرحبا".encode("cp1256"), b"text/plain; charset=windows-1256", b"8bit", "مرحبا"),
        ("Größe".encode(), b"text/plain; charset=utf-8", b"8bit", "Größe"),
        ("Größe".encode(), b"text/plain", b"8bit", "Größe"),
        # Wrong, unknown, and none at all.
        (b"Gr\xf6\xdfe", b"text/plain; charset=utf-8", b"8bit", "Gr��e"),
        ("Größe".encode(), b"text/plain; charset=klingon", b"8bit", "Größe"),
        (b"abc", b"text/plain; charset=hex", b"8bit", "abc"),
        (b"abc", b"text/plain; charset=idna", b"8bit", "abc"),
        (b"a\\n", b"text/plain; charset=unicode_escape", b"8bit", "a\\n"),
        (b"abc", b"text/plain; charset=undefined", b"8bit", "abc"),
        (b"abc", b"text/plain; charset*=utf-8''%ff\"", b"8bit", "abc"),
        (b"R3LDtsOfZQ==", b"text/plain; charset=utf-8", b"base64", "Größe"),
        (b"!!!not base64", b"text/plain", b"base64", "!!!not base64"),
        (b"Gr=C3=B6=C3=9Fe=ZZ", b"text/plain", b"quoted-printable", "Größe=ZZ"),
        (b"abc", b"text/plain", b"nonsense", "abc"),
        (b"a\x00b", b"text/plain", b"8bit", "ab"),
        (b"a \nb", b"text/plain; format=flowed", b"8bit", "a b"),
        (b"<p>a<br>b</p>", b"text/html", b"8bit", "a\nb"),
        (b"abc", b"nonsense", b"8bit", "abc"),
        (b"abc", b"application/pdf", b"8bit", ""),
    ],
)
def test_read_any_charset_and_encoding(body, kind, encoding, expected):
    assert text(body, kind, encoding) == expected


def test_prefer_plain_text():
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("Plain")
    message.add_alternative("<p>HTML</p>", subtype="html")
    assert content(message.as_bytes()).text == "Plain\n"


@pytest.mark.parametrize("plain", ["", " \n\t\n"])
def test_read_html_where_the_text_is_empty(plain):
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content(plain)
    message.add_alternative("<p>HTML</p>", subtype="html")
    assert content(message.as_bytes()).text == "HTML"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("=?utf-8?b?UGzDpG5lLnBkZg==?=", "Pläne.pdf"),
        ("a\r\n b.pdf", "a b.pdf"),
        ("x" * 500, "x" * 200),
    ],
)
def test_read_names_of_files(name, expected):
    head = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n"
    part = f'Content-Type: application/pdf; name="{name}"\n\nx\n--b--'.encode()
    [file] = content(head + part).files
    assert file.name == expected


@pytest.mark.parametrize("kind", ["pgp-signature", "pkcs7-signature", "x-pkcs7-signature"])
def test_leave_out_signatures(kind):
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("Signed")
    message.add_attachment(b"x", maintype="application", subtype=kind, filename="signature.asc")
    found = content(message.as_bytes())
    assert (found.text, found.files) == ("Signed\n", ())


def test_leave_out_emails_within_an_email():
    inner = EmailMessage()
    inner["From"] = "other@b.example"
    inner.set_content("Inner")
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content("Outer")
    message.add_attachment(inner)
    found = content(message.as_bytes())
    assert (found.text, found.files) == ("Outer\n", ())


@pytest.mark.parametrize(
    ("identifier", "repeated"),
    [
        ("<a+b.c@mail.example>", "<a+b.c@mail.example>"),
        ("<a@b>\r\n Bcc: x@y.example", ""),
        ("<a b@c>", ""),
        ("a@b", ""),
        ("<" + "x" * 300 + "@b>", ""),
        ("<ä@b>", ""),
    ],
)
def test_repeat_no_strange_message_id(identifier, repeated):
    raw = f"From: a@b.example\r\nMessage-ID: {identifier}\r\n\r\nx".encode()
    found = read(raw)
    assert found.message_id == repeated
    assert found.identity


def nested(depth: int) -> bytes:
    """Parts within parts."""
    lines = [HEAD.decode().rstrip()]
    for number in range(depth):
        lines += [f"Content-Type: multipart/mixed; boundary=b{number}", "", f"--b{number}"]
    return "\n".join([*lines, "", "x"]).encode()


HOSTILE = {
    "nothing": b"",
    "noise": bytes(range(256)) * 100,
    "no headers": b"\n\nHello",
    "no end of headers": HEAD + b"X-Long: " + b"x" * LARGEST_HEADERS,
    "many headers": HEAD + b"X-A: b\n" * 100_000,
    "parts within parts": nested(45),
    "more parts within parts": nested(3000),
    "emails within emails": HEAD + b"Content-Type: message/rfc822\n\n" * 20_000 + b"x",
    "many parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 500_000,
    "some parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 4000,
    "no boundary": HEAD + b"Content-Type: multipart/mixed\n\n--b\n\nx\n--b--",
    "long boundary": HEAD + b"Content-Type: multipart/mixed; boundary=" + b"b" * 60_000 + b"\n\nx",
    "many parameters": HEAD + b"Content-Type: text/plain" + b"; a*0*=b" * 5000 + b"\n\nx",
    "many words": b"From: " + b"=?utf-8?q?a?= " * 4000 + b"<a@b.example>\n\nx",
    "many senders": b"From: " + b"a@b.example," * 5000 + b"\n\nx",
    "comments": b"From: " + b"(" * 60_000 + b"\n\nx",
    "quotation marks": b"From: " + b'"' * 60_000 + b"\n\nx",
    "brackets": b"To: " + b"<" * 60_000 + b"\nFrom: a@b.example\n\nx",
    "many recipients": b"To: " + b"a@b.example,\n " * 4000 + b"\nFrom: a@b.example\n\nx",
    "surrogates": b"From: \xff\xfe@b.example\nMessage-ID: \xff\nTo: \xff@b\n\n\xff",
    "uuencoded": HEAD + b"Content-Transfer-Encoding: uuencode\n\nbegin 644 a\n" + b"#" * 100_000,
    "one long line": HEAD + b"\n" + b"x" * LARGEST_MESSAGE,
    "short lines": HEAD + b"\n" + b"x\n" * 12_000_000,
    "empty lines": HEAD + b"\n" + b"\n" * 5_000_000,
    "deep html": HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 1_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_read_or_drop_hostile_emails_quickly(name):
    with ends_soon(), suppress(Dropped):
        content_of(read(HOSTILE[name])).text.encode()


PIECES = st.sampled_from(
    [
        *(b"From: a@b.example\n", b"To: <c@d.example>\n", b"Content-Type: ", b"multipart/mixed"),
        *(b"; boundary=b", b"text/plain", b"; charset=", b"utf-8", b"\n", b"\n\n", b"--b\n"),
        *(b"--b--", b"Content-Disposition: attachment; filename=", b"=?utf-8?b?", b"?=", b'"'),
        *(b"\xff", b"*0*=", b"Content-Transfer-Encoding: base64\n", b"message/rfc822", b"AAAA"),
        *(b"; ", b"<p>", b"\x00"),
    ]
)


@given(st.lists(PIECES, max_size=40).map(b"".join))
def test_read_or_drop_anything(raw):
    try:
        found = content_of(read(b"From: a@b.example\n" + raw))
    except Dropped:
        return
    found.text.encode()
    assert "\x00" not in found.text + "".join(file.name for file in found.files)
