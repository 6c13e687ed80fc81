"""Markdown as it is read here: the one reader for pages, for the search, and for whatever changes what stands in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, image
from markdown_it.token import Token

_SPAN = "span"
_ELSEWHERE = re.compile(r"https?://[^/\s]", re.IGNORECASE)
# What has a colon before its first slash names a scheme, whatever it is; two slashes name a host.
_SCHEME = re.compile(r"[^/?#]*:|[/\\]{2}|.*[\x00-\x20\x7f]", re.DOTALL)
_LINE_END = re.compile(r"\r\n?")


@dataclass(frozen=True)
class Mark:
    """A picture in a text, or a line that says where pictures lead (`is_line`): its address, and from where to where it stands.

    Its words end and its address begins at `target`.
    """

    address: str
    start: int
    target: int
    end: int
    is_line: bool = False


def leads_elsewhere(url: str) -> bool:
    """Whether an address leads to a page of another site."""
    return bool(_ELSEWHERE.match(url))


def may_be_linked(url: str) -> bool:
    """Whether an address leads to a page: http, https, or one of this site."""
    return leads_elsewhere(url) or not _SCHEME.match(url)


def reader() -> MarkdownIt:
    """What reads Markdown: no HTML of the writer's own, links only to pages."""
    markdown = MarkdownIt("commonmark", {"html": False})
    markdown.validateLink = may_be_linked  # type: ignore[method-assign]
    markdown.inline.ruler.at("image", _image)
    return markdown


def plain(inline: Token) -> str:
    """What is read of a line with marks: of marks and links only the words, of pictures nothing; a line that ends is a space."""
    said = (
        " " if one.type.endswith("break") or one.type == "image" else one.content
        for one in inline.children or ()
    )
    return " ".join("".join(said).split())


def read(text: str) -> str:
    """What everybody reads of a text: not what is said of its pictures, which may be hidden, nor where links lead."""
    tokens = _READER.parse(text)
    return "\n".join(plain(one) if one.type == "inline" else one.content for one in tokens if one.content)


def pictures(text: str) -> list[str]:
    """The addresses of the pictures in a text, in order, also of those that stand in the words of another."""
    return [mark.address for mark in _marks(_even(text)) if not mark.is_line]


def without(text: str, is_meant: Callable[[str], bool]) -> str:
    """A text without the pictures of some addresses: without their words, their titles, and the lines that lead to them."""
    meant = [mark for mark in _marks(_even(text)) if is_meant(mark.address)]
    return _edited(_even(text), ((mark.start, mark.end, "") for mark in meant)) if meant else text


def with_other(text: str, old_id: str, new_id: str, is_meant: Callable[[str], bool]) -> str:
    """A text in which the pictures of some addresses lead to another id, with everything else of their addresses kept."""
    even = _even(text)
    meant = [mark for mark in _marks(even) if is_meant(mark.address)]
    edits = []
    for mark in meant:
        told = even[mark.target : mark.end]
        if mark.is_line or told.startswith("]("):
            # Written in another way, with &#97; for a, it is not kept.
            other = f" {new_id}\n" if mark.is_line else f"]({new_id})"
            new = told.replace(old_id, new_id, 1) if old_id in told else other
            edits.append((mark.target, mark.end, new))
    return _edited(even, edits) if edits else text


def _image(state: StateInline, silent: bool) -> bool:
    start = state.pos
    found = image(state, silent)
    if found and not silent:
        state.tokens[-1].meta[_SPAN] = (start, state.pos)
    return found


_READER = reader()


def _even(text: str) -> str:
    # As the reader counts its letters.
    return _LINE_END.sub("\n", text)


@lru_cache(512)
def _marks(text: str) -> tuple[Mark, ...]:
    if "![" not in text and "]:" not in text:
        return ()
    env: dict[str, Any] = {}
    tokens = _READER.parse(text, env)
    lines = text.split("\n")
    begins = [0]
    for line in lines:
        begins.append(begins[-1] + len(line) + 1)
    found: list[Mark] = []
    for token in tokens:
        if token.type == "inline" and token.map:
            found += _in_source(token, token.map[0], lines, begins)
    for one in (*env.get("references", {}).values(), *env.get("duplicate_refs", ())):
        first, behind = one["map"]
        start, end = begins[first], min(begins[behind], len(text))
        colon = text.find("]:", start, end) + len("]:")
        found.append(Mark(one["href"], start, colon, end, is_line=True))
    return tuple(found)


def _in_source(inline: Token, first: int, lines: list[str], begins: list[int]) -> Iterator[Mark]:
    """The pictures of a paragraph or heading, where the text has them: its lines may begin with marks that are not its own."""
    at: list[int] = []
    for number, told in enumerate(inline.content.split("\n"), first):
        line, words = lines[number], told.strip()
        begin = begins[number] + line.find(words)
        indent = len(told) - len(told.lstrip())
        at += [begin + max(0, column - indent) for column in range(len(told) + 1)]
    for address, start, target, end in _spans(inline, 0):
        yield Mark(address, at[start], at[target], at[end - 1] + 1)


def _spans(told: Token, begin: int) -> Iterator[tuple[str, int, int, int]]:
    for one in told.children or ():
        if one.type == "image":
            start, end = (begin + where for where in one.meta[_SPAN])
            words = start + len("![")
            yield str(one.attrs.get("src", "")), start, words + len(one.content), end
            yield from _spans(one, words)


def _edited(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    said, done = [], 0
    for start, end, new in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        # What stands within another that is taken out goes with it.
        if start >= done:
            said += [text[done:start], new]
            done = end
    return "".join([*said, text[done:]])
