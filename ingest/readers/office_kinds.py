"""The kinds of office documents, by the end of their names."""

from __future__ import annotations

# What to read a file as whose bytes say no more than "an archive" or "a compound file".
BY_EXTENSION = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "doc": "application/msword",
    "rtf": "application/rtf",
    "epub": "application/epub+zip",
}
