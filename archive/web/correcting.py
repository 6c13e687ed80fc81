"""The form in which somebody puts right what they said of one thing, and what becomes of it when it is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from flask import render_template, request

from archive.models.errors import BadInputError, ConflictError
from archive.profiles import CollectionProfile
from archive.services import mine, replaced, unsent_words
from archive.services.answers import Trouble
from archive.services.captioning import typed_elsewhere
from archive.services.draft_files import CAPTION
from archive.services.kept import renamed, spoken_in
from archive.services.my_items import MyItem, MySubmission
from archive.services.revisions import Spoken
from archive.services.taken_out import TAKEN_OUT
from archive.services.unsent_words import Kept, correcting
from archive.web.described_form import Typed, typed_again
from archive.web.giving import Giving
from archive.web.i18n import language
from archive.web.pages_form import SAID_AGAIN
from archive.web.pages_mine import Moved, correct_page, proposal
from archive.web.saving_first import is_thrown_away
from archive.web.town_answers import places_asked, town_questions
from archive.web.unsent_words import told, typed_before

STALE, TOO_LONG = "stale-version", "bad-message"


def typed_of_item(here: Giving, item: MyItem, profile: CollectionProfile, opened: str) -> Typed:
    """Read the form that was sent: what is said of a thing, and what stands under its files.

    `opened` is the id of the item as the form knew it.
    """
    typed = typed_again(here.archive.profiles, profile.fields)
    captions = {name: text for name, text in request.form.items() if name.startswith(CAPTION)}
    # Its files may have been put together in another way while the form was open.
    now = replaced.files_stand_at(here.archive, here.actor, opened)
    said = {field: text for name, text in captions.items() if (field := _stands_under(name, item, now))}
    return replace(typed, said=typed.said | said)


def _stands_under(name: str, item: MyItem, now: Mapping[str, tuple[str, str]]) -> str:
    """The field of a caption as it is called where the file stands now; nothing where that is in another item."""
    file_id = name.removeprefix(CAPTION)
    at, now_id = now.get(file_id, (item.id, file_id))
    return f"{CAPTION}{now_id}" if at == item.id else ""


def kept_elsewhere(here: Giving, own: MySubmission, item: MyItem, opened: str) -> tuple[Moved, ...]:
    """Keep what was typed under files that stand in another item now, in the form of that one; what, and where it is.

    `opened` as in `typed_of_item`.
    """
    if is_thrown_away(request.form):
        return ()
    found = typed_elsewhere(here.archive, here.actor, opened, item.id, request.form)
    for at in dict.fromkeys(one.item_id for one in found):
        form, now = correcting(at), spoken(here, own.item(at))
        before = typed_before(here, form)
        left: dict[str, Any] = {"said": now.said, "choices": {}, "mark": now.mark, "towns": {}}
        left |= before.typed if before else {}
        words = {one.field: one.text for one in found if one.item_id == at}
        typed = {**left, "said": {**left["said"], **words}}
        unsent_words.keep(here.archive, here.actor, here.submission_id, form, typed)
    return tuple(Moved(one.item_id, own.item(one.item_id).title, one.file, one.text) for one in found)


def to_keep(here: Giving, item: MyItem, typed: Typed, towns: Mapping[str, str]) -> dict[str, Any]:
    """What was typed into the form of a correction; nothing where it says what stands there already."""
    now, shown = spoken(here, item), own_of(here).consent.places_shown
    changed = mine.wished(here.archive, here.actor, item.id, typed.said, typed.choices, seen=now.mark)
    if not changed and all(words == shown.get(place, "") for place, words in towns.items()):
        return {}
    return {"said": typed.said, "choices": typed.choices, "mark": typed.mark, "towns": dict(towns)}


def put_right_or_propose(
    here: Giving, item: MyItem, typed: Typed, towns: Mapping[str, str]
) -> tuple[dict[str, Trouble], str]:
    """Change it, or write what is wished; what cannot be used, and where on the page it is told otherwise."""
    given = here.archive, here.actor, item.id, typed.said, language(), typed.choices, towns
    try:
        return mine.correct(*given, seen=typed.mark, anyway=typed.anyway), ""
    except ConflictError as error:
        if error.code == STALE:
            raise
        # Whoever took words out of a file is asked before they are said again.
        is_taken_out = error.code == TAKEN_OUT
    return _propose(here, item, typed, towns, is_taken_out=is_taken_out), "#messages"


def _propose(
    here: Giving, item: MyItem, typed: Typed, towns: Mapping[str, str], *, is_taken_out: bool
) -> dict[str, Trouble]:
    """Write to the curators what is wished, and say the towns; returns what cannot be sent, by field: then neither is done."""
    changed = mine.wished(here.archive, here.actor, item.id, typed.said, typed.choices, seen=typed.mark)
    words = ""
    if changed:
        profile = spoken(here, item, spoken_in(typed.said)).profile
        if troubles := mine.unclear(profile, changed, typed.choices, language()):
            return troubles
        words = proposal(profile, own_of(here), item, changed, typed.choices, is_taken_out=is_taken_out)
    given = here.archive, here.actor, here.submission_id, item.id, words, towns
    try:
        mine.propose(*given, anyway=typed.anyway)
    except BadInputError as error:
        if error.code != TOO_LONG:
            raise
        longest = max(changed, key=lambda name: len(changed[name]))
        return {longest: Trouble("too-long-to-send")}
    return {}


def correction(
    here: Giving,
    item: MyItem,
    typed: Typed | None = None,
    troubles: Mapping[str, Trouble] | None = None,
    *,
    towns: Mapping[str, str] | None = None,
    kept: Kept | None = None,
    is_crossed: bool = False,
    asks_anyway: bool = False,
    moved: tuple[Moved, ...] = (),
) -> str:
    """The form: what is said, or what was typed; with `is_crossed` beside what somebody else wrote meanwhile.

    With `asks_anyway` words for a place are to be shown that were taken out of a file. `towns` is what was typed to be
    shown instead of places, by place; `moved` was typed under files that are in another item now.
    """
    own, now = own_of(here), spoken(here, item, spoken_in(typed.said) if typed else ())
    profile, profiles = now.profile, here.archive.profiles
    if typed:
        # What was kept may have been typed before the item was moved.
        typed = replace(typed, said=renamed(profiles, typed.said, profile.fields))
    places = places_asked(profile, own.consent, typed.said if typed else now.said)
    asked = town_questions(own.consent, places, towns or {}, told=towns is not None and kept is None)
    page = correct_page(profiles, item, now, typed, troubles or {}, asked, is_crossed=is_crossed)
    # Whoever has seen what somebody else wrote meanwhile may save over it.
    mark = typed.mark if typed and not is_crossed else now.mark
    said = {"mark": mark, "said_again": str(SAID_AGAIN) if asks_anyway else "", "unsent": told(here, kept)}
    return render_template("contribute/correct.html", page=page, item=item, moved=moved, **said)


def own_of(here: Giving) -> MySubmission:
    """What was given, as whoever gave it sees it."""
    return mine.submission(here.archive, here.actor, here.submission_id)


def spoken(here: Giving, item: MyItem, also: Collection[str] = ()) -> Spoken:
    """What is said of one thing of it, that its giver may put right."""
    return mine.spoken(here.archive, here.actor, item.id, also)
