"""Pages for a reading room without a network: plain HTML that opens from a disk, without a server and without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from archive.exchange.described import Described
from archive.exchange.reading_words import WORDS

STYLE = """body{background:#faf6ef;color:#221d18;font:1.1rem/1.6 Georgia,serif;margin:0 auto;max-width:44rem;padding:1rem}
a{color:#7a1f2b}img,video,audio{height:auto;max-width:100%}dt{font-weight:bold}dd{margin:0 0 .6rem}
li{margin:0 0 1rem}.note{border-left:.3rem solid #7a1f2b;padding-left:1rem}pre{white-space:pre-wrap}"""
HEAD = (
    '<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="referrer" content="no-referrer">\n'
    "<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n{nav}<main>\n"
)
FOOT = "</main>\n</body>\n</html>\n"


@dataclass(frozen=True)
class Copy:
    """An access copy beside the page: its relative address, its media type, and words that tell what it is."""

    address: str
    media_type: str
    words: str


@dataclass(frozen=True)
class Entry:
    """An item in the list: the address of its page, its title, and what is known at a glance."""

    address: str
    title: str
    facts: str


@dataclass(frozen=True)
class Version:
    """The same page in another language, and where it is."""

    language: str
    address: str


def list_page(title: str, entries: Iterable[Entry], language: str, others: Sequence[Version]) -> bytes:
    """The page to begin with: every item, by name."""
    rows = "".join(
        f'<li><a href="{escape(one.address)}">{escape(one.title)}</a>'
        + (f"<br>{escape(one.facts)}" if one.facts else "")
        + "</li>\n"
        for one in entries
    )
    head = _head(title, language, others)
    return f"{head}<h1>{escape(title)}</h1>\n<ol>\n{rows}</ol>\n{FOOT}".encode()


def item_page(
    item: Described,
    content_note: str,
    copies: Iterable[Copy],
    back: str,
    language: str,
    others: Sequence[Version],
) -> bytes:
    """The page of one item; what a content note prepares for is behind it, closed until somebody opens it."""
    title, words = item.title or item.id, WORDS[language]
    said = (
        (words.by, "; ".join(item.creators)),
        (words.others, "; ".join(item.names_of())),
        (words.when, item.date_words or item.date_edtf),
        (words.where, "; ".join(item.places)),
        (words.about, "; ".join(item.subjects)),
        (words.source, item.source),
        (words.rights, " ".join(filter(None, (item.rights, item.rights_uri)))),
        (words.collection, item.collection),
        (words.keeper, item.keeper or item.archive),
        (words.address, item.address),
    )
    facts = "".join(f"<dt>{label}</dt><dd>{escape(value)}</dd>\n" for label, value in said if value.strip())
    shown = "".join(_copy(one, title) for one in copies)
    if content_note and shown:
        shown = f"<details>\n<summary>{words.show}</summary>\n{shown}</details>\n"
    note = f'<p class="note">{words.note} {escape(content_note)}</p>\n' if content_note else ""
    text = "".join(
        f"<p>{escape(paragraph)}</p>\n" for paragraph in item.description.split("\n\n") if paragraph.strip()
    )
    return (
        f'{_head(title, language, others)}<p><a href="{escape(back)}">{words.back}</a></p>\n<h1>{escape(title)}</h1>\n'
        f"{note}{text}{shown}<dl>\n{facts}</dl>\n{FOOT}"
    ).encode()


def _head(title: str, language: str, others: Sequence[Version]) -> str:
    """The beginning of a page, with the way to the same page in other languages."""
    links = " · ".join(
        f'<a href="{escape(one.address)}" lang="{one.language}" hreflang="{one.language}">'
        f"{WORDS[one.language].language}</a>"
        for one in others
    )
    nav = f'<nav aria-label="{WORDS[language].languages}">{links}</nav>\n' if links else ""
    return HEAD.format(language=language, title=escape(title), style=STYLE, nav=nav)


def _copy(copy: Copy, title: str) -> str:
    address, words = escape(copy.address), escape(copy.words)
    family = copy.media_type.partition("/")[0]
    link = f'<p><a href="{address}">{words}</a></p>\n'
    if copy.media_type in ("image/jpeg", "image/webp", "image/png"):
        return f'<p><img src="{address}" alt="{escape(title)}, {words}" loading="lazy"></p>\n'
    if family in ("audio", "video"):
        return f'<p><{family} src="{address}" controls preload="none"></{family}></p>\n{link}'
    return link
