"""Stories for everyone: the list, and each of them."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, render_template, request, send_file

from archive.access import may_write_pages
from archive.models.errors import NotFoundError
from archive.services import stories, story_search
from archive.services.story_lines import told_once
from archive.services.story_words import suggestion
from archive.web.i18n import language
from archive.web.numbering import LARGEST_PAGE_NUMBER, number_in
from archive.web.pages_head import page_head, story_head
from archive.web.pages_stories import links, story_page
from archive.web.pages_stories_found import PER_PAGE, stories_found
from archive.web.visitors import the_archive, visitor
from archive.web.words import _

blueprint = Blueprint("stories", __name__, url_prefix="/stories")


@blueprint.get("")
def listed() -> str:
    """Every story that is published; with `q` those that hold what is asked for."""
    archive, asked = the_archive(), request.args.get("q", "").strip()
    if asked:
        return _holding(asked)
    told = told_once(stories.published(archive, visitor().actor, language()), language())
    page = links(archive, told)
    lead = _(
        "Pages that those who look after the collections write: what things tell together, and how a day can be kept."
    )
    head = page_head(archive, _("Stories"), lead)
    return render_template("public/stories.html", page=page, lead=lead, head=head)


def _holding(asked: str) -> str:
    archive, number = the_archive(), number_in(request.args, "page", LARGEST_PAGE_NUMBER) or 1
    look = partial(story_search.matching, archive, visitor().actor, asked, language(), most=PER_PAGE)
    found = look(first=PER_PAGE * (number - 1))
    if found.total and not found.shown:
        # Beyond the last leaf is the last.
        number = -(-found.total // PER_PAGE)
        found = look(first=PER_PAGE * (number - 1))
    better = None if found.total else suggestion(archive, asked)
    page = stories_found(archive, asked, found, number, better)
    return render_template("public/stories_found.html", page=page)


@blueprint.get("/<slug>")
def story(slug: str) -> str:
    """One story; of its items what the visitor may see at this moment."""
    archive, actor = the_archive(), visitor().actor
    view = stories.read(archive, actor, slug, language())
    page = story_page(archive, view, may_write=may_write_pages(actor, view.said.collection))
    return render_template("public/story.html", page=page, head=story_head(archive, view))


@blueprint.get("/<slug>/<name>")
def picture(slug: str, name: str) -> Response:
    """The picture of a story that its collection brings."""
    found = stories.picture(the_archive(), slug)
    if found.path.name != name:
        raise NotFoundError(stories.NO_SUCH_STORY)
    return send_file(found.path, conditional=True)
