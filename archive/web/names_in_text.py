"""Names that a text may hold, guessed by its capital letters, so that whoever decides about it looks at who is named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from babel import Locale

READ = 100_000
"""Characters that are read; a book is read by who decides about it, not by this."""

_POSSESSIVE = re.compile(r"['’]s$")
_LANGUAGES = ("en", "es", "fr", "pt")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# An abbreviation in front of a name, and an initial in it, end no sentence.
_CALLED = _listed(
    "mr mrs ms miss mister dr prof rev reverend bishop father sister brother mother aunt auntie uncle grandma grandpa "
    "granny mama papa cousin chief elder deacon judge captain capt gen general col colonel sgt gov governor sen senator "
    "master massa sr sra srta señor señora señorita don doña tío tía abuela abuelo padre hermana hermano "
    "m mme mlle madame monsieur mademoiselle tante oncle sœur frère père dom dona seu senhor senhora tia tio avó avô irmã irmão"
)
# Small words within a name: Maria da Silva, Ludwig van Beethoven.
_WITHIN = _listed("da das de del della der di do dos du el la las le los ten ter van von bin ibn bint")
# What a sentence begins with, or a heading holds, and no name does.
_NO_NAME = _listed(
    "affectionate dear obedient servant sincerely sir truly yours cher chère estimado estimada querido querida "
    "a about after all also always an and another any are as at be because before both but by can could did do each even "
    "ever every for from god had has have he her here him his how i i'd i'll i'm i've if in into is it it's its just last let "
    "like lord many maybe me more most my never no none not nothing now of oh ok on once one only or other our over "
    "perhaps please she since so some still such that that's the their them then there these they this those though through "
    "to too under until up upon us very was we well were what when where whether which while who why with would yes yet "
    "you your al algo ante antes así aun aunque cada como con cuando cuándo dice donde dónde ellas ellos en era ese esta "
    "este esto estos fue hay las lo los mi mis muchos más ni nos nosotros nuestra nuestro o para pero por porque pues que qué "
    "quien se según si sin sobre su sus también tan todo todos tu tus un una unos y ya yo alors après au aussi autre aux avec "
    "avant ce ces cette chaque comme dans depuis des dès elle elles en est et ils il je leur leurs lorsque ma mais mes moi mon "
    "ne nos notre nous on ont ou où par parce pas plus pour puis quand que qui sa sans ses si son sous sur ta tous tout "
    "toute très tu une vos votre vous ainda ao aos apenas aqui as até cada com depois dela dele e ela elas ele eles em "
    "entre era essa esse esta este eu foi isso isto já mas mesmo meu meus minha minhas muito muitos na nas nem no nossa "
    "nosso não nós os ou pela pelo porque quando quem são se sem ser seu seus sua suas também tem toda todo todos uma você"
)
# What the name of a place, a body or a day holds, and a person's seldom does.
_NO_PERSON = _listed(
    "act agency article assembly association avenue bank board building cemetery church city club college comment committee "
    "commission company conference council county court day department district fund government house hospital institute "
    "interviewer islands lake library mountain museum nations new north northern office ohio park plantation post press "
    "project railroad republic rights river road room school scotia sea society south southern state states street "
    "tavern train union united university upper war west western east eastern years "
    "ayuntamiento calle ciudad comité consejo escuela estado estados hospital iglesia instituto museo naciones nueva río "
    "sociedad universidad universal association bureau conseil école état états église fleuve mairie musée nations rue "
    "société université ville assembleia cidade conselho escola igreja museu nações nova rio rua sociedade universidade"
)
_MOST_WORDS = 5
# A name goes on where a line of running text is full, not behind a heading.
_FULL_LINE = 45


def names_in(texts: Iterable[str], known: Iterable[str] = ()) -> tuple[str, ...]:
    """What may be names of people in texts, the most frequent first: two or more words in capitals, or one behind a title.

    `known` are names of places and subjects, which are left out. Scripts without capital letters hold none for this.
    """
    left_out = {" ".join(_folded(word) for word in _WORD.findall(one)) for one in known}
    counted: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for text in _within(texts):
        for run in _runs(text):
            key = " ".join(map(_folded, run))
            if key not in left_out:
                counted[key] += 1
                shown.setdefault(key, " ".join(run))
    return tuple(shown[key] for key, _count in counted.most_common())


def _within(texts: Iterable[str]) -> Iterator[str]:
    left = READ
    for text in texts:
        if left <= 0:
            return
        yield text[:left]
        left -= len(text)


def _runs(text: str) -> Iterator[list[str]]:
    run: list[str] = []
    found = list(_WORD.finditer(text))
    for one, after in [*pairwise(found), *((last, None) for last in found[-1:])]:
        word = one[0]
        joins = after is not None and _is_gap(text, one.end(), after.start())
        is_small = bool(run) and joins and _folded(word) in _WITHIN and word.islower()
        if is_small or (_is_capital(word) and _folded(word) not in _never()):
            run.append(word)
        else:
            yield from _name(run)
            run = []
        if run and not (joins and (not word.endswith(".") or _is_short(word))):
            yield from _name(run)
            run = []
    yield from _name(run)


def _name(run: list[str]) -> Iterator[list[str]]:
    while run and _folded(run[-1]) in _WITHIN and run[-1].islower():
        run.pop()
    if not run:
        return
    last = run[-1] if _is_initial(run[-1]) else run[-1].rstrip(".")
    run = [*run[:-1], _POSSESSIVE.sub("", last)]
    folded = [_folded(word) for word in run]
    whole = [word for word in folded if len(word) > 1 and word not in _CALLED]
    if 2 <= len(run) <= _MOST_WORDS and whole and _NO_PERSON.isdisjoint(folded):
        yield run


def _is_gap(text: str, start: int, end: int) -> bool:
    """Whether two words stand beside each other: a blank, or the end of a line that is full."""
    between = text[start:end]
    if not between or between.strip(" \t\r\n"):
        return False
    lines = between.count("\n")
    return lines == 0 or (lines == 1 and start - text.rfind("\n", 0, start) > _FULL_LINE)


def _is_capital(word: str) -> bool:
    return word[0].isupper() and (_is_initial(word) or not word.rstrip(".").isupper())


def _is_initial(word: str) -> bool:
    return len(word.rstrip(".")) == 1


def _is_short(word: str) -> bool:
    return _is_initial(word) or _folded(word) in _CALLED


def _folded(word: str) -> str:
    return word.rstrip(".").replace("’", "'").casefold()


@cache
def _never() -> frozenset[str]:
    """Words that are no part of a name: those that begin sentences, and days and months."""
    days = (
        str(name).casefold()
        for language in _LANGUAGES
        for kind in (Locale(language).days, Locale(language).months)
        for width in ("wide", "abbreviated")
        for name in kind["format"][width].values()
    )
    return _NO_NAME | frozenset(days)
