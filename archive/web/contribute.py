"""The way in: one question a page, every page saves, back always works, nobody says who they are unless they wish."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import ArchiveError, BadInputError, ConflictError, NotFoundError
from archive.profiles import CollectionProfile
from archive.services import sending
from archive.services.drafts import DraftView
from archive.services.lifecycle import NO_SUCH_FILE
from archive.services.unsent_words import WRITING, Kept
from archive.web import gifts
from archive.web.checked import STALE, checked
from archive.web.date_answers import day_answer
from archive.web.described_form import MARK
from archive.web.draft_forms import (
    COLLECTION,
    CONSENT,
    DAYS,
    NAME,
    PEOPLE,
    WHAT,
    DraftForm,
    about_form,
    apart_form,
    name_form,
    people_form,
    said_there,
    save,
    show_form,
    sides,
    typed_about,
    typed_of,
    what_form,
)
from archive.web.errors import status_of
from archive.web.form_check import check_form
from archive.web.giving import (
    Giving,
    begin,
    draft_or_none,
    for_contributors,
    giving,
    hold,
    usual_collection,
)
from archive.web.i18n import language
from archive.web.pages_about import AboutPage, MakePage, about_page, apart_page
from archive.web.pages_consent import name_page, people_page, show_page
from archive.web.pages_give import GivePage, base, files_page, what_page
from archive.web.saving_first import is_quiet, is_thrown_away, wished
from archive.web.town_answers import TOWN
from archive.web.unsent import GIVE, ask_first
from archive.web.unsent_words import saved_first, sent, told, typed_before
from archive.web.upload_troubles import to_tell
from archive.web.uploads import take_in
from archive.web.visitors import the_archive, visitor
from archive.web.words import _

blueprint = Blueprint("contribute", __name__, url_prefix="/give")
for_contributors(blueprint, "contribute.what")
# Who wishes to write is led to where that is done.
WORDS = "words"


Questions = Callable[..., GivePage | AboutPage]
Asked = tuple[DraftView, DraftForm, MakePage]


@blueprint.get("")
def what() -> ResponseReturnValue:
    """The first question: what are you sharing?"""
    if (draft := draft_or_none()) is not None:
        return _asked(draft, what_form(draft), _what)
    if asked := ask_first(GIVE):
        return asked
    gifts.about("")
    chosen = request.args.get("collection", usual_collection(the_archive()))
    return _page("what", what_page(the_archive(), None, chosen), draft=None, begins=gifts.new_mark())


@blueprint.post("")
def answer_what() -> ResponseReturnValue:
    """Begin, or go on with what was begun.

    Whoever only looks at the first page gets no cookie, so there is no token to ask for before there is a draft.
    """
    form, draft = request.form, draft_or_none()
    if visitor().is_known:
        check_form()
    if draft is None and (asked := ask_first(GIVE)):
        return asked
    collection = form.get(COLLECTION, "")
    if collection not in the_archive().profiles:
        collection = draft.collection if draft else usual_collection(the_archive())
    here = giving() if draft else begin(collection, language())
    one, typed = what_form(here.draft), {WHAT: form.get(WHAT, "")}
    saved = save(here, one, typed | ({COLLECTION: collection} if COLLECTION in form else {}))
    return _go_on(saved, one, _what, url_for(f"contribute.{'writing' if typed[WHAT] == WORDS else 'files'}"))


@blueprint.get("/files")
def files() -> ResponseReturnValue:
    """The files that are there, and room for more."""
    draft = giving().draft
    return _page("files", files_page(draft, to_tell(), told="told" in request.args), draft=draft)


@blueprint.get("/write")
def writing() -> ResponseReturnValue:
    """Where something is written: a page of its own, so that no other button can lose a word of it."""
    here = giving()
    kept = typed_before(here, WRITING)
    return _writing(here, kept, written=kept.typed["text"] if kept else "")


@blueprint.post("/write")
def write() -> ResponseReturnValue:
    """Make a file of what was written here, so that it is kept like everything else; not of what is only half written."""
    here, text = giving(), request.form.get("written", "")
    if is_quiet(request.form) or is_thrown_away(request.form):
        there = saved_first(here, WRITING, {"text": text} if text.strip() else {})
        return there or redirect(url_for("contribute.writing"), 303)
    try:
        if text.strip():
            take_in(here, _("written here") + ".txt", text.encode())
    except ArchiveError as error:
        return _writing(here, written=text, trouble=f"{error} {error.remedy}"), status_of(error)
    sent(here, WRITING)
    return redirect(wished(request.form) or url_for("contribute.files"), 303)


@blueprint.get("/about")
def about() -> ResponseReturnValue:
    """What can be said of all of it together."""
    return _asked(*_questions(about_form, about_page))


@blueprint.post("/about")
def answer_about() -> ResponseReturnValue:
    """Keep what was said; go on when it can be used."""
    here, (draft, form, make) = giving(), _questions(about_form, about_page)
    return _go_on(
        save(here, form, typed_about(here.profile(draft))), form, make, url_for("contribute.people")
    )


@blueprint.get("/about/<file_id>")
def apart(file_id: str) -> ResponseReturnValue:
    """What is different about one thing."""
    return _asked(*_of_one(giving(), file_id))


@blueprint.post("/about/<file_id>")
def answer_apart(file_id: str) -> ResponseReturnValue:
    """Keep what is different, and nothing of what is the same."""
    here = giving()
    draft, form, make = _of_one(here, file_id)
    return _go_on(
        save(here, form, typed_about(here.profile(draft))),
        form,
        make,
        url_for("contribute.about") + "#things",
    )


@blueprint.get("/people")
def people() -> ResponseReturnValue:
    """Who else is in it, and did they agree."""
    return _asked(*_questions(people_form, people_page))


@blueprint.post("/people")
def answer_people() -> ResponseReturnValue:
    """Keep what was said about people."""
    here, (draft, form, make) = giving(), _questions(people_form, people_page)
    return _go_on(
        save(here, form, typed_of(PEOPLE) | typed_about(here.profile(draft))),
        form,
        make,
        url_for("contribute.show"),
    )


@blueprint.get("/show")
def show() -> ResponseReturnValue:
    """Who may see it, and how."""
    return _asked(*_questions(show_form, show_page))


@blueprint.post("/show")
def answer_show() -> ResponseReturnValue:
    """Keep what is allowed."""
    here, (_draft, form, make) = giving(), _questions(show_form, show_page)
    days = {name: day_answer(name) for name in DAYS}
    return _go_on(save(here, form, typed_of(CONSENT, TOWN) | days), form, make, url_for("contribute.name"))


@blueprint.get("/name")
def name() -> ResponseReturnValue:
    """How the giver is named."""
    return _asked(*_questions(name_form, name_page))


@blueprint.post("/name")
def answer_name() -> ResponseReturnValue:
    """Keep how the giver is named."""
    here, (_draft, form, make) = giving(), _questions(name_form, name_page)
    return _go_on(save(here, form, typed_of(NAME)), form, make, url_for("contribute.check"))


@blueprint.get("/check")
def check() -> ResponseReturnValue:
    """Everything once more."""
    return checked(giving())


@blueprint.post("/send")
def send() -> ResponseReturnValue:
    """Send what that page showed, or show it again where it is not the same any more."""
    here, seen = giving(), request.form.get(MARK, "")
    try:
        sending.send(here.archive, here.actor, here.submission_id, language(), seen=seen)
    except NotFoundError as error:
        # On a slow line it is pressed twice: what was sent by the first leads on as the first would have.
        if error.code != "draft-gone":
            raise
    except BadInputError as error:
        return checked(here, error.code), 400
    except ConflictError as error:
        if error.code != STALE:
            raise
        return checked(here, seen=seen), 409
    # A draft that is sent is none any more, so the session ends as soon as that of whoever comes back.
    hold(here.submission_id)
    return redirect(url_for("mine.code"), 303)


def _questions(form: Callable[[CollectionProfile], DraftForm], make: Questions) -> Asked:
    """A draft, one of its forms about all of it, and what makes the page of that form."""
    here = giving()
    draft = here.draft
    profile = here.profile(draft)
    return draft, form(profile), partial(make, profile)


def _of_one(here: Giving, file_id: str) -> Asked:
    """The same of the form about one thing."""
    draft = here.draft
    if file_id not in {one.id for one in draft.files}:
        raise NotFoundError(NO_SUCH_FILE)
    profile = here.profile(draft)
    return draft, apart_form(profile, draft, file_id), partial(apart_page, profile, file_id=file_id)


def _asked(draft: DraftView, form: DraftForm, make: MakePage, *, told: bool = False) -> str:
    """The page of a form: what stands there, and what was typed while another page said otherwise."""
    both = sides(form, draft)
    page, standing = (make(one, told=told or "told" in request.args) for one in (both.draft, draft))
    theirs = said_there(_page_of(standing), both.crossed)
    return _page(form.template, page, draft=draft, mark=both.mark, theirs=theirs, file_id=form.key)


def _go_on(draft: DraftView, form: DraftForm, make: MakePage, following: str) -> ResponseReturnValue:
    """On to the next step, or the same page once more with what cannot be used yet, or was said otherwise meanwhile."""
    crossed = draft.answers.crossed.get(form.key)
    if is_quiet(request.form):
        # What stands there now came from this page; of what another one says too, whoever presses a button is told.
        return "", 204, {} if crossed else {"Seen": sides(form, draft).mark}
    if crossed:
        return _asked(draft, form, make), 409
    if there := wished(request.form):
        return redirect(there, 303)
    if _page_of(make(draft, told=True)).troubles:
        return _asked(draft, form, make, told=True), 400
    return redirect(following, 303)


def _page_of(made: GivePage | AboutPage) -> GivePage:
    return made.page if isinstance(made, AboutPage) else made


def _writing(here: Giving, kept: Kept | None = None, **more: str) -> str:
    draft = here.draft
    return _page("writing", base(draft, "files"), draft=draft, unsent=told(here, kept), **more)


def _page(template: str, page: object, *, draft: DraftView | None, **more: object) -> str:
    return render_template(f"contribute/{template}.html", page=page, draft=draft, **more)


def _what(draft: DraftView, *, told: bool = False) -> GivePage:
    return what_page(the_archive(), draft, draft.collection)
