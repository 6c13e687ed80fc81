"""What somebody has answered while giving: kept as it was typed, and what of it cannot be used yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Self

from archive.dates import Ambiguous, UnderstoodDate, understand
from archive.models import Audience
from archive.models.errors import BadInputError
from archive.profiles import CollectionProfile, Field
from archive.services.describing import Understanding, place_name
from archive.services.whole_day import read_day

# Who else is in it, and whether they agreed; `archive.access` closes what the last two say.
PEOPLE = ("none", "agreed", "not-asked", "refused")
NAMING = ("own-name", "other-name", "no-name")
PRECISIONS = ("exact", "town", "none")
LONGEST = 20_000
LONGEST_NAME = 200
DATE = "date"
# Whose reading of a date it is, where it is not one thing's: what is said of all together; and every thing's, which
# is what drafts say that were begun before readings were kept by thing.
ALL_TOGETHER, EVERY_THING = "", "*"
# In the place of a reading: the words are kept, and no day is known.
AS_WRITTEN = "as-written"


@dataclass(frozen=True)
class Answers:
    """Everything typed and chosen so far, by the question it answers; empty is not answered yet.

    `about` is for all of it together, by field; `apart` holds, by file, only what is different there. Dates of
    the consent are kept as typed. `date_choices` says which reading of an ambiguous date is meant: by file, or
    `ALL_TOGETHER`, and by the text. `offered` is, of an addition, what was allowed when it was last typed in.
    `crossed` is what was typed where another page had said something else meanwhile: by the form, which is a step
    or a file, and the name of its question.
    """

    what: str = ""
    together: str = ""
    about: dict[str, str] = field(default_factory=dict)
    apart: dict[str, dict[str, str]] = field(default_factory=dict)
    date_choices: dict[str, dict[str, str]] = field(default_factory=dict)
    people: str = ""
    people_words: str = ""
    keep: str = ""
    audience: str = ""
    not_before: str = ""
    not_after: str = ""
    place_precision: str = ""
    places_shown: dict[str, str] = field(default_factory=dict)
    reuse: str = ""
    naming: str = ""
    name_shown: str = ""
    offered: dict[str, Any] = field(default_factory=dict)
    crossed: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The answers as `to_json` gave them; what another version kept and this one does not know is left out."""
        known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        return cls(**known | {"date_choices": _by_thing(known.get("date_choices", {}))})

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    def of(self, file_ids: list[str]) -> dict[str, str]:
        """What was said about the thing that these files are: what is said of all, and what is different here."""
        said = dict(self.about)
        for file_id in file_ids:
            said |= self.apart.get(file_id, {})
        return said

    def is_apart(self, file_ids: list[str], name: str) -> bool:
        """Whether something of its own is said in the field `name` about the thing that these files are."""
        return any(name in self.apart.get(file_id, {}) for file_id in file_ids)

    def readings(self, file_ids: Sequence[str] = ()) -> dict[str, str]:
        """Which reading of a date is meant, by its text: about the thing that these files are, or about all together.

        A thing that has a date of its own has only its own readings: two photographs with the same words on them
        may be of two days.
        """
        found = dict(self.date_choices.get(EVERY_THING, {}))
        if not self.is_apart([*file_ids], DATE):
            found |= self.date_choices.get(ALL_TOGETHER, {})
        for file_id in file_ids:
            found |= self.date_choices.get(file_id, {})
        return found

    def with_reading(self, whose: str, text: str, meant: str) -> dict[str, dict[str, str]]:
        """The readings, with what is meant by `text` where it is said of `whose` (a file, or ALL_TOGETHER)."""
        return {**self.date_choices, whose: {**self.date_choices.get(whose, {}), text: meant}}


@dataclass(frozen=True)
class Trouble:
    """Why an answer cannot be used yet: a code for words in the person's language; `choices` to choose from.

    Of one that is too long, `most` is how many characters it may have, `has` how many it has; of one that says what was
    taken out of a file, `words` are those; of one that staff are in the way of, `day` is theirs.
    """

    code: str
    choices: tuple[tuple[str, str], ...] = ()
    most: int = 0
    has: int = 0
    words: tuple[str, ...] = ()
    day: date | None = None


def too_long(name: str, text: str, most: int = LONGEST) -> dict[str, Trouble]:
    """The trouble of an answer with more than `most` characters, by its name; it is kept all the same, whole."""
    has = len(text.replace("\r\n", "\n"))
    return {name: Trouble("too-long", most=most, has=has)} if has > most else {}


def _by_thing(kept: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    by_text = {text: meant for text, meant in kept.items() if isinstance(meant, str)}
    by_thing = {whose: dict(meant) for whose, meant in kept.items() if not isinstance(meant, str)}
    if by_text:
        by_thing[EVERY_THING] = by_text | by_thing.get(EVERY_THING, {})
    return by_thing


def understand_about(
    profile: CollectionProfile,
    said: Mapping[str, str],
    choices: Mapping[str, str],
    language: str,
    fields: Sequence[Field] | None = None,
) -> tuple[Understanding, dict[str, Trouble]]:
    """What was understood of what is said about one thing, and by field what was not.

    `choices` has by the text of a date which of its readings is meant, or AS_WRITTEN. `fields` are those that were
    asked about, by default those that contributors are.
    """
    given = Understanding(profile, language)
    troubles: dict[str, Trouble] = {}
    for one in asked_about(profile) if fields is None else fields:
        text = said.get(one.name, "").strip()
        if not text:
            if one.required:
                troubles[one.name] = Trouble("required")
            continue
        if why := too_long(one.name, text):
            troubles |= why
            continue
        # Of a date that can be read in two ways the person has said which is meant.
        meant = choices.get(text) if one.kind == "date" and one.name == DATE else None
        if meant == AS_WRITTEN:
            given.take_as_written(text)
            continue
        try:
            given.take(one, meant or text)
        except BadInputError as error:
            troubles[one.name] = _trouble(error, language)
        if meant:
            given.values["date_given"] = text
    return given, troubles


def date_readings(text: str, language: str) -> tuple[tuple[str, str], ...] | None:
    """What a date may mean, in EDTF and in words, of which one is to be chosen; None where there is no question."""
    if not text.strip():
        return None
    try:
        found = understand(text, language=language)
    except BadInputError:
        return ()
    return _in_words(found.choices, language) if isinstance(found, Ambiguous) else None


def _in_words(readings: Sequence[UnderstoodDate], language: str) -> tuple[tuple[str, str], ...]:
    return tuple((one.edtf, one.words(language)) for one in readings)


def _trouble(error: BadInputError, language: str) -> Trouble:
    return Trouble(error.code, _in_words(getattr(error, "choices", ()), language))


def asked_about(profile: CollectionProfile) -> tuple[Field, ...]:
    """The fields that contributors are asked about a thing; what others may do with it is asked with the consent."""
    return tuple(one for one in profile.fields if one.kind != "rights" and not one.staff)


def asked_again(profile: CollectionProfile) -> tuple[Field, ...]:
    """The fields that contributors may put right later: what is shown together with it is decided by curators."""
    return tuple(one for one in asked_about(profile) if one.kind != "parts")


def places_said(profile: CollectionProfile, answers: Answers) -> tuple[str, ...]:
    """Every place that was written, once, in the order written."""
    names = [one.name for one in profile.fields if one.kind == "place"]
    said = [answers.about, *answers.apart.values()]
    texts = (text for each in said for name in names for text in each.get(name, "").splitlines())
    return tuple(dict.fromkeys(place_name(text) for text in texts if text.strip()))


def consent_troubles(
    profile: CollectionProfile,
    answers: Answers,
    language: str,
    *,
    needs_towns: bool = True,
    put_off: date | None = None,
) -> dict[str, Trouble]:
    """By question, why the answers about who may see it cannot be used yet; staff have `put_off` it until a day to come.

    Without `needs_towns` a place may have no words in its stead: nobody else is shown it.
    """
    troubles: dict[str, Trouble] = {}
    if answers.keep != "yes":
        troubles["keep"] = Trouble("keep-needed")
    if answers.audience not in set(Audience):
        troubles["audience"] = Trouble("choose")
    days: dict[str, date | None] = {}
    for name in ("not_before", "not_after"):
        try:
            days[name] = read_day(getattr(answers, name), language)
        except BadInputError as error:
            troubles[name] = _trouble(error, language)
    before, after = days.get("not_before"), days.get("not_after")
    if before and after and after < before:
        troubles["not_after"] = Trouble("ends-before-it-begins")
    elif put_off and after and after < put_off:
        troubles["not_after"] = Trouble("put-off", day=put_off)
    if places_said(profile, answers):
        if answers.place_precision not in PRECISIONS:
            troubles["place_precision"] = Trouble("choose")
        elif answers.place_precision == "town":
            for place in places_said(profile, answers):
                town = answers.places_shown.get(place, "").strip()
                if not town and needs_towns:
                    troubles[f"town:{place}"] = Trouble("which-town")
                troubles |= too_long(f"town:{place}", town)
    if answers.reuse and answers.reuse not in {uri for uri, _ in licences(profile, "en")}:
        troubles["reuse"] = Trouble("choose")
    return troubles


def people_troubles(answers: Answers) -> dict[str, Trouble]:
    """Why the answers about other people cannot be used yet."""
    chosen = {} if answers.people in PEOPLE else {"people": Trouble("choose")}
    return chosen | too_long("people_words", answers.people_words)


def unsettled(answers: Answers, form: str) -> dict[str, Trouble]:
    """By question of a form, that another page said otherwise meanwhile, and nobody has chosen yet."""
    return dict.fromkeys(answers.crossed.get(form, {}), Trouble("crossed"))


def name_troubles(answers: Answers) -> dict[str, Trouble]:
    """Why the answers about the giver's name cannot be used yet."""
    if answers.naming not in NAMING:
        return {"naming": Trouble("choose")}
    if answers.naming != "no-name" and not answers.name_shown.strip():
        return {"name_shown": Trouble("which-name")}
    return {} if answers.naming == "no-name" else too_long("name_shown", answers.name_shown, LONGEST_NAME)


def licences(profile: CollectionProfile, language: str) -> tuple[tuple[str, str], ...]:
    """What may be chosen about reuse: address and words of each statement in the collection's list."""
    asked = next((one for one in profile.fields if one.kind == "rights"), None)
    terms = profile.vocabularies[asked.vocabulary].terms if asked and asked.vocabulary else ()
    return tuple((term.uri, term.label.get(language, "") or term.id) for term in terms if term.uri)
