"""Small office documents to upload, whole and hostile."""

import zipfile
from io import BytesIO

RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OOXML = {
    "docx": ("word/document.xml", "wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation"),
}
ODF = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
ALL = [*OOXML, *ODF]

Parts = dict[str, str | bytes]


def packed(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else method
            archive.writestr(name, content, compress_type=stored)
    return out.getvalue()


def relationships(*rows: tuple[str, str, str]) -> str:
    """Each row is a kind, a target and a mode (External or nothing)."""
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{kind if ":" in kind else f"{KINDS}/{kind}"}" '
        f'Target="{target}"{f""" TargetMode="{mode}" """ if mode else ""}/>'
        for number, (kind, target, mode) in enumerate(rows)
    )
    return f'<Relationships xmlns="{RELATIONSHIPS}">{lines}</Relationships>'


def types(*rows: tuple[str, str]) -> str:
    lines = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in rows)
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/x.rels+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{lines}</Types>'
    )


def ooxml(kind: str = "docx", more: Parts | None = None, *, main_type: str = "") -> Parts:
    main, name = OOXML[kind]
    default = f"application/vnd.openxmlformats-officedocument.{name}.main+xml"
    parts: Parts = {
        "[Content_Types].xml": types((main, main_type or default)),
        "_rels/.rels": relationships(("officeDocument", main, "")),
        main: "<x:document xmlns:x='urn:x'><x:t>A visit</x:t></x:document>",
    }
    return parts | (more or {})


def content(inner: str) -> str:
    return (
        '<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
        'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink">{inner}</o:document-content>'
    )


def manifest(inner: str = "") -> str:
    name = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    return f'<m:manifest xmlns:m="{name}">{inner}</m:manifest>'


def odf(kind: str = "odt", more: Parts | None = None) -> Parts:
    parts: Parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{ODF[kind]}",
        "content.xml": content("<o:scripts/><text:p>A visit</text:p>"),
        "META-INF/manifest.xml": manifest(),
    }
    return parts | (more or {})


def office(kind: str) -> bytes:
    return packed(ooxml(kind) if kind in OOXML else odf(kind))
