"""The pages of the export desk: choose, look, have it made, take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from archive.access import Actor
from archive.models import ItemState, Right
from archive.services.export_choosing import Selection, Weighed, has_all, ids_in
from archive.services.export_forms import BAGS, FOR_STAFF, Form
from archive.services.exports import ExportView
from archive.services.labels import label
from archive.services.opening import Archive
from archive.web import labels, labels_export
from archive.web.formats import size_words
from archive.web.i18n import language
from archive.web.pages_form import Option, Question, one_of
from archive.web.words import _, day

WHICH = ("words", "collection", "state", "since", "until", "ids")
FIELDS = (*WHICH, "form", "wrapping", "purpose", "for")
# At which field a trouble is told; what is about all of it is told above.
AT = {
    "export-form": "form",
    "export-one-collection": "form",
    "export-wrapping": "wrapping",
    "export-purpose": "purpose",
    "export-for-whom": "for",
    "words-too-long": "for",
}
SHOWN = 200


@dataclass(frozen=True)
class NotInIt:
    """An item that does not leave, and why."""

    href: str
    title: str
    why: str


@dataclass(frozen=True)
class Found:
    """What would leave, in words, and what may not; `mark` tells whether another look finds the same."""

    items: int
    files: int
    size: str
    mark: str
    has_size: bool
    refused: tuple[NotInIt, ...]
    more_refused: int
    shared: int
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class ChoosePage:
    """The form that chooses, and, when it was looked, what was found and the questions that are left."""

    questions: tuple[Question, ...]
    rest: tuple[Question, ...]
    troubles: tuple[Question, ...]
    trouble: str
    given: tuple[tuple[str, str], ...]
    found: Found | None
    form: str
    show_troubles: bool = True


@dataclass(frozen=True)
class Listed:
    """One export in the list, or on its own page; `download` and `checksum` are empty unless it can be had.

    `damaged` are the addresses and ids of items whose damaged bags are why it could not be made.
    """

    id: str
    title: str
    state: str
    why: str
    facts: str
    progress: str
    name: str
    download: str
    checksum: str
    sha512: str
    until: str
    may_remove: bool
    is_asked: bool
    damaged: tuple[tuple[str, str], ...] = ()


def asked_for(given: Mapping[str, str]) -> tuple[dict[str, str], Selection, frozenset[str]]:
    """What was typed, what is looked for, and the fields that cannot be read."""
    typed = {name: given.get(name, "").strip() for name in FIELDS}
    days: dict[str, date | None] = {}
    wrong: set[str] = set()
    for name in ("since", "until"):
        try:
            days[name] = date.fromisoformat(typed[name]) if typed[name] else None
        except ValueError:
            days[name] = None
            wrong.add(name)
    selection = Selection(
        words=typed["words"],
        collection=typed["collection"],
        state=typed["state"],
        since=days["since"],
        until=days["until"],
        ids=ids_in(typed["ids"]),
    )
    return typed, selection, frozenset(wrong)


def choose_page(
    archive: Archive,
    actor: Actor,
    typed: Mapping[str, str],
    weighed: Weighed | None = None,
    wrong: Mapping[str, str] | None = None,
) -> ChoosePage:
    """The form as it was filled in; `wrong` are codes of troubles by field, or by "" for what is about all of it."""
    wrong = wrong or {}
    questions = tuple(_which(archive, actor, typed, wrong))
    rest = tuple(_rest(typed, wrong)) if weighed else ()
    return ChoosePage(
        questions=questions,
        rest=rest,
        troubles=tuple(one for one in (*questions, *rest) if one.trouble),
        trouble=labels_export.trouble(wrong[""]) if "" in wrong else "",
        given=tuple((name, typed[name]) for name in (*WHICH, "form") if typed.get(name)),
        found=_found(weighed) if weighed else None,
        form=str(labels_export.FORMS[weighed.form][0]) if weighed else "",
    )


def listed(views: Sequence[ExportView]) -> tuple[Listed, ...]:
    """Exports, in words."""
    return tuple(one_listed(view) for view in views)


def one_listed(view: ExportView) -> Listed:
    """One export, in words."""
    wish, is_done = view.wish, view.state == "done"
    facts = [day(view.asked_on), str(labels_export.PURPOSES[wish.purpose])]
    facts += [size_words(view.size)] if is_done else []
    progress = view.progress
    told = _("%(done)s of %(total)s", done=progress.done, total=progress.total) if progress.total else ""
    form = str(labels_export.FORMS[wish.form][0])
    return Listed(
        id=view.id,
        title=_("%(form)s: %(items)s", form=form, items=view.items),
        state=labels.of(labels_export.STATES, view.state),
        why=labels_export.why(view.why),
        facts=" · ".join(facts),
        progress=told,
        name=view.name,
        download=url_for("exports.download", export_id=view.id, name=view.name) if is_done else "",
        checksum=url_for("exports.checksum", export_id=view.id) if is_done else "",
        sha512=view.sha512,
        until=day(view.expires_on),
        may_remove=view.state in ("asked", "done"),
        is_asked=view.state == "asked",
        damaged=tuple((url_for("preserve.item", item_id=one), one) for one in view.damaged),
    )


def _which(
    archive: Archive, actor: Actor, typed: Mapping[str, str], wrong: Mapping[str, str]
) -> list[Question]:
    where = actor.collections_with(Right.EXPORT)
    slugs = [slug for slug in archive.profiles if where is None or slug in where]
    named = [(slug, label(archive, "collection", slug, language())) for slug in slugs]
    # Drafts are nobody's but their givers', and what is sealed does not leave with others.
    states = [
        (one.value, labels.of(labels.STATES, one))
        for one in ItemState
        if one not in (ItemState.DRAFT, ItemState.WITHDRAWN, ItemState.DECLINED)
    ]
    told = {name: labels_export.trouble(code) for name, code in wrong.items()}
    forms = {
        one: said for one, said in labels_export.FORMS.items() if one != Form.WITH_SHARED or has_all(actor)
    }
    day_help = _("The day on which it was received.")
    return [
        Question("words", _("With these words"), value=typed.get("words", ""), optional=True),
        _chosen("collection", _("Collection"), _("All collections"), named, typed),
        _chosen("state", _("State"), _("In any state"), states, typed),
        *(
            Question(
                name, words, "day", day_help, typed.get(name, ""), trouble=told.get(name, ""), optional=True
            )
            for name, words in (("since", _("From this day")), ("until", _("To this day")))
        ),
        Question(
            "ids",
            _("These items alone"),
            "area",
            _("Their numbers or addresses, one on a line."),
            typed.get("ids", ""),
            optional=True,
        ),
        _radios("form", _("What is it to be made as?"), forms, typed, told),
    ]


def _rest(typed: Mapping[str, str], wrong: Mapping[str, str]) -> list[Question]:
    form = Form(typed["form"])
    rest = what_for_and_whom(form, typed, wrong)
    if form in BAGS:
        told = {name: labels_export.trouble(code) for name, code in wrong.items()}
        typed = {**typed, "wrapping": typed.get("wrapping") or "zip"}
        rest.append(_radios("wrapping", _("In which kind of file?"), labels_export.WRAPPINGS, typed, told))
    return rest


def what_for_and_whom(form: Form, typed: Mapping[str, str], wrong: Mapping[str, str] | str) -> list[Question]:
    """What is asked whenever something leaves; `wrong` are the codes of what was not right, by field, or one code."""
    if isinstance(wrong, str):
        wrong = {AT[wrong]: wrong} if wrong else {}
    told = {name: labels_export.trouble(code) for name, code in wrong.items()}
    purposes = [(name, str(words)) for name, words in labels_export.PURPOSES.items()]
    return [
        Question(
            "purpose",
            _("What is it for?"),
            "list",
            value=typed.get("purpose", ""),
            options=tuple(Option(one, words, "", typed.get("purpose") == one) for one, words in purposes),
            trouble=told.get("purpose", ""),
        ),
        Question(
            "for",
            _("For whom is it?"),
            help=_("Kept in the history of each item, so that they can be told if it is taken back."),
            value=typed.get("for", ""),
            trouble=told.get("for", ""),
            optional=form not in FOR_STAFF,
        ),
    ]


def _radios(
    name: str,
    words: str,
    known: Mapping[str, tuple[object, object]],
    typed: Mapping[str, str],
    told: Mapping[str, str],
) -> Question:
    asked = one_of(name, words, known, typed.get(name, ""))
    return Question(name, words, "one", value=asked.value, options=asked.options, trouble=told.get(name, ""))


def _chosen(
    name: str, words: str, any_of: str, known: Sequence[tuple[str, str]], typed: Mapping[str, str]
) -> Question:
    options = tuple(Option(one, text, "", typed.get(name) == one) for one, text in (("", any_of), *known))
    return Question(name, words, "list", value=typed.get(name, ""), options=options, optional=True)


def _found(weighed: Weighed) -> Found:
    return Found(
        items=len(weighed.leaving),
        files=weighed.files,
        size=size_words(weighed.size),
        mark=weighed.mark,
        has_size=weighed.form in BAGS,
        refused=tuple(
            NotInIt(
                url_for("preserve.item", item_id=one.item_id),
                one.title or _("Without a title"),
                labels.of(labels_export.REFUSED, one.why),
            )
            for one in weighed.refused[:SHOWN]
        ),
        more_refused=max(0, len(weighed.refused) - SHOWN),
        shared=len(weighed.shared),
        unknown=weighed.unknown[:SHOWN],
    )
