"""Documents with text in them: plain text in any encoding, HTML, DOCX and ODT, the last two as small as they can be."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from ingest.sample.prose import blocks

AUTHOR = "Remembrance demonstration"
ZIP_TIME = (2026, 3, 25, 0, 0, 0)
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
ODT_TYPE = "application/vnd.oasis.opendocument.text"

BOLD = '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr>'
CONTENT_TYPES = (
    f'{XML}<Types xmlns="{OFFICE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    "</Types>"
)
RELATIONSHIPS = (
    f'{XML}<Relationships xmlns="{OFFICE}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{OFFICE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/package/2006/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)
CORE = (
    f'{XML}<cp:coreProperties xmlns:cp="{OFFICE}/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>'
    f"<dc:creator>{AUTHOR}</dc:creator></cp:coreProperties>"
)
MANIFEST = (
    f'{XML}<manifest:manifest xmlns:manifest="{OASIS}:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODT_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)
META = (
    f'{XML}<office:document-meta xmlns:office="{OASIS}:office:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'office:version="1.2"><office:meta><dc:title>{title}</dc:title>'
    f"<dc:creator>{AUTHOR}</dc:creator></office:meta></office:document-meta>"
)


def text(content: Mapping[str, Any], name: str) -> bytes:
    """The words as they stand, in `encoding` (UTF-8 when none is named)."""
    words = str(content["text"]).strip() + "\n"
    return words.encode(content.get("encoding", "utf-8"))


def html(content: Mapping[str, Any], name: str) -> bytes:
    """A page in `language` with headings and paragraphs."""
    found = blocks(content["text"])
    body = "\n".join(
        f"<h1>{escape(one.text)}</h1>" if one.heading else f"<p>{escape(one.text)}</p>" for one in found
    )
    language = content.get("language", "en")
    head = f'<meta charset="utf-8">\n<meta name="author" content="{AUTHOR}">\n<title>{escape(found[0].text)}</title>'
    return f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n{head}\n</head>\n<body>\n{body}\n</body>\n</html>\n'.encode()


def docx(content: Mapping[str, Any], name: str) -> bytes:
    """A word processor document (ECMA-376)."""
    found = blocks(content["text"])
    paragraphs = "".join(
        f"<w:p><w:r>{BOLD if one.heading else ''}"
        f'<w:t xml:space="preserve">{escape(one.text)}</w:t></w:r></w:p>'
        for one in found
    )
    document = (
        f'{XML}<w:document xmlns:w="{OFFICE}/wordprocessingml/2006/main"><w:body>{paragraphs}<w:sectPr/></w:body>'
        "</w:document>"
    )
    return _zip(
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", RELATIONSHIPS),
        ("docProps/core.xml", CORE.format(title=escape(found[0].text))),
        ("word/document.xml", document),
    )


def odt(content: Mapping[str, Any], name: str) -> bytes:
    """An open document (ISO/IEC 26300): its type comes first and is not compressed."""
    found = blocks(content["text"])
    paragraphs = "".join(
        f'<text:h text:outline-level="1">{escape(one.text)}</text:h>'
        if one.heading
        else f"<text:p>{escape(one.text)}</text:p>"
        for one in found
    )
    document = (
        f'{XML}<office:document-content xmlns:office="{OASIS}:office:1.0" xmlns:text="{OASIS}:text:1.0" '
        f'office:version="1.2"><office:body><office:text>{paragraphs}</office:text></office:body></office:document-content>'
    )
    return _zip(
        ("mimetype", ODT_TYPE),
        ("content.xml", document),
        ("meta.xml", META.format(title=escape(found[0].text))),
        ("META-INF/manifest.xml", MANIFEST),
    )


def _zip(*parts: tuple[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, words in parts:
            info = zipfile.ZipInfo(name, ZIP_TIME)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            package.writestr(info, words.encode())
    return target.getvalue()
