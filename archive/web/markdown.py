"""Markdown as it is shown: no HTML of the writer's own, links only to pages, pictures only of items that may be seen."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from html import escape
from itertools import pairwise
from textwrap import shorten
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from archive.services.story_items import Shown, place_in
from archive.services.story_text import leads_elsewhere, plain, reader
from archive.services.views import Card
from archive.web.i18n import language
from archive.web.labels import language_tag
from archive.web.links import item_href, media_href
from archive.web.words import _

SHOWN = "shown"
# Stands in no text: nobody can type it.
_HERE = "\0"
LEVELS = 6


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
        if opened.type == "paragraph_open" and (words := plain(inline)):
            return shorten(words, longest, placeholder="…")
    return ""


def _image(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    """An item; one that is hidden leaves nothing, and neither does a picture from anywhere else."""
    token = tokens[index]
    item_id, place = place_in(str(token.attrs.get("src", "")))
    one = env[SHOWN].get(item_id)
    if one is None:
        return ""
    if one.card is None:
        gone = escape(_("Something that was shown here was taken back."))
        return f'<span class="taken-back" lang="{language()}">{gone}</span>'
    # Not the words of a picture that stands within them: that one may be hidden.
    said = plain(token)
    words = said or one.card.title or _("Without a title")
    # What the writer said of it is in the language of the text, and so are words of which nobody knows it.
    spoken = "" if said else language_tag(one.card.written_in) if one.card.title else language()
    opened = f'<a class="shown-item" href="{escape(item_href(one.id) + place)}"{_lang(spoken)}>'
    if one.card.thumbnail is None or one.card.content_note:
        return f"{opened}{escape(words)}</a>{_note(one.card)}"
    face = one.card.thumbnail
    size = f' width="{face.width}" height="{face.height}"' if face.width and face.height else ""
    return f'{opened}<img src="{escape(media_href(face))}" alt="{escape(words)}"{size} loading="lazy"></a>'


def _note(card: Card) -> str:
    """The words of the page in its language, those of whoever wrote the note in theirs."""
    if not card.content_note:
        return ""
    note = f"<span{_lang(language_tag(card.written_in))}>{escape(card.content_note)}</span>"
    # Put in behind the escaping of the sentence around it.
    around = escape(_("Content note: %(note)s", note=_HERE)).replace(_HERE, note)
    return f' <span lang="{language()}">({around})</span>'


def _lang(code: str) -> str:
    return f' lang="{escape(code)}"' if code else ""


def _link_open(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    if leads_elsewhere(str(tokens[index].attrs.get("href", ""))):
        tokens[index].attrSet("rel", "noopener nofollow")
    return renderer.renderToken(tokens, index, options, env)


def _made() -> MarkdownIt:
    markdown = reader()
    markdown.add_render_rule("image", _image)
    markdown.add_render_rule("link_open", _link_open)
    return markdown


_MARKDOWN = _made()
