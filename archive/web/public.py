"""Pages for everyone: the first page, the search, collections, items, their text, and words about the archive."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import BadInputError, GoneError, IndexUnusableError, NotFoundError
from archive.services import days, find, readers, replaced, show, stories, story_search, together
from archive.services.story_lines import StoryLine
from archive.web.errors import searching_words
from archive.web.i18n import LANGUAGES, language, shared
from archive.web.links import item_href
from archive.web.noting import at_work, show_href
from archive.web.pages_cite import cite_text, signposts
from archive.web.pages_days import DayPage, day_line, day_page
from archive.web.pages_head import page_head
from archive.web.pages_home import NEW, collection_page, home_page
from archive.web.pages_item import item_page, link_to
from archive.web.pages_search import Asked, search_page, troubled_page
from archive.web.pages_stories_found import StoriesPage, stories_found
from archive.web.pages_text import text_page
from archive.web.pages_together import around_it, beside_it
from archive.web.pages_view import Opened, heard
from archive.web.public_address import whole
from archive.web.visitors import the_archive, visitor

FOR_THE_DAY, STORIES_OF_IT, STORIES_FOUND = 4, 2, 3
# Pages of people's own, in each language, and lists without end; the looks of a page are no list.
NOT_FOR_PROGRAMS = ("desk", "sign-in", "give", "mine")

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
def home() -> str:
    """The first page."""
    archive, actor = the_archive(), visitor().actor
    on = days.today(archive)
    kept = days.all_days(archive, on.first, language())
    # The day of one collection may have begun before that of another is over everywhere; and two may fall on one date.
    held = [_welcomed(one, on) for one in kept if on.holds(one)]
    page = home_page(
        archive,
        show.collections(archive, actor, language()),
        find.find(archive, actor, "", per_page=0, language=language()),
        show.newest(archive, actor, NEW + 1 + sum(len(one.items) for one in held), language()),
        () if held else show.pictures(archive, actor, NEW, language()),
        _one_story(),
        [day_line(one, on) for one in kept],
        held,
        is_member=readers.is_member(actor),
    )
    head = page_head(archive, archive.settings.site_name, page.lead, page.seen)
    return render_template("public/home.html", page=page, head=head)


def _welcomed(day: days.Day, on: days.Today) -> DayPage:
    """A day that is kept now, with the newest that bears it and the stories of it."""
    archive, actor = the_archive(), visitor().actor
    belongs = days.items_of(archive, actor, day, FOR_THE_DAY, language())
    told = days.stories_of(archive, actor, day, STORIES_OF_IT, language())
    return day_page(archive, day, on, *belongs, told)


def _one_story() -> tuple[StoryLine, ...]:
    """The newest story in the visitor's language; the newest of all where there is none in it."""
    archive, actor, code = the_archive(), visitor().actor, language()
    newest = partial(stories.published, archive, actor, code, most=1, leads=False)
    return newest(holds=lambda said: said.language == code) or newest()


@blueprint.get("/search")
def search() -> ResponseReturnValue:
    """What was found for what was asked."""
    archive, asked = the_archive(), Asked.from_args(request.args)
    with_stories = not asked.is_narrowed and asked.page == 1
    try:
        results = find.find(
            archive,
            visitor().actor,
            asked.text,
            filters=asked.filters,
            years=(asked.first, asked.last),
            sort=asked.sort,
            page=asked.page,
            language=language(),
            beside_stories=with_stories,
        )
        if results.is_unknown:
            raise IndexUnusableError("The search index has to be made anew.")
        told = _stories(asked.text) if with_stories else None
    except BadInputError as error:
        page = troubled_page(asked, *searching_words(error))
        return render_template("public/search.html", page=page), 400
    return render_template("public/search.html", page=search_page(archive, asked, results), told=told)


def _stories(text: str) -> StoriesPage:
    """The stories that hold these words, the best few."""
    archive = the_archive()
    found = story_search.matching(archive, visitor().actor, text, language(), most=STORIES_FOUND)
    return stories_found(archive, text, found)


@blueprint.get("/collections/<slug>")
def collection(slug: str) -> str:
    """One collection."""
    archive, actor = the_archive(), visitor().actor
    view = show.collection(archive, actor, slug, language())
    inside = find.find(archive, actor, "", filters={"collection": [slug]}, per_page=0, language=language())
    on = days.today(archive)
    kept = [
        day_line(one, on) for one in days.all_days(archive, on.first, language()) if slug in one.collections
    ]
    page = collection_page(archive, view, inside, kept)
    head = page_head(archive, view.title, view.description, *page.newest[:1])
    return render_template("public/collection.html", page=page, head=head)


@blueprint.get("/items/<item_id>")
def item(item_id: str) -> ResponseReturnValue:
    """One item, or what has taken its place."""
    archive = the_archive()
    try:
        with archive.db.one_view():
            view = show.item(archive, visitor().actor, item_id, language())
            beside = beside_it(archive, together.of(archive, visitor().actor, item_id, language()))
            around = around_it(archive, view, beside)
    except GoneError:
        return _in_its_place(item_id)
    if noted := at_work(view):
        return noted
    page = item_page(archive, view, Opened.from_args(request.args), visitor(), around)
    response = make_response(
        render_template("public/item.html", page=page, beside=beside, show_href=show_href())
    )
    response.headers["Link"] = signposts(archive, view)
    return response


def _in_its_place(item_id: str) -> ResponseReturnValue:
    """Where something is now whose files were put together in another way; GoneError for what was taken back."""
    archive, actor = the_archive(), visitor().actor
    if not replaced.is_replaced(archive, item_id):
        show.item(archive, actor, item_id, language())
    ids = replaced.in_its_place(archive, actor, item_id)
    if len(ids) == 1:
        return redirect(item_href(ids[0]), 302)
    places = [link_to(show.item(archive, actor, one, language())) for one in ids]
    return render_template("public/replaced.html", places=places), 200 if places else 404


@blueprint.get("/items/<item_id>/text/<file_id>")
def text(item_id: str, file_id: str) -> str:
    """The text of one file of an item."""
    view = show.item(the_archive(), visitor().actor, item_id, language())
    if noted := at_work(view):
        return noted
    file = view.file(file_id)
    if file is None or not file.passages:
        raise NotFoundError("This file has no text.")
    part = request.args.get("part", 1, type=int)
    page = text_page(view, file, part, request.args.get("page", type=int))
    cited = cite_text(the_archive(), view, file, page.pager.page, page.pager.pages)
    return render_template(
        "public/text.html", page=page, cited=cited, player=heard(view, file), show_href=show_href()
    )


@blueprint.get("/about")
def about() -> str:
    """What this archive is, and what it keeps about those who visit it: nothing."""
    return render_template("public/about.html")


@blueprint.get("/safety")
def safety() -> str:
    """How to look around here safely, and what to do if something hurts or should not be shown."""
    return render_template("public/safety.html")


@blueprint.get("/giving-safely")
def giving_safely() -> str:
    """What a photograph tells, shared computers, Tor: before somebody gives."""
    return render_template("public/giving_safely.html")


@blueprint.get("/help")
def help() -> str:
    """How to search, and how to listen and read."""
    return render_template("public/help.html")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What programs may fetch: everything that is for everyone, except endless lists."""
    root = shared("")
    languages = (root, *(f"{root}/{code}" for code in LANGUAGES))
    closed = [f"Disallow: {start}/{name}" for start in languages for name in NOT_FOR_PROGRAMS]
    here = whole(the_archive(), url_for("feeds.sitemaps"))
    lines = (
        "User-agent: *",
        *closed,
        f"Disallow: {root}/*?*",
        f"Allow: {root}/static/",
        f"Sitemap: {here}",
        "",
    )
    return Response("\n".join(lines), mimetype="text/plain")
