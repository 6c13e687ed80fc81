"""Keeps the catalogues true to the pages: `python -m archive.web.catalogue` writes new messages into each .po.

For a checkout only; a person then writes the missing words, and a test fails until they have.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from archive.web.i18n import DEFAULT, LANGUAGES, TRANSLATIONS

CHECKOUT = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "later": None, "gettext": None, "ngettext": (1, 2)}
SOURCES = (
    ("**.py", "python", CHECKOUT / "archive" / "web"),
    ("**.html", "jinja2", CHECKOUT / "templates"),
)
# What is said about files and captions is kept as plain English, and translated where it is shown.
SENTENCES = (CHECKOUT / "ingest" / "words.py", CHECKOUT / "archive" / "captions.py")


def messages() -> Catalog:
    """Every message of the pages, without translations."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for pattern, method, folder in SOURCES:
        found = extract_from_dir(folder, [(pattern, method)], keywords=KEYWORDS)
        for _name, _line, message, _comments, context in found:
            catalogue.add(message, context=context)
    for module in SENTENCES:
        for sentence in _sentences(module.read_text(encoding="utf-8")):
            catalogue.add(sentence)
    return catalogue


def _sentences(source: str) -> Iterator[str]:
    """The values of every table in a module of words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Dict):
            values = (one.value for one in node.values if isinstance(one, ast.Constant))
            yield from (value for value in values if isinstance(value, str))


def update() -> None:
    """Bring every catalogue up to the messages there are; English is its own translation."""
    template = messages()
    for code, name in LANGUAGES.items():
        path = TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        known = Catalog(locale=code)
        if path.exists():
            with path.open("rb") as source:
                known = read_po(source, locale=code)
        catalogue = _empty(code, name)
        for message in filter(lambda one: one.id, template):
            old = known.get(message.id)
            is_known = old is not None and any(old.string or ())
            string = old.string if old and is_known else message.id if code == DEFAULT else None
            catalogue.add(message.id, string=string)
        with path.open("wb") as target:
            write_po(target, catalogue, width=110, no_location=True, sort_output=True)


def _empty(code: str, name: str) -> Catalog:
    # No dates and no names of people in the header: the history of the file has them.
    then = datetime(2026, 1, 1, tzinfo=UTC)
    return Catalog(
        locale=code,
        header_comment=f"# The words of the pages: {name}.",
        project="Remembrance",
        version="1",
        msgid_bugs_address="CONTRIBUTING.md",
        last_translator="the people of the archive",
        language_team=name,
        charset="utf-8",
        creation_date=then,
        revision_date=then,
        fuzzy=False,
    )


if __name__ == "__main__":
    update()
