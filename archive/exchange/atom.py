"""What is new as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as Tree

from archive.plain_text import plain

MEDIA_TYPE = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
Tree.register_namespace("", NAMESPACE)


@dataclass(frozen=True)
class Entry:
    """One thing that is new: its whole address and what is there, its words, the day since when everyone may see it.

    `content` is the thing itself, where a text is all there is of it. `title_language` is that of its title, where
    the feed has another.
    """

    address: str
    title: str
    summary: str
    on: date
    authors: tuple[str, ...] = ()
    media_type: str = "text/html"
    content: str = ""
    title_language: str = ""


@dataclass(frozen=True)
class Feed:
    """A feed: its own whole address, that of the page it belongs to, and who speaks."""

    address: str
    page: str
    title: str
    author: str
    language: str


def feed(about: Feed, entries: Sequence[Entry], since: date) -> bytes:
    """The feed with its entries, the newest first; `since` is the day it bears while there are none."""
    root = Tree.Element(f"{{{NAMESPACE}}}feed", {XML_LANG: about.language})
    _say(root, "id", about.address)
    _say(root, "title", about.title)
    _say(root, "updated", _moment(max((one.on for one in entries), default=since)))
    _say(_say(root, "author"), "name", about.author)
    _link(root, about.address, "self", MEDIA_TYPE)
    _link(root, about.page, "alternate", "text/html")
    for one in entries:
        _entry(root, one)
    return bytes(Tree.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(root: Tree.Element, one: Entry) -> None:
    entry = _say(root, "entry")
    _say(entry, "id", one.address)
    title = _say(entry, "title", one.title)
    if one.title_language:
        title.set(XML_LANG, one.title_language)
    _say(entry, "published", _moment(one.on))
    _say(entry, "updated", _moment(one.on))
    for name in one.authors:
        _say(_say(entry, "author"), "name", name)
    _link(entry, one.address, "alternate", one.media_type)
    _say(entry, "summary", one.summary)
    if one.content:
        _say(entry, "content", one.content)


def _say(parent: Tree.Element, name: str, words: str = "") -> Tree.Element:
    child = Tree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = plain(words) or None
    return child


def _link(parent: Tree.Element, address: str, relation: str, media_type: str) -> None:
    _say(parent, "link").attrib.update({"rel": relation, "type": media_type, "href": address})


def _moment(day: date) -> str:
    """Only the day is known: its beginning."""
    return f"{day.isoformat()}T00:00:00Z"
