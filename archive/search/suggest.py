"""Suggestions for typing errors: words a slip or two away that everybody may read here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import compress, pairwise, product
from typing import NamedTuple

from archive.models.errors import BadInputError
from archive.search.held_here import NO_FILTERS, Here
from archive.search.languages import is_language, language_code
from archive.search.near import near_words, slips_at_the_start
from archive.search.parse import parse_query, weight
from archive.search.port import Filters, Leaf, WordSource
from archive.search.query import And, Node, Or, Phrase, Prefix, Query, Value, Word
from archive.search.retyped import replaced, spelled
from archive.search.words import as_one, stem

FEWEST_LETTERS, MOST_LETTERS = 4, 24
FEWEST_OF_A_KNOWN = 5
"""A shorter word that is known is not taken for a slip: too many are near it."""

MUCH_MORE = 20
"""Beside a word that was put right, one that is known gives way to a near one that so many times more hold."""

FEW = 6
"""A word that is known is left out beside a near one that so many hold, or as many as it, or that is written almost alike."""

MOST_WORDS = 4
MOST_WEIGHT = 16
"""What costs more (as of parse.py) is not asked again and again."""

MOST_CHANGED, MOST_TRIED, MOST_TOGETHER = 3, 5, 12
"""How many words that are known are looked at for a slip, how many near ones are tried in place of each word, and how many rows of them."""

MOST_PIECES = 8
"""Of a longer text none is left out."""

_TIED = re.compile(r'["“”„‟«»]|\bOR\b|:\s')
"""What binds words of a text together, so that none can be left out alone."""


class Near(NamedTuple):
    """What may have been meant: as it is written, what finds it, and how many hold it."""

    words: str
    asked: Leaf
    held: int


def suggest(text: str, drawn_from: Sequence[WordSource], filters: Filters = NO_FILTERS) -> str | None:
    """The text with words replaced by near ones, so that something is found; None when there is nothing to offer.

    Words, beginnings and values that nothing holds are replaced by the near ones that most hold and that find something
    together under the filters. Where none do, one word gives way to another that is written almost alike or far more common,
    and then words are left out beside which nothing is found: those that nothing is near to, and others as FEW says. Where
    every word is known and nothing holds all of them, the rarest that a near one can stand for is replaced.
    Near means one letter missing, added, changed or two swapped; the first letter is kept where anything else will do,
    and two slips are looked for in a long word where nothing is near. What costs too much to try is not offered.
    """
    query = parse_query(text)
    try:
        return _suggested(text, query, Here(drawn_from, filters))
    except BadInputError as error:
        # It costs too much, or what would be offered has one letter or one word too many.
        if error.code.startswith("query-"):
            return None
        raise


def _suggested(text: str, query: Query, here: Here) -> str | None:
    leaves = _correctable(text, query)
    held = here.held(leaves)
    unknown = [leaf for leaf in leaves if (_has_field(leaf) or not held[leaf]) and not here.is_known(leaf)]
    known = [leaf for leaf in leaves if isinstance(leaf, Word) and leaf not in unknown]
    known.sort(key=lambda leaf: held[leaf])
    if not unknown and here.finds(text):
        return None
    if (joined := _with_joined(text, here)) is not None:
        return joined
    if not unknown or len(unknown) > MOST_WORDS:
        return _with_another(text, known, here, lambda _near, _word: True)
    return _put_right(text, unknown, known, held, here)


def _put_right(
    text: str, unknown: Sequence[Leaf], known: Sequence[Word], held: Counter[Leaf], here: Here
) -> str | None:
    near = {leaf: some for leaf in unknown if (some := _near(leaf, here)[:MOST_TRIED])}
    for row in sorted(product(*map(enumerate, near.values())), key=_rank)[:MOST_TOGETHER]:
        corrected = _corrected(text, list(near), [better for _, better in row])
        if here.finds(corrected):
            return corrected
    each = {
        leaf: next((one for one in some if here.is_found(one.asked)), None) for leaf, some in near.items()
    }
    right = {leaf: one for leaf, one in each.items() if one is not None}
    corrected = _corrected(text, list(right), list(right.values()))
    if len(right) == len(unknown):
        written = {Word(one.words): one.held for leaf, one in right.items() if isinstance(leaf, Word)}
        counts = held | Counter[Leaf](written)

        def is_likely(one: Near, word: Word) -> bool:
            return _single(one.words) == _single(word.word) or one.held >= MUCH_MORE * counts[word]

        if (another := _with_another(corrected, [*known, *written], here, is_likely)) is not None:
            return another
    enough = min([FEW, *(held[leaf] or FEW for leaf in known)])
    guessed = {one.words for leaf, one in right.items() if _is_guess(one, leaf, enough)}
    return _with_fewer(text, corrected, guessed, here)


def _is_guess(one: Near, leaf: Leaf, enough: int) -> bool:
    """Whether fewer write it so, and it is not written almost alike."""
    return _single(one.words) != _single(_name(leaf)) and (one.held < enough or _name(one.asked) != one.words)


def _rank(row: Sequence[tuple[int, Near]]) -> int:
    return sum(place for place, _ in row)


def _correctable(text: str, query: Query) -> list[Leaf]:
    """What of a text may be a slip; not what is asked for besides, such as a compound written as one."""
    typed = set(spelled(text))
    leaves = [leaf for leaf in _asked(query.root) if typed.issuperset(_words(leaf))]
    return [leaf for leaf in dict.fromkeys(leaves) if FEWEST_LETTERS <= len(_name(leaf)) <= MOST_LETTERS]


def _asked(node: Node) -> Iterator[Leaf]:
    match node:
        case Word():
            yield node
        case Phrase(words, field):
            yield from (Word(word, field) for word in words)
        case Prefix(letters):
            yield Prefix(letters)
        case Value():
            yield node
        case And(nodes) | Or(nodes):
            for each in nodes:
                yield from _asked(each)


def _has_field(leaf: Leaf) -> bool:
    return isinstance(leaf, Word) and leaf.field is not None


def _words(leaf: Leaf) -> tuple[str, ...]:
    return (
        leaf.words if isinstance(leaf, Value) else (leaf.letters if isinstance(leaf, Prefix) else leaf.word,)
    )


def _name(leaf: Leaf) -> str:
    return " ".join(_words(leaf))


def _with_joined(text: str, here: Here) -> str | None:
    """The text with two words that follow each other written as one, where that is a word here: antislavery."""
    pieces = text.split()
    if _TIED.search(text) or len(pieces) > MOST_PIECES:
        return None
    roots = [parse_query(piece).root for piece in pieces]
    joined = {
        at: as_one((first.word, second.word))
        for at, (first, second) in enumerate(pairwise(roots))
        if isinstance(first, Word) and isinstance(second, Word) and not (first.field or second.field)
    }
    joined = {at: one for at, one in joined.items() if one}
    held = here.held([Word(one) for one in joined.values()])
    tried = (
        " ".join((*pieces[:at], one, *pieces[at + 2 :])) for at, one in joined.items() if held[Word(one)]
    )
    return next(filter(here.finds, tried), None)


def _with_another(
    text: str, known: Sequence[Word], here: Here, is_likely: Callable[[Near, Word], bool]
) -> str | None:
    """The text with one word that is known replaced by a near one that is likely for it and stands together with the others."""
    query = parse_query(text)
    words = [leaf for leaf in _correctable(text, query) if isinstance(leaf, Word)]
    if len(words) < 2 or len(words) > MOST_WORDS or weight(query.root) > MOST_WEIGHT:
        return None
    for word in [leaf for leaf in known if len(leaf.word) >= FEWEST_OF_A_KNOWN][:MOST_CHANGED]:
        near = _ranked(word, {one: Word(one) for one in near_words(word.word)}, here)
        likely = [one for one in near if is_likely(one, word)][:MOST_TRIED]
        tried = (_corrected(text, [word], [one]) for one in likely)
        if (found := next(filter(here.finds, tried), None)) is not None:
            return found
    return None


def _with_fewer(text: str, corrected: str, guessed: Collection[str], here: Here) -> str | None:
    """Of the words that were put right those that stand together, and of the others those beside them; what is no mere word stays.

    No word that was typed gives way to one of those that are merely `guessed`.
    """
    before, pieces = text.split(), corrected.split()
    if _TIED.search(text) or len(pieces) > MOST_PIECES:
        return None
    words = [root if isinstance(root := parse_query(piece).root, Word) else None for piece in pieces]
    kept = [word is None for word in words]
    changed = [was != piece for was, piece in zip(before, pieces, strict=True)]
    found = None

    def order(at: int) -> int:
        word = words[at]
        return 1 if not changed[at] else 2 if word and word.word in guessed else 0

    for at in sorted((at for at, stays in enumerate(kept) if not stays), key=order):
        kept[at] = True
        tried = " ".join(compress(pieces, kept))
        kept[at] = here.finds(tried)
        found = tried if kept[at] else found
    return found if any(compress(changed, kept)) else None


def _near(leaf: Leaf, here: Here) -> list[Near]:
    """The near ones that something holds, the best first: of all that are one slip away, or else of what is further away."""
    return next(filter(None, (_ranked(leaf, meant, here) for meant in _ways(leaf, here))), [])


def _ways(leaf: Leaf, here: Here) -> Iterator[Mapping[str, Leaf]]:
    """What may have been meant, as it is written and as it is looked up: one way after the other."""
    name = _name(leaf)
    match leaf:
        case Word(_, field):
            for near in (near_words, slips_at_the_start, here.two_slips):
                yield {one: Word(one, field) for one in near(name)}
            # What nobody wrote so here, but in another form: a ceremony, of which nothing says but ceremonies.
            yield {one: Word(root, field) for one in near_words(name) if (root := stem(one)) != one}
        case Prefix():
            yield {one: Word(one) for one in near_words(name)}
            yield {one: Prefix(one) for one in near_words(name)}
            yield {one: Word(one) for one in here.two_slips(name)}
        case Value(field, words):
            for near in (near_words, here.two_slips):
                same = (one for one in near(name) if len(one.split()) == len(words))
                if field == "language":
                    yield {one: Value(field, (language_code(one),)) for one in same if is_language(one)}
                else:
                    yield {one: Value(field, tuple(one.split())) for one in same}


def _ranked(leaf: Leaf, meant: Mapping[str, Leaf], here: Here) -> list[Near]:
    """Those that something holds: first where one letter is written for two alike, then what most hold."""
    counts = here.held(meant.values())
    held = [Near(one, asked, counts[asked]) for one, asked in sorted(meant.items()) if counts[asked]]
    # A stem may be no word: where a longer form is held, that is what people write, and it finds the same.
    longer = {stem(one.words) for one in held if stem(one.words) != one.words}
    single = _single(_name(leaf))

    def order(one: Near) -> tuple[bool, int, int, int]:
        # The fewer letters a word begins with the more begin so: what was typed counts first.
        letters = len(one.words) if isinstance(one.asked, Prefix) else 0
        return _single(one.words) != single, -letters, -one.held, len(one.words)

    # What was typed with one letter too many is no stem but the word.
    kept = (
        one
        for one in held
        if one.words not in longer or not isinstance(one.asked, Word) or _single(one.words) == single
    )
    return sorted(kept, key=order)


def _single(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)


def _corrected(text: str, leaves: Sequence[Leaf], better: Sequence[Near]) -> str:
    """The text with each of these written otherwise."""
    for leaf, near in zip(leaves, better, strict=True):
        for word, instead in zip(_words(leaf), near.words.split(), strict=True):
            text = text if word == instead else replaced(text, word, instead)
    return text
