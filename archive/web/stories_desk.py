"""The desk's stories: write, look at it as everyone would, publish, bring back what stood there."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.access import PUBLIC, may_write_pages
from archive.models.errors import ConflictError, ForbiddenError
from archive.services import accounts, stories, story_changes, story_drafts
from archive.services.desk_drafts import OwnDraft
from archive.services.stories import NOT_ALLOWED, StoryView
from archive.services.story_lines import StoryLine
from archive.services.story_said import Said, ids_in
from archive.web import limits
from archive.web.described_form import is_meant
from archive.web.desk_windows import DO, KEEP, THROW, chosen, drafts_shown, thrown_away, window_here
from archive.web.i18n import language
from archive.web.pages_stories import StoryPage, link, story_page
from archive.web.pages_story_writing import FIELDS, changes_shown, said_in, typed_of, writing_page
from archive.web.preserve import only_staff
from archive.web.visitors import the_archive, visitor

blueprint = Blueprint("stories_desk", __name__, url_prefix="/desk/stories")
# A story may be long.
limits.widen(blueprint)
blueprint.before_request(only_staff)
STALE = "stale-version"
# What is typed into the form of a story, and beside it what is chosen.
WRITTEN = ("title", "body", "items", "slug")
TYPED = (*WRITTEN, "collection", "language", "translation_of")


@blueprint.get("")
def listed() -> str:
    """Every story of the collections one looks after."""
    archive, actor = the_archive(), visitor().actor
    page = [link(archive, one, desk=True) for one in stories.at_desk(archive, actor)]
    return render_template("preserve/stories.html", page=page, may_add=may_write_pages(actor))


@blueprint.get("/new")
def new() -> str:
    """The form of a story that is not here yet."""
    if not may_write_pages(visitor().actor):
        raise ForbiddenError(NOT_ALLOWED)
    if "like" in request.args:
        told = stories.read(the_archive(), visitor().actor, request.args["like"], language())
        return _form(None, typed_of(told.said))
    if draft := _draft(""):
        return _form(None, draft.typed, standing=draft)
    return _form(None, {"language": language(), **request.args.to_dict()})


@blueprint.post("/new")
def add() -> ResponseReturnValue:
    """Begin it, or look at it first; whatever is in the way, what was typed is on the next page."""
    typed = request.form.to_dict()
    said = said_in(typed)
    if "preview" in typed:
        if not may_write_pages(visitor().actor):
            raise ForbiddenError(NOT_ALLOWED)
        return _form(None, typed, said=said)
    if (kept := _kept(None, typed)) is not None:
        return kept
    story_id, troubles = story_changes.add(
        the_archive(), visitor().actor, said, window_here(), anyway=is_meant()
    )
    if troubles:
        _keep(None, typed)
        return _form(None, typed, troubles=troubles), 400
    return redirect(url_for(".story", story_id=story_id), 303)


@blueprint.get("/<story_id>")
def story(story_id: str) -> str:
    """The form of a story, with what it says now."""
    view = _view(story_id)
    if draft := _draft(story_id):
        return _form(view, draft.typed, version=int(draft.mark), standing=draft)
    return _form(view, typed_of(view.said))


@blueprint.post("/<story_id>")
def save(story_id: str) -> ResponseReturnValue:
    """Save it, or look at it first; if somebody else was faster, both are shown and nothing is lost."""
    archive, actor, typed = the_archive(), visitor().actor, request.form.to_dict()
    view = _view(story_id)
    said, version = said_in(typed, view.said.collection), request.form.get("version", type=int)
    if "preview" in typed:
        return _form(view, typed, said=said, version=version)
    if (kept := _kept(view, typed)) is not None:
        return kept
    try:
        troubles = story_changes.change(
            archive, actor, story_id, said, version, window_here(), anyway=is_meant()
        )
    except ConflictError as error:
        if error.code != STALE:
            raise
        _keep(view, typed)
        return _form(_view(story_id), typed, crossed=True), 409
    if troubles:
        _keep(view, typed)
        return _form(view, typed, troubles=troubles, version=version), 400
    return redirect(url_for(".story", story_id=story_id), 303)


@blueprint.post("/<story_id>/publish")
def publish(story_id: str) -> ResponseReturnValue:
    """Let everyone read it."""
    return _show(story_id, publish=True)


@blueprint.post("/<story_id>/unpublish")
def unpublish(story_id: str) -> ResponseReturnValue:
    """Take it off the pages."""
    return _show(story_id, publish=False)


@blueprint.get("/<story_id>/history")
def history(story_id: str) -> str:
    """How it changed."""
    archive, actor = the_archive(), visitor().actor
    view = _view(story_id)
    changes = stories.history(archive, actor, story_id)
    names = accounts.names_of(archive, {one.agent for one in changes})
    return render_template("preserve/story_history.html", view=view, page=changes_shown(changes, names))


@blueprint.post("/<story_id>/history/<int(max=1000000):number>")
def restore(story_id: str, number: int) -> ResponseReturnValue:
    """Say again what was said then."""
    version = request.form.get("version", type=int)
    story_changes.restore(the_archive(), visitor().actor, story_id, number, version)
    return redirect(url_for(".history", story_id=story_id), 303)


def _show(story_id: str, *, publish: bool) -> ResponseReturnValue:
    version = request.form.get("version", type=int)
    story_changes.show(the_archive(), visitor().actor, story_id, version, publish=publish)
    return redirect(url_for(".story", story_id=story_id), 303)


def _view(story_id: str) -> StoryView:
    return stories.one(the_archive(), visitor().actor, story_id, language())


def _draft(story_id: str) -> OwnDraft | None:
    """What this writer has typed and not saved yet."""
    return chosen(story_drafts.own(the_archive(), visitor().actor, story_id))


def _keep(view: StoryView | None, typed: Mapping[str, str]) -> None:
    """Keep what is typed as a draft; of a story that is not begun, what is only chosen needs none."""
    asked = {name: typed[name] for name in TYPED if name in typed}
    stands = typed_of(view.said) if view else asked | dict.fromkeys(WRITTEN, "")
    mark = str(request.form.get("version", default=0, type=int))
    story_id = view.id if view else ""
    story_drafts.keep(the_archive(), visitor().actor, story_id, asked, stands, mark, window_here())


def _kept(view: StoryView | None, typed: Mapping[str, str]) -> ResponseReturnValue | None:
    """Keep a draft or throw one away, where the button says so; a script that keeps it is told so without a page."""
    if (window := thrown_away()) is not None:
        if THROW in typed:
            # Another window's: what is typed in this one is kept.
            _keep(view, typed)
        story_drafts.throw_away(the_archive(), visitor().actor, view.id if view else "", window)
    elif typed.get(DO) == KEEP:
        _keep(view, typed)
    else:
        return None
    if "quietly" in typed:
        return "", 204
    return redirect(url_for(".story", story_id=view.id) if view else url_for(".new"), 303)


def _form(
    view: StoryView | None,
    typed: dict[str, str],
    *,
    said: Said | None = None,
    standing: OwnDraft | None = None,
    **more: object,
) -> str:
    archive, actor = the_archive(), visitor().actor
    collections = [slug for slug in archive.profiles if may_write_pages(actor, slug)]
    if said is not None:
        preview, unseen = _preview(said)
        more |= {"preview": preview, "unseen": unseen}
    page = writing_page(archive, view, typed, _others(view), collections, **more)  # type: ignore[arg-type]
    own = story_drafts.own(archive, actor, view.id if view else "")
    return render_template(
        "preserve/story.html",
        page=page,
        drafts=drafts_shown(own, standing, _in_words),
        not_named=stories.not_named(archive, actor, typed.get("body", "")),
    )


def _others(view: StoryView | None) -> list[StoryLine]:
    """The stories that this one may say again in another language, and the one that it does, whoever looks after that."""
    archive, actor = the_archive(), visitor().actor
    own, original = (view.id, view.said.translation_of) if view else ("", "")
    found = [
        one
        for one in stories.at_desk(archive, actor)
        if one.id not in (own, original) and may_write_pages(actor, one.collection)
    ]
    stands = [one for one in view.translations if one.id == original] if view else []
    return [*stands, *found]


def _in_words(typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """What was typed in another window."""
    asked = (name for name in WRITTEN if name in FIELDS and typed.get(name, "").strip())
    return [(str(FIELDS[name]), typed[name]) for name in asked]


def _preview(said: Said) -> tuple[StoryPage, int]:
    """The story as everyone would read it, and how many of its items they would not see."""
    archive = the_archive()
    shown = stories.preview(archive, PUBLIC, said, language())
    ids = set(ids_in(said))
    unseen = sum(1 for one in ids if one not in shown or shown[one].card is None)
    return story_page(archive, StoryView("", said, False, None, 0, shown)), unseen
