"""The pages on which the names, places and words that items share are kept in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from archive.services.authorities import PER_PAGE, Offered, Wording, WordLine, WordView
from archive.services.taken_out import TAKEN_OUT
from archive.services.word_revisions import as_typed
from archive.web import words_labels as labels
from archive.web.pages_form import AskingPage, Option, Question
from archive.web.pages_list import ListedItem, Pager, listed, pager
from archive.web.words import _


@dataclass(frozen=True)
class Line:
    """One name or word of a list."""

    href: str
    name: str
    kind: str
    others: str
    standing: str
    uses: int


@dataclass(frozen=True)
class ListPage:
    """One list of names or words; `tabs` are the ways to the others."""

    room: str
    title: str
    tabs: tuple[tuple[str, str, bool], ...]
    text: str
    total: int
    lines: tuple[Line, ...]
    pager: Pager
    add_href: str


@dataclass(frozen=True)
class WordPage(AskingPage):
    """One name or word: the form, and what uses it; `theirs` is what somebody else wrote meanwhile."""

    id: str
    room: str
    room_title: str
    title: str
    mark: str
    questions: tuple[Question, ...]
    is_crossed: bool
    theirs: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]
    uses: int
    items: tuple[ListedItem, ...]
    is_from_file: bool
    may_remove: bool
    more_labels: bool = False
    show_troubles: bool = True


@dataclass(frozen=True)
class MergePage:
    """Two names or words that are to be one; without `into` one is looked for."""

    room: str
    room_title: str
    id: str
    name: str
    uses: int
    mark: str
    text: str = ""
    found: tuple[Line, ...] = ()
    into_id: str = ""
    into_name: str = ""
    into_uses: int = 0
    into_mark: str = ""
    is_crossed: bool = False
    asks_anyway: bool = False


def list_page(room: str, text: str, page: int, total: int, lines: Sequence[WordLine]) -> ListPage:
    """One list, narrowed to what holds `text`."""
    tabs = tuple(
        (str(words), url_for(".listed", room=name), name == room) for name, words in labels.ROOMS.items()
    )
    return ListPage(
        room,
        str(labels.ROOMS[room]),
        tabs,
        text,
        total,
        tuple(_line(room, one) for one in lines),
        pager(
            page,
            max(1, -(-total // PER_PAGE)),
            lambda n: url_for(".listed", room=room, q=text or None, page=n),
        ),
        url_for(".new", room=room),
    )


def typed_of(wording: Wording) -> dict[str, str]:
    """A wording as a person would type it."""
    return {**as_typed(wording), "keep_name": "yes"}


def word_page(
    view: WordView,
    words: Offered,
    *,
    typed: Mapping[str, str] | None = None,
    troubles: Mapping[str, str] | None = None,
    mark: str = "",
    crossed: bool = False,
) -> WordPage:
    """What is said of a word, or what was just typed; with `crossed` somebody else was faster."""
    said = typed_of(view.wording)
    questions = questions_of(view.room, typed or said, troubles or {}, is_new=False)
    return WordPage(
        id=view.id,
        room=view.room,
        room_title=str(labels.ROOMS[view.room]),
        title=view.wording.name,
        mark=mark or view.wording.mark,
        questions=questions,
        is_crossed=crossed,
        theirs=_theirs(questions, said) if crossed else (),
        labels=words.words,
        more_labels=not words.is_all,
        uses=view.uses,
        items=tuple(listed(card, endpoint="preserve.item") for card in view.items),
        is_from_file=view.is_from_file,
        may_remove=not view.uses and not view.is_preferred,
    )


def new_page(
    room: str, typed: Mapping[str, str], troubles: Mapping[str, str], lists: Sequence[str]
) -> WordPage:
    """The form for a name or a word that is not here yet."""
    questions = questions_of(room, typed, troubles, is_new=True)
    if room == "terms":
        chosen = typed.get("vocabulary", lists[0])
        options = tuple(Option(one, one.replace("-", " "), "", one == chosen) for one in lists)
        questions = (Question("vocabulary", _("List"), "list", value=chosen, options=options), *questions)
    title = str(labels.ROOMS[room])
    return WordPage("", room, title, "", "", questions, False, (), (), 0, (), False, False)


def merge_page(view: WordView, text: str, found: Sequence[WordLine]) -> MergePage:
    """The page that looks for the one to merge with."""
    lines = tuple(_line(view.room, one, merging=view.id) for one in found if one.id != view.id)
    name = str(labels.ROOMS[view.room])
    return MergePage(view.room, name, view.id, view.wording.name, view.uses, view.wording.mark, text, lines)


def merging_page(view: WordView, into: WordView, *, trouble: str = "") -> MergePage:
    """The page that asks once more; `trouble` is the code of why they were not merged."""
    return MergePage(
        view.room,
        str(labels.ROOMS[view.room]),
        view.id,
        view.wording.name,
        view.uses,
        view.wording.mark,
        into_id=into.id,
        into_name=into.wording.name,
        into_uses=into.uses,
        into_mark=into.wording.mark,
        is_crossed=trouble == "stale-version",
        asks_anyway=trouble == TAKEN_OUT,
    )


def questions_of(
    room: str, typed: Mapping[str, str], troubles: Mapping[str, str], *, is_new: bool
) -> tuple[Question, ...]:
    """The questions of the form."""

    def ask(name: str, label: str, shape: str = "line", help: str = "") -> Question:
        why = str(labels.TROUBLES.get(troubles.get(name, ""), ""))
        return Question(name, label, shape, help, typed.get(name, ""), (), why)

    def choose(name: str, label: str, options: tuple[Option, ...], shape: str) -> Question:
        why = str(labels.TROUBLES.get(troubles.get(name, ""), ""))
        return Question(name, label, shape, "", typed.get(name, ""), options, why)

    asked = [ask("name", _("Name") if room != "terms" else _("Word"))]
    if not is_new:
        keep = typed.get("keep_name", "yes")
        kept = (
            Option(
                "yes",
                _("Keep the old one as another name; whoever looks for it is led here"),
                "",
                keep != "no",
            ),
            Option("no", _("Let the old one go: it was a mistake, or it harms"), "", keep == "no"),
        )
        asked.append(choose("keep_name", _("If you change it"), kept, "one"))
    if room == "agents":
        chosen = typed.get("kind", "") or "person"
        asked.append(choose("kind", _("What it is"), _options(labels.KINDS, chosen), "one"))
    asked.append(
        ask(
            "others", _("Other names"), "area", _("One on a line. What bears this name is found by them too.")
        )
    )
    asked.append(
        ask(
            "links",
            _("The same elsewhere"),
            "area",
            _(
                "One address on a line: Wikidata, Library of Congress, VIAF, GeoNames … A Wikidata number such as Q42 will do."
            ),
        )
    )
    if room == "places":
        asked += [ask("latitude", _("Latitude (degrees)")), ask("longitude", _("Longitude (degrees)"))]
        options = tuple(
            Option(value, str(text), "", value == typed.get("precision", ""))
            for value, text in labels.PRECISIONS.items()
        )
        asked.append(choose("precision", _("How exact that is"), options, "list"))
    asked.append(
        choose("standing", _("How we use it"), _options(labels.STANDINGS, typed.get("standing", "")), "one")
    )
    asked.append(
        ask(
            "preferred",
            _("The word we prefer"),
            help=_("For a historic or harmful word: the one to use instead, from this list."),
        )
    )
    asked.append(
        ask(
            "note",
            _("Note"),
            "area",
            _("Everyone reads it. Say in a sentence what this is, or why we do not use it."),
        )
    )
    return tuple(asked)


def _options(words: Mapping[str, tuple[str, str]], chosen: str) -> tuple[Option, ...]:
    return tuple(
        Option(value, str(text), str(more), value == chosen) for value, (text, more) in words.items()
    )


def _theirs(questions: Sequence[Question], said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one.label, said[one.name])
        for one in questions
        if one.name != "keep_name"
        and said.get(one.name, "").strip() != one.value.replace("\r\n", "\n").strip()
    )


def _line(room: str, one: WordLine, merging: str = "") -> Line:
    if merging:
        href = url_for(".merge", room=room, word_id=merging, into=one.id)
    else:
        href = url_for(".word", room=room, word_id=one.id)
    kind = {"organisation": _("organisation"), "family": _("family")}.get(one.kind, "")
    if room == "terms" and one.kind != "subjects":
        kind = one.kind.replace("-", " ")
    return Line(
        href, one.name, kind, "; ".join(one.others[:6]), str(labels.STANDING.get(one.standing, "")), one.uses
    )
