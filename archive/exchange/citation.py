"""How an item is cited: as CSL-JSON, RIS and BibTeX, with nothing in it that could become another field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from archive.exchange.described import UNSURE, Described, one_line, points

# By the kind of thing (DCMI Type Vocabulary): CSL 1.0.2, appendix III; RIS reference types; Zotero's item types.
CSL_TYPES = {
    "text": "document",
    "still-image": "graphic",
    "sound": "song",
    "moving-image": "motion_picture",
    "dataset": "dataset",
    "interactive-resource": "webpage",
}
RIS_TYPES = {
    "text": "MANSCPT",
    "still-image": "ART",
    "sound": "SOUND",
    "moving-image": "VIDEO",
    "dataset": "DATA",
    "interactive-resource": "ELEC",
}
ZOTERO_TYPES = {
    "text": "manuscript",
    "still-image": "artwork",
    "sound": "audioRecording",
    "moving-image": "videoRecording",
    "dataset": "dataset",
    "interactive-resource": "webpage",
}
# What of the roles here CSL has a variable for.
CSL_ROLES = ("editor", "translator", "interviewer", "organizer", "recipient")
BIBTEX_ROLES = ("editor", "translator")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "$": r"\textdollar{}",
    **{sign: f"\\{sign}" for sign in "&%#_"},
}
NOT_IN_ADDRESSES = re.compile(r"[^!#-;=?-\[\]_a-z~]")


def csl_json(item: Described, looked_at: date) -> str:
    """The item as CSL-JSON: a list of one, as citation processors and Zotero read it."""
    said: dict[str, Any] = {
        "id": item.id,
        "type": CSL_TYPES.get(item.kind, "document"),
        "title": one_line(item.title),
        "author": [_csl_name(item, name) for name in item.creators],
        "issued": _csl_date(item),
        "accessed": {"date-parts": [[looked_at.year, looked_at.month, looked_at.day]]},
        "archive": one_line(item.archive),
        "archive_collection": one_line(item.collection),
        "publisher": one_line(item.keeper),
        "source": one_line(item.archive),
        "URL": item.address,
        "language": "; ".join(item.languages),
        "abstract": one_line(item.description),
        # Some subjects have commas: people as libraries write them, with the year of their birth.
        "keyword": "; ".join(map(one_line, item.subjects)),
        "note": _rights(item),
    }
    for role in CSL_ROLES:
        said[role] = [_csl_name(item, name) for name in item.names_of(role)]
    return json.dumps([{name: value for name, value in said.items() if value}], ensure_ascii=False, indent=2)


def ris(item: Described, looked_at: date) -> str:
    """The item as RIS: lines of a tag and a value, CR LF between them."""
    lines: list[tuple[str, str]] = [("TY", RIS_TYPES.get(item.kind, "GEN")), ("TI", item.title)]
    lines += [("AU", name) for name in item.creators]
    lines += [("A2", name) for name in item.names_of(*CSL_ROLES)]
    lines += _ris_date(item)
    lines += [("AB", item.description)]
    lines += [("KW", subject) for subject in item.subjects]
    lines += [("LA", "; ".join(item.languages)), ("T2", item.collection), ("PB", item.keeper)]
    lines += [("DB", item.archive), ("DP", item.archive), ("ID", item.id), ("N1", _rights(item))]
    lines += [("UR", item.address), ("Y2", _ris_day([looked_at.year, looked_at.month, looked_at.day]))]
    said = [f"{tag}  - {text}" for tag, value in lines if (text := one_line(value))]
    return "\r\n".join([*said, "ER  - ", ""])


def bibtex(item: Described, looked_at: date) -> str:
    """The item as BibTeX, in UTF-8; braces in a value are written out, so that none can end it."""
    others = [one_line(part) for part in (item.collection, item.archive) if part]
    fields = {
        "author": _bibtex_names(item, item.creators),
        **{role: _bibtex_names(item, item.names_of(role)) for role in BIBTEX_ROLES},
        "title": f"{{{_latex(item.title)}}}" if item.title else "",
        **_bibtex_date(item),
        "howpublished": _latex(", ".join(others)),
        "publisher": _latex(item.keeper),
        "url": NOT_IN_ADDRESSES.sub(_percent, item.address),
        "urldate": looked_at.isoformat(),
        "language": _latex(", ".join(item.languages)),
        "keywords": ", ".join(map(_bibtex_keyword, item.subjects)),
        "abstract": _latex(item.description),
        "note": _latex("; ".join(part for part in (*_helped(item), _rights(item)) if part)),
    }
    said = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    month = _bibtex_month(item)
    return f"@misc{{item-{item.id},\n{''.join(said)}{month}}}\n"


def person_parts(item: Described, name: str) -> tuple[str, str] | None:
    """Family and given name of one of an item's names; None also for what is known to be no person's."""
    # The name of an organisation may have a comma, before its place or its legal form.
    return None if name in item.organisations | item.families else name_parts(name)


def name_parts(name: str) -> tuple[str, str] | None:
    """Family and given name of somebody written `Family, Given`; None for a name that is one whole."""
    family, comma, given = one_line(name).partition(",")
    if not comma or "," in given or not family.strip() or not given.strip():
        return None
    return family.strip(), given.strip()


def _csl_name(item: Described, name: str) -> dict[str, str]:
    parts = person_parts(item, name)
    return {"family": parts[0], "given": parts[1]} if parts else {"literal": one_line(name)}


def _csl_date(item: Described) -> dict[str, Any]:
    numbers = points(item.date_edtf)
    if numbers is None:
        return {"literal": one_line(item.date_words)} if item.date_words else {}
    return {"date-parts": numbers} | ({"circa": True} if set(UNSURE) & set(item.date_edtf) else {})


def _rights(item: Described) -> str:
    said = dict.fromkeys(one_line(one) for one in (item.rights, item.rights_uri) if one)
    return ", ".join(said)


def _ris_date(item: Described) -> list[tuple[str, str]]:
    """Its year and its day; of a date that is more than one, or unsure, the words, for which the year has a place behind it."""
    numbers = points(item.date_edtf)
    if numbers is None:
        return [("DA", item.date_words)]
    year = f"{numbers[0][0]:04}"
    if item.date_words and (len(numbers) > 1 or set(UNSURE) & set(item.date_edtf)):
        return [("PY", f"{year}///{item.date_words.replace('/', ' ')}"), ("DA", item.date_words)]
    return [("PY", year), ("DA", _ris_day(numbers[0]))]


def _ris_day(numbers: list[int]) -> str:
    year, *rest = numbers
    month, day = (f"{one:02}" for one in (*rest, 0, 0)[:2])
    return f"{year:04}/{month if rest else ''}/{day if len(rest) > 1 else ''}/"


def _latex(text: str) -> str:
    return "".join(LATEX.get(sign, sign) for sign in one_line(text))


def _bibtex_names(item: Described, names: Iterable[str]) -> str:
    """Names with `and` between them; whatever is one name stands in braces, so that no word in it parts it."""
    said = []
    for name in names:
        parts = person_parts(item, name)
        if parts is None or re.search(r"\band\b", name, re.IGNORECASE):
            said.append(f"{{{_latex(name)}}}")
        else:
            said.append(f"{_latex(parts[0])}, {_latex(parts[1])}")
    return " and ".join(said)


def _bibtex_keyword(subject: str) -> str:
    """A subject; in braces where a comma in it would make it two."""
    return f"{{{_latex(subject)}}}" if "," in subject else _latex(subject)


def _helped(item: Described) -> list[str]:
    """Those whom a citation names and for whom BibTeX has no field, each with what they did."""
    roles = [role for role in CSL_ROLES if role not in BIBTEX_ROLES]
    return [f"{name} ({item.role_words.get(role, role)})" for role in roles for name in item.names_of(role)]


def _bibtex_date(item: Described) -> dict[str, str]:
    numbers = points(item.date_edtf)
    if numbers is None or len(numbers) > 1 or set(UNSURE) & set(item.date_edtf):
        return {"year": _latex(item.date_words)}
    return {"year": f"{numbers[0][0]:04}", "date": item.date_edtf}


def _bibtex_month(item: Described) -> str:
    """The month, a name that BibTeX knows and that stands without braces."""
    numbers = points(item.date_edtf) or []
    if len(numbers) != 1 or len(numbers[0]) < 2 or numbers[0][1] < 1 or set(UNSURE) & set(item.date_edtf):
        return ""
    return f"  month = {MONTHS[numbers[0][1] - 1]},\n"


def _percent(sign: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.group().encode())
