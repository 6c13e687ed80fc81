"""The pages on which curators describe an item, and see how what is said of it changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from archive.profiles import CollectionProfile, Field, Vocabulary, say
from archive.services.answers import DATE, Trouble, understand_about
from archive.services.authorities import Offered
from archive.services.bringing_back import Place
from archive.services.kept import Profiles, is_kept
from archive.services.revisions import Change, Spoken
from archive.services.taken_out import TAKEN_OUT
from archive.services.views import ItemView
from archive.web import labels
from archive.web.described_form import Typed, without_field
from archive.web.giving_words import trouble
from archive.web.i18n import language
from archive.web.pages_about import date_understood
from archive.web.pages_beside import Beside, beside
from archive.web.pages_form import Question, answer_in_words, question_of
from archive.web.words import _, day


@dataclass(frozen=True)
class Asked:
    """One question of the form; `words` are those that it takes, of a vocabulary, or the names and places that are known.

    With `add` there is a box for one more entry of the field of that name, for places where each is, and for names what
    its bearer did, of which `roles` are known. `offers` is the field whose words the box offers: this one, or an earlier
    one with the same. `is_kept` when the item's collection does not ask it: something is kept there from where it was.
    There is `more` than is listed when the list is too long for a page; `is_looked` when it holds what was looked for.
    """

    question: Question
    words: tuple[str, ...] = ()
    add: str = ""
    is_place: bool = False
    is_name: bool = False
    roles: tuple[str, ...] = ()
    offers: str = ""
    is_kept: bool = False
    more: bool = False
    is_looked: bool = False


@dataclass(frozen=True)
class DescribePage:
    """The form beside the files; `mark` tells what its writer had before them, `theirs` what was written meanwhile.

    `without_field` is what was typed, by what it is called, for which the form has no field since the item was moved.
    It `asks_anyway` whether words are to be said that were taken out of a file.
    """

    id: str
    title: str
    state: str
    mark: str
    asked: tuple[Asked, ...]
    show_troubles: bool
    is_crossed: bool
    theirs: tuple[tuple[str, str], ...]
    files: tuple[Beside, ...]
    asks_anyway: bool = False
    is_anyway: bool = False
    without_field: tuple[tuple[str, str], ...] = ()

    @property
    def troubles(self) -> tuple[Question, ...]:
        """The questions whose answers cannot be used yet."""
        troubled = (one.question for one in self.asked if one.question.trouble)
        return tuple(troubled) if self.show_troubles else ()


@dataclass(frozen=True)
class ChangeShown:
    """One revision in words, of an item or of a story; `changed` has by field what stood there before and after."""

    number: int
    on: str
    by: str
    changed: tuple[tuple[str, str, str], ...]
    is_current: bool


@dataclass(frozen=True)
class HistoryPage:
    """Everything that was said of an item, the newest first; why the one of the number `refused` was not brought back.

    What others took the place of `is_past`: its words are brought back to `into`, one of the `places`. `earlier` are the
    ids of those in whose place this one stands.
    """

    id: str
    title: str
    mark: str
    changes: tuple[ChangeShown, ...]
    refused: int = 0
    troubles: tuple[tuple[str, str], ...] = ()
    is_past: bool = False
    earlier: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    into: Place | None = None


def describe_page(
    profiles: Profiles,
    item: ItemView,
    spoken: Spoken,
    *,
    typed: Typed | None = None,
    troubles: Mapping[str, Trouble] | None = None,
    crossed: bool = False,
    offered: Mapping[str, Offered] | None = None,
    looked: str = "",
) -> DescribePage:
    """What is said, or what was typed, to be changed; with `crossed` somebody else was faster.

    `offered` are by field the words that may be written into it, of the field `looked` those that were looked for.
    """
    known = offered or {}
    profile = spoken.profile
    said = spoken.said if typed is None else {**spoken.said, **typed.said}
    meant = {**spoken.meant, **(typed.choices if typed else {})}
    understood = date_understood(*understand_about(profile, said, meant, language(), profile.fields))
    return DescribePage(
        id=item.id,
        title=item.title or _("Without a title"),
        state=labels.of(labels.STATES, item.state),
        mark=spoken.mark,
        asked=_each_list_once(
            replace(
                _asked(
                    profile,
                    one,
                    said.get(one.name, ""),
                    (troubles or {}).get(one.name),
                    understood,
                    meant,
                    known.get(one.name, Offered()).words,
                ),
                is_kept=is_kept(profiles, item.collection, one),
                more=not known.get(one.name, Offered()).is_all,
                is_looked=one.name == looked,
            )
            for one in profile.fields
        ),
        show_troubles=bool(troubles),
        is_crossed=crossed,
        theirs=_theirs(profile, spoken, said) if crossed else (),
        files=beside(item),
        asks_anyway=any(one.code == TAKEN_OUT for one in (troubles or {}).values())
        or bool(typed and typed.anyway),
        is_anyway=bool(typed and typed.anyway),
        without_field=without_field(profiles, profile.fields, said),
    )


def words_typed(profile: CollectionProfile, said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What was typed in another window, in words: label and answer of each question that has one."""
    return tuple(
        (say(one.label, language()), answer_in_words(profile, one, said[one.name]))
        for one in profile.fields
        if said.get(one.name, "").strip()
    )


def history_page(
    profiles: Profiles,
    item: ItemView,
    spoken: Spoken,
    changes: Sequence[Change],
    names: Mapping[str, str],
    refused: int = 0,
    troubles: Mapping[str, Trouble] | None = None,
) -> HistoryPage:
    """The changes, side by side; `names` are the user names of those who made them."""
    profile = spoken.profile
    fields = {one.name: one for one in profile.fields}
    shown = tuple(
        ChangeShown(
            one.number,
            day(one.on),
            labels.by(names, one.agent),
            (
                *_moved(profiles, one),
                *(_changed(profile, fields.get(name), name, *change) for name, *change in one.changed),
            ),
            one is changes[0],
        )
        for one in changes
    )
    why = tuple((say(fields[name].label, language()), trouble(one)) for name, one in (troubles or {}).items())
    return HistoryPage(item.id, item.title or _("Without a title"), spoken.mark, shown, refused, why)


def as_past(page: HistoryPage, places: tuple[Place, ...], wanted: str) -> HistoryPage:
    """The page of what others took the place of; `wanted` is the id of the one to bring words back to."""
    first = places[0] if len(places) == 1 else None
    into = next((one for one in places if one.id == wanted), first)
    # Nothing is said of it now.
    changes = tuple(replace(one, is_current=False) for one in page.changes)
    return replace(page, is_past=True, changes=changes, places=places, into=into)


def _each_list_once(asked: Iterable[Asked]) -> tuple[Asked, ...]:
    """The questions, each list of words with the first that takes it alone: a thousand names are no light page."""
    first: dict[tuple[str, ...], str] = {}
    found = []
    for one in asked:
        offers = first.setdefault(one.words, one.add) if one.words and one.add else ""
        found.append(replace(one, offers=offers, words=one.words if offers in ("", one.add) else ()))
    return tuple(found)


def _asked(
    profile: CollectionProfile,
    field: Field,
    value: str,
    why: Trouble | None,
    understood: str,
    meant: Mapping[str, str],
    offered: Sequence[str],
) -> Asked:
    understood = understood if field.name == DATE else ""
    question = question_of(profile, field, value, why, understood=understood, choices=meant)
    vocabulary = profile.vocabularies.get(field.vocabulary or "")
    if field.kind == "names":
        return _names_asked(question, field, vocabulary, offered)
    is_place = field.kind == "place"
    if question.options or (vocabulary is None and not offered):
        return Asked(question, add=field.name if is_place else "", is_place=is_place)
    if vocabulary is None or (offered and field.kind == "vocabulary"):
        return Asked(
            question, tuple(offered), field.name if field.repeatable or is_place else "", is_place=is_place
        )
    return Asked(question, _terms(vocabulary), field.name if field.repeatable else "", is_place=is_place)


def _names_asked(
    question: Question, field: Field, vocabulary: Vocabulary | None, offered: Sequence[str]
) -> Asked:
    """The words of a field of names are the names that are known; those of its vocabulary are roles, which stand behind one."""
    roles = _terms(vocabulary) if vocabulary else ()
    told = replace(question, help=f"{question.help} {_roles(roles)}") if roles else question
    return Asked(told, tuple(offered), field.name, is_name=True, roles=roles)


def _terms(vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(say(term.label, language()) or term.id for term in vocabulary.terms if not term.use)


def _roles(words: Sequence[str]) -> str:
    return _("Roles that are known: %(roles)s.", roles=", ".join(words))


def _moved(profiles: Profiles, change: Change) -> tuple[tuple[str, str, str], ...]:
    if change.moved is None:
        return ()
    was, now = (say(profiles[one].title, language()) if one in profiles else one for one in change.moved)
    return ((_("Collection"), was, now),)


def _changed(
    profile: CollectionProfile, field: Field | None, name: str, before: str, after: str
) -> tuple[str, str, str]:
    """A change in words: of a closed list its label stands there, not the word that is kept."""
    if field is None:
        return name, before, after
    return (
        say(field.label, language()),
        answer_in_words(profile, field, before),
        answer_in_words(profile, field, after),
    )


def _theirs(
    profile: CollectionProfile, spoken: Spoken, typed: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (say(one.label, language()), answer_in_words(profile, one, spoken.said[one.name]))
        for one in profile.fields
        if spoken.said[one.name].strip() != typed.get(one.name, "").strip()
    )
