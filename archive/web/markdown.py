"""Markdown as it is shown: no HTML of the writer's own, links only to pages, pictures only of items that may be seen."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping, Sequence
from html import escape
from itertools import pairwise
from textwrap import shorten
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from archive.services.story_items import Shown, id_in
from archive.web.links import item_href, media_href
from archive.web.words import _

SHOWN = "shown"
LEVELS = 6
_ELSEWHERE = re.compile(r"https?://[^/\s]", re.IGNORECASE)
# What has a colon before its first slash names a scheme, whatever it is; two slashes name a host.
_SCHEME = re.compile(r"[^/?#]*:|[/\\]{2}|.*[\x00-\x20\x7f]", re.DOTALL)


class Html(str):
    """HTML that is safe as it is: templates put it in without escaping it again."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def rendered(text: str, shown: Mapping[str, Shown] | None = None) -> Html:
    """Markdown as HTML; of the items that stand in it as pictures those of `shown` are shown."""
    env: dict[str, Any] = {SHOWN: shown or {}}
    tokens = _MARKDOWN.parse(text, env)
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    # The page has a heading of its own above, the only one of the first level.
    lower = any(token.tag == "h1" for token in headings)
    for token in headings:
        token.tag = f"h{min(LEVELS, int(token.tag[1:]) + lower)}"
    return Html(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, env))


def first_words(text: str, longest: int) -> str:
    """How a text begins: the words of its first paragraph without marks, `longest` letters at most."""
    for opened, inline in pairwise(_MARKDOWN.parse(text, {SHOWN: {}})):
        if opened.type == "paragraph_open" and (words := _plain(inline)):
            return shorten(words, longest, placeholder="…")
    return ""


def _plain(inline: Token) -> str:
    # Of marks, links and pictures only the words stay; a line that ends is a space.
    said = (
        " " if one.type.endswith("break") else one.content
        for one in inline.children or ()
        if one.type != "image"
    )
    return " ".join("".join(said).split())


def may_be_linked(url: str) -> bool:
    """Whether an address leads to a page: http, https, or one of this site."""
    return bool(_ELSEWHERE.match(url)) or not _SCHEME.match(url)


def _image(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    """An item; one that is hidden leaves nothing, and neither does a picture from anywhere else."""
    token = tokens[index]
    one = env[SHOWN].get(id_in(str(token.attrs.get("src", ""))))
    if one is None:
        return ""
    if one.card is None:
        return f'<span class="taken-back">{escape(_("Something that was shown here was taken back."))}</span>'
    words = (
        renderer.renderInlineAsText(token.children or (), options, env)
        or one.card.title
        or _("Without a title")
    )
    href = escape(item_href(one.id))
    if one.card.thumbnail is None or one.card.content_note:
        note = (
            f" ({escape(_('Content note: %(note)s', note=one.card.content_note))})"
            if one.card.content_note
            else ""
        )
        return f'<a class="shown-item" href="{href}">{escape(words)}</a>{note}'
    src = escape(media_href(one.card.thumbnail))
    return f'<a class="shown-item" href="{href}"><img src="{src}" alt="{escape(words)}" loading="lazy"></a>'


def _link_open(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    if _ELSEWHERE.match(str(tokens[index].attrs.get("href", ""))):
        tokens[index].attrSet("rel", "noopener nofollow")
    return renderer.renderToken(tokens, index, options, env)


def _made() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False})
    markdown.validateLink = may_be_linked  # type: ignore[method-assign]
    markdown.add_render_rule("image", _image)
    markdown.add_render_rule("link_open", _link_open)
    return markdown


_MARKDOWN = _made()
