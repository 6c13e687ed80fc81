"""The pages on which contributors come back to what they gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from archive.models import Consent, ItemState
from archive.profiles import CollectionProfile, say
from archive.services.additions import offered
from archive.services.answers import DATE, Answers, Trouble, date_readings, places_said
from archive.services.draft_files import CAPTION
from archive.services.drafts import DraftView
from archive.services.messages import MessageView
from archive.services.mine import entries
from archive.services.my_items import MyFile, MyItem, MySubmission
from archive.services.opening import Archive
from archive.services.revisions import Spoken
from archive.web import giving_words as words
from archive.web.described_form import Typed, without_field
from archive.web.i18n import language
from archive.web.links import item_href, media_href
from archive.web.pages_consent import (
    answered,
    forget_question,
    name_page,
    people_page,
    put_off_until,
    show_page,
)
from archive.web.pages_form import Question, answer_in_words, question_of
from archive.web.words import _, day


@dataclass(frozen=True)
class MineItem:
    """One thing that was given: where it stands, and what can be done."""

    id: str
    title: str
    stands: str
    files: tuple[str, ...]
    words: tuple[str, ...]
    src: str
    page_href: str
    can_change: bool
    can_take_back: bool
    is_withdrawn: bool


@dataclass(frozen=True)
class MinePage:
    """A submission as its contributor comes back to it; what is not sent of it is removed on `draft_until`, if anything."""

    id: str
    title: str
    collection: str
    received: str
    items: tuple[MineItem, ...]
    allowed: tuple[tuple[str, str], ...]
    draft_until: str
    has_code: bool
    code_is_shown: bool
    is_held: bool
    has_contact: bool
    sent: bool
    messages: tuple[tuple[str, str, str], ...]
    anything_left: bool


@dataclass(frozen=True)
class ChangePage:
    """Questions that are asked again of something that was sent; `theirs` is what somebody else wrote meanwhile.

    `without_field` is what was typed, by what it is called, for which there is no question since the item was moved.
    """

    title: str
    questions: tuple[Question, ...]
    more: tuple[Question, ...] = ()
    show_troubles: bool = False
    is_crossed: bool = False
    theirs: tuple[tuple[str, str], ...] = ()
    without_field: tuple[tuple[str, str], ...] = ()

    @property
    def troubles(self) -> tuple[Question, ...]:
        """The questions whose answers cannot be used yet, if they are to be told."""
        asked = (*self.questions, *self.more)
        return tuple(one for one in asked if one.trouble) if self.show_troubles else ()


@dataclass(frozen=True)
class Moved:
    """Words typed under a file that is a part of another item now, in whose form they are kept."""

    item_id: str
    title: str
    file: str
    words: str


@dataclass(frozen=True)
class OneGiven:
    """One of all that somebody with an account gave, to be chosen; `draft_until` as in `MinePage`."""

    id: str
    title: str
    draft_until: str


def all_given(own: Iterable[MySubmission]) -> tuple[OneGiven, ...]:
    """What somebody with an account gave."""
    return tuple(OneGiven(one.id, one.title, day(one.draft_until) if one.draft_until else "") for one in own)


def mine_page(archive: Archive, own: MySubmission, thread: tuple[MessageView, ...]) -> MinePage:
    """Where things stand."""
    profile = archive.profiles[own.collection]
    draft = as_draft(profile, own)
    rows = [*answered(profile, draft), *put_off_until(draft.put_off)] if own.sent else []
    return MinePage(
        id=own.id,
        title=own.title,
        collection=say(profile.title, language()),
        received=day(own.received_on),
        items=tuple(_item(one) for one in own.items),
        allowed=tuple((label, text) for label, text, _href in rows),
        draft_until=day(own.draft_until) if own.draft_until else "",
        has_code=own.has_code,
        code_is_shown=own.code_is_shown,
        is_held=own.is_held,
        has_contact=own.has_contact,
        sent=own.sent,
        messages=tuple((_by(one), day(one.written_on), one.text) for one in thread),
        anything_left=own.anything_left,
    )


def consent_page(
    profile: CollectionProfile,
    draft: DraftView,
    *,
    told: bool = False,
    forgets: bool = False,
) -> ChangePage:
    """Everything that the contributor allows, to be changed; `forgets` is ticked that places are forgotten here too."""
    pages = (show_page(profile, draft, is_sent=True), name_page(profile, draft), people_page(profile, draft))
    # Whether it is kept is answered by withdrawing, and who is in it by correcting.
    left_out = {"keep", "about-people"}
    questions = [one for page in pages for one in page.questions if one.name not in left_out]
    if places_said(profile, draft.answers):
        after = next(place for place, one in enumerate(questions) if one.name == "reuse")
        questions.insert(after, forget_question(draft.answers, is_ticked=forgets))
    return ChangePage(_("What you allow"), tuple(questions), show_troubles=told)


def correct_page(
    profiles: Mapping[str, CollectionProfile],
    item: MyItem,
    spoken: Spoken,
    typed: Typed | None,
    troubles: Mapping[str, Trouble],
    towns: tuple[Question, ...] = (),
    *,
    is_crossed: bool = False,
) -> ChangePage:
    """What is said of one thing, or what was typed, to be put right; with `is_crossed` somebody else was faster.

    `towns` ask what is shown instead of its places.
    """
    said = {**spoken.said, **(typed.said if typed else {})}
    meant = {**spoken.meant, **(typed.choices if typed else {})}
    profile, fields = spoken.profile, spoken.profile.fields
    asked = [
        (one, question_of(profile, one, said.get(one.name, ""), troubles.get(one.name), choices=meant))
        for one in fields
    ]
    theirs = tuple(
        (say(one.label, language()), answer_in_words(profile, one, spoken.said[one.name]))
        for one in fields
        if is_crossed and entries(one, said[one.name]) != entries(one, spoken.said[one.name])
    )
    # What stands under a file already is seen at once; to all the others words may be added.
    captions = [(one, _caption_question(one, said, troubles)) for one in item.given]
    theirs += tuple(
        (question.label, one.words)
        for one, question in captions
        if is_crossed and question.value != one.words
    )
    return ChangePage(
        item.title,
        (
            *(question for one, question in asked if not one.later),
            *towns,
            *(question for one, question in captions if one.words or question.value),
        ),
        (
            *(question for one, question in asked if one.later),
            *(question for one, question in captions if not (one.words or question.value)),
        ),
        bool(troubles) or any(one.trouble for one in towns),
        is_crossed,
        theirs,
        without_field(profiles, fields, said),
    )


def _caption_question(one: MyFile, said: Mapping[str, str], troubles: Mapping[str, Trouble]) -> Question:
    field = CAPTION + one.id
    why = words.trouble(troubles.get(field))
    label = _("A few words about “%(file)s”", file=one.name)
    return Question(field, label, value=said.get(field, one.words), trouble=why, optional=True)


def proposal(
    profile: CollectionProfile,
    own: MySubmission,
    item: MyItem,
    changed: Mapping[str, str],
    choices: Mapping[str, str],
    *,
    is_taken_out: bool = False,
) -> str:
    """What is to be changed of one thing, by field, as a message to those who look after the archive.

    `choices` has by the text of a date which of its readings is meant; `is_taken_out` why nobody but they can change it.
    """
    alike = [one for one in own.items if one.title == item.title]
    # Of two with the same name the files tell which one is meant.
    which = f"{item.title} ({', '.join(item.files)})" if len(alike) > 1 else item.title
    lines = [_("What should change of “%(title)s”:", title=which)]
    for one in profile.fields:
        if one.name in changed:
            words = answer_in_words(profile, one, changed[one.name]) or _("nothing")
            meant = dict(date_readings(changed[one.name], language()) or ()) if one.name == DATE else {}
            if reading := meant.get(choices.get(changed[one.name], "")):
                words = _("%(date)s (meant is: %(reading)s)", date=words, reading=reading)
            lines.append(f"{say(one.label, language())}: {words}")
    for file in item.given:
        if (field := CAPTION + file.id) in changed:
            label = _("A few words about “%(file)s”", file=file.name)
            lines.append(f"{label}: {changed[field] or _('nothing')}")
    if is_taken_out:
        lines.append(_("It was not changed at once: words in it were taken out of a file."))
    return "\n".join(lines)


def as_draft(profile: CollectionProfile, own: MySubmission, answers: Answers | None = None) -> DraftView:
    """A submission as the questions of the way in ask about it."""
    said = answers or answers_of(profile, own)
    put_off = own.days.put_off_until
    return DraftView(own.id, own.collection, language(), True, said, (), (), own.received_on, put_off=put_off)


def answers_of(profile: CollectionProfile, own: MySubmission) -> Answers:
    """The consent as it stands, as answers; the first day is the giver's own."""
    consent: Consent = own.consent
    place = next((one.name for one in profile.fields if one.kind == "place"), "place")
    allowed = offered(consent, own.days)
    return Answers(about={place: "\n".join(own.places)} if own.places else {}, keep="yes", **allowed)


def _item(one: MyItem) -> MineItem:
    withdrawn = one.state == ItemState.WITHDRAWN
    return MineItem(
        id=one.id,
        title=one.title or _("(destroyed)"),
        stands=_stands(one),
        files=one.files,
        words=tuple(file.words for file in one.given if file.words),
        src=media_href(one.face) if one.face else "",
        page_href="" if withdrawn else item_href(one.id),
        can_change=not withdrawn and one.state != ItemState.DECLINED,
        # Also what is shown to nobody is kept still, and may be destroyed.
        can_take_back=not one.erasure,
        is_withdrawn=withdrawn,
    )


def _stands(one: MyItem) -> str:
    if one.is_destroyed:
        return str(words.DESTROYED[one.by])
    if one.erasure:
        return _("It is hidden. It is being destroyed; look again.")
    if one.state == ItemState.WITHDRAWN:
        return str(words.TAKEN_BACK[one.by])
    if one.opens:
        return _("It is not shown before %(day)s.", day=day(one.opens))
    if one.closed:
        return _("It is not shown after %(day)s.", day=day(one.closed))
    return str(words.STANDS.get(one.state, one.state))


def _by(one: MessageView) -> str:
    return _("You") if one.written_by == "contributor" else _("Those who look after the archive")
