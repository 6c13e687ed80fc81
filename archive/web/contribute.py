"""The way in: one question a page, every page saves, back always works, nobody says who they are unless they wish."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from archive.models.errors import ArchiveError, BadInputError, NotFoundError
from archive.profiles import CollectionProfile
from archive.services import drafts, sending
from archive.services.answers import ALL_TOGETHER, DATE, Answers, asked_about, places_said
from archive.services.drafts import DraftView
from archive.services.lifecycle import NO_SUCH_FILE
from archive.services.unsent_words import WRITING, Kept
from archive.web.date_answers import day_answer, reading_answer
from archive.web.described_form import typed_of_thing
from archive.web.errors import status_of
from archive.web.form_check import check_form
from archive.web.giving import Giving, begin, for_contributors, giving, hold, usual_collection
from archive.web.i18n import language
from archive.web.pages_about import ABOUT_PEOPLE, about_page, apart_page
from archive.web.pages_check import check_page
from archive.web.pages_consent import name_page, people_page, show_page
from archive.web.pages_give import GivePage, base, files_page, what_page
from archive.web.saving_first import is_quiet, is_thrown_away, wished
from archive.web.unsent import GIVE, ask_first
from archive.web.unsent_words import saved_first, sent, told, typed_before
from archive.web.uploads import TROUBLES, take_in
from archive.web.visitors import the_archive, visitor
from archive.web.words import _

blueprint = Blueprint("contribute", __name__, url_prefix="/give")
for_contributors(blueprint, "contribute.what")
# Up to twelve bytes of a form each: less than what is heard out.
LONGEST_WRITING = 200_000
# Who wishes to write is led to where that is done.
WORDS = "words"


class Questions(Protocol):
    """Makes a page of questions from what was answered so far."""

    def __call__(self, profile: CollectionProfile, draft: DraftView, *, told: bool = False) -> GivePage: ...


CONSENT, DAYS = ("keep", "audience", "place_precision", "reuse"), ("not_before", "not_after")


@blueprint.get("")
def what() -> ResponseReturnValue:
    """The first question: what are you sharing?"""
    draft = _draft_or_none()
    if draft is None and (asked := ask_first(GIVE)):
        return asked
    chosen = draft.collection if draft else request.args.get("collection", usual_collection(the_archive()))
    return _page("what", what_page(the_archive(), draft, chosen), draft=draft)


@blueprint.post("")
def answer_what() -> ResponseReturnValue:
    """Begin, or go on with what was begun.

    Whoever only looks at the first page gets no cookie, so there is no token to ask for before there is a draft.
    """
    form = request.form
    draft = _draft_or_none()
    if visitor().is_known:
        check_form()
    if draft is None and (asked := ask_first(GIVE)):
        return asked
    collection = form.get("collection") or (draft.collection if draft else "")
    if collection not in the_archive().profiles:
        collection = usual_collection(the_archive())
    here = giving() if draft else begin(collection, language())
    drafts.move(here.archive, here.actor, here.submission_id, collection)
    drafts.save(here.archive, here.actor, here.submission_id, {"what": form.get("what", "")})
    what = "writing" if form.get("what") == WORDS else "files"
    return redirect(wished(form) or url_for(f"contribute.{what}"), 303)


@blueprint.get("/files")
def files() -> ResponseReturnValue:
    """The files that are there, and room for more."""
    draft = giving().draft
    # Told once, on the next page that is opened.
    refused = session.pop(TROUBLES, [])
    return _page("files", files_page(draft, refused, told="told" in request.args), draft=draft)


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
    here = giving()
    draft = here.draft
    return _page("about", about_page(here.profile(draft), draft, told="told" in request.args), draft=draft)


@blueprint.post("/about")
def answer_about() -> ResponseReturnValue:
    """Keep what was said; go on when it can be used."""
    here = giving()
    draft = here.draft
    people = {ABOUT_PEOPLE: text} if (text := draft.answers.about.get(ABOUT_PEOPLE)) else {}
    said = _said(here, draft) | people
    draft = here.save(about=said, date_choices=_readings(draft.answers, ALL_TOGETHER))
    page = about_page(here.profile(draft), draft, told=True)
    if there := wished(request.form):
        return redirect(there, 303)
    if page.page.troubles:
        return _page("about", page, draft=draft), 400
    return redirect(url_for("contribute.people"), 303)


@blueprint.get("/about/<file_id>")
def apart(file_id: str) -> ResponseReturnValue:
    """What is different about one thing."""
    here = giving()
    draft = _with_file(here, file_id)
    page = apart_page(here.profile(draft), draft, file_id, told="told" in request.args)
    return _page("apart", page, draft=draft, file_id=file_id)


@blueprint.post("/about/<file_id>")
def answer_apart(file_id: str) -> ResponseReturnValue:
    """Keep what is different, and nothing of what is the same."""
    here = giving()
    draft = _with_file(here, file_id)
    said = _said(here, draft)
    known = draft.answers.about
    different = {name: text for name, text in said.items() if text.strip() != known.get(name, "").strip()}
    others = {key: value for key, value in draft.answers.apart.items() if key != file_id}
    draft = here.save(
        apart=others | ({file_id: different} if different else {}),
        date_choices=_readings(draft.answers, file_id),
    )
    page = apart_page(here.profile(draft), draft, file_id, told=True)
    if there := wished(request.form):
        return redirect(there, 303)
    if page.page.troubles:
        return _page("apart", page, draft=draft, file_id=file_id), 400
    return redirect(url_for("contribute.about") + "#things", 303)


@blueprint.get("/people")
def people() -> ResponseReturnValue:
    """Who else is in it, and did they agree."""
    return _asked(people_page)


@blueprint.post("/people")
def answer_people() -> ResponseReturnValue:
    """Keep what was said about people."""
    here, form = giving(), request.form
    said = {**here.draft.answers.about, ABOUT_PEOPLE: form.get(f"about-{ABOUT_PEOPLE}", "")}
    draft = here.save(people=form.get("people", ""), people_words=form.get("people_words", ""), about=said)
    return _go_on(here, draft, people_page, "show")


@blueprint.get("/show")
def show() -> ResponseReturnValue:
    """Who may see it, and how."""
    return _asked(show_page)


@blueprint.post("/show")
def answer_show() -> ResponseReturnValue:
    """Keep what is allowed."""
    here, form = giving(), request.form
    draft = here.draft
    places = places_said(here.profile(draft), draft.answers)
    towns = {place: form.get(f"town-{number}", "") for number, place in enumerate(places)}
    said = {name: form.get(name, "") for name in CONSENT} | {name: day_answer(name) for name in DAYS}
    draft = here.save(places_shown=towns, **said)
    return _go_on(here, draft, show_page, "name")


@blueprint.get("/name")
def name() -> ResponseReturnValue:
    """How the giver is named."""
    return _asked(name_page)


@blueprint.post("/name")
def answer_name() -> ResponseReturnValue:
    """Keep how the giver is named."""
    here, form = giving(), request.form
    draft = here.save(naming=form.get("naming", ""), name_shown=form.get("name_shown", ""))
    return _go_on(here, draft, name_page, "check")


@blueprint.get("/check")
def check() -> ResponseReturnValue:
    """Everything once more."""
    return _checked(giving())


@blueprint.post("/send")
def send() -> ResponseReturnValue:
    """Send it."""
    here = giving()
    try:
        sending.send(here.archive, here.actor, here.submission_id, language())
    except BadInputError:
        return _checked(here), 400
    # A draft that is sent is none any more, so the session ends as soon as that of whoever comes back.
    hold(here.submission_id)
    return redirect(url_for("mine.code"), 303)


def _asked(make: Questions) -> str:
    """A page of questions, with what was answered before."""
    here = giving()
    draft = here.draft
    return _page("questions", make(here.profile(draft), draft, told="told" in request.args), draft=draft)


def _go_on(here: Giving, draft: DraftView, make: Questions, following: str) -> ResponseReturnValue:
    """On to the next step, or the same page once more with what cannot be used yet."""
    page = make(here.profile(draft), draft, told=True)
    if there := wished(request.form):
        return redirect(there, 303)
    if page.troubles:
        return _page("questions", page, draft=draft), 400
    return redirect(url_for(f"contribute.{following}"), 303)


def _checked(here: Giving) -> str:
    draft = here.draft
    page = check_page(here.archive, draft, sending.check(here.archive, draft, language()))
    return _page("check", page, draft=draft, is_half_written=typed_before(here, WRITING) is not None)


def _writing(here: Giving, kept: Kept | None = None, **more: str) -> str:
    draft = here.draft
    page = base(draft, "files")
    return _page("writing", page, draft=draft, longest=LONGEST_WRITING, unsent=told(here, kept), **more)


def _page(template: str, page: object, *, draft: DraftView | None, **more: object) -> str:
    return render_template(f"contribute/{template}.html", page=page, draft=draft, **more)


def _draft_or_none() -> DraftView | None:
    try:
        return giving().draft
    except NotFoundError:
        return None


def _with_file(here: Giving, file_id: str) -> DraftView:
    draft = here.draft
    if file_id not in {one.id for one in draft.files}:
        raise NotFoundError(NO_SUCH_FILE)
    return draft


def _said(here: Giving, draft: DraftView) -> dict[str, str]:
    """What was typed into the questions about a thing."""
    return typed_of_thing(asked_about(here.profile(draft)))


def _readings(answers: Answers, whose: str) -> dict[str, dict[str, str]]:
    """Which reading of a date that is not clear is meant, beside what was chosen before."""
    kept = answers
    for text, meant in reading_answer(DATE, request.form.get(f"about-{DATE}", "")).items():
        # What is chosen for all together stays theirs, so that it can be changed for all of them.
        if answers.readings([whose] if whose else []).get(text, "") != meant:
            kept = replace(kept, date_choices=kept.with_reading(whose, text, meant))
    return kept.date_choices
