"""What others may do with a thing, in plain words, by the address of its licence or rights statement."""

from __future__ import annotations

from archive.web.public_address import on_the_web
from archive.web.words import later

COPY = later("You may copy it and pass it on.")
BUILD = later("You may change it and make something new from it.")
UNCHANGED = later("Pass it on unchanged and whole.")
NAME = later("Say who made it and where you found it.")
SAY_CHANGES = later("Say so if you changed something.")
NO_PROFIT = later("Do not use it to earn money.")
ALIKE = later("What you make from it, share under the same conditions.")
ASK_FOR_MORE = later(
    "Look at it, read it, listen to it and cite it here. For more than the law allows where you are, ask whoever holds the rights."
)
ASK_FIRST = later("Please ask us before you use it elsewhere.")
UNSAID = (later("Nobody has said yet what others may do with it."), ASK_FIRST)
RESPECT = later("Whatever the law allows: it is about people. Please use it with respect for them.")

# Creative Commons (creativecommons.org/licenses): what each letter of a licence asks.
CONDITIONS = {"by": NAME, "nc": NO_PROFIT, "nd": UNCHANGED, "sa": ALIKE}
PUBLIC_DOMAIN = {
    "zero": (
        COPY,
        BUILD,
        later("You need not ask and need not name anybody. It is kind to say where you found it."),
    ),
    "mark": (later("As far as is known nobody holds a copyright in it."), COPY, BUILD),
}
# RightsStatements.org, version 1.0: all twelve.
STATEMENTS = {
    "InC": (ASK_FOR_MORE,),
    "InC-EDU": (later("You may use it to teach and to learn without asking."), ASK_FOR_MORE),
    "InC-NC": (later("You may use it without asking as long as nobody earns money with it."), ASK_FOR_MORE),
    "InC-RUU": (
        later("It has a copyright, and whoever holds it could not be found. If it is yours, please tell us."),
        ASK_FOR_MORE,
    ),
    "InC-OW-EU": (
        later(
            "It has a copyright, and whoever holds it was looked for under the law of the European Union and not found. If it is yours, please tell us."
        ),
        ASK_FOR_MORE,
    ),
    "NoC-US": (
        later(
            "It has no copyright in the United States, where you may copy it and make something new from it. Elsewhere it may have one."
        ),
    ),
    "NoC-NC": (later("It has no copyright, but was given on a condition."), COPY, NO_PROFIT),
    "NoC-CR": (
        later("It has no copyright, but a contract sets limits to what may be done with it."),
        ASK_FIRST,
    ),
    "NoC-OKLR": (
        later(
            "It has no copyright, but another law sets limits to what may be done with it, such as one that protects what is sacred to a people."
        ),
        ASK_FIRST,
    ),
    "NKC": (
        later("We know of nobody who holds a copyright in it, and cannot promise that nobody does."),
        COPY,
        BUILD,
    ),
    "UND": (
        later("Somebody looked into it, and it is still not known whether it has a copyright."),
        ASK_FIRST,
    ),
    "CNE": (later("Nobody has looked yet into whether it has a copyright."), ASK_FIRST),
}


def permitted(uri: str) -> tuple[str, ...]:
    """A few plain sentences for a licence or a statement; none where the address is not one that is known here."""
    parts = on_the_web(uri)
    steps = [step for step in parts.path.split("/") if step] if parts else []
    if parts is None or len(steps) < 2:
        return ()
    sentences: tuple[str, ...] = ()
    if parts.hostname in ("creativecommons.org", "www.creativecommons.org"):
        sentences = _commons(steps[0], steps[1])
    elif parts.hostname in ("rightsstatements.org", "www.rightsstatements.org"):
        sentences = STATEMENTS.get(steps[1], ())
    return tuple(str(one) for one in sentences)


def _commons(room: str, name: str) -> tuple[str, ...]:
    if room == "publicdomain":
        return PUBLIC_DOMAIN.get(name, ())
    letters = name.split("-")
    if room != "licenses" or not set(letters) <= set(CONDITIONS):
        return ()
    may_change = "nd" not in letters
    allowed = (COPY, BUILD) if may_change else (COPY,)
    asked = tuple(CONDITIONS[letter] for letter in letters)
    return allowed + asked + ((SAY_CHANGES,) if may_change and "by" in letters else ())
