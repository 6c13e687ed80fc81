"""The words that people use for dates in English, Spanish, French and Portuguese, without accents and in small letters."""

from __future__ import annotations

import re

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene janvier janv janeiro",
            "february feb febrero febr fevrier fevr fev fevereiro",
            "march mar marzo mars marco",
            "april apr abril abr avril avr",
            "may mayo mai maio",
            "june jun junio juin junho",
            "july jul julio juillet juil julho",
            "august aug agosto ago aout",
            "september sept sep septiembre setiembre septembre setembro set",
            "october oct octubre octobre outubro out",
            "november nov noviembre novembre novembro",
            "december dec diciembre dic decembre dezembro dez",
        ),
        start=1,
    )
    for name in names.split()
}

# What may stand at a number that counts: “1st”, “1er”, “1º”
ORDINAL = r"(?:st|nd|rd|th|er|re|o|a|º|ª|°)?"

SEASONS: dict[str, int] = {
    name: code
    for code, names in {
        21: "spring primavera printemps",
        22: "summer verano ete verao",
        23: "autumn fall otono automne outono",
        24: "winter invierno hiver inverno",
    }.items()
    for name in names.split()
}

# 0 early, 1 middle, 2 late
THIRDS: dict[str, int] = {
    name: part
    for part, names in enumerate(
        (
            "early beginning start principios comienzos inicios debut inicio comeco",
            "mid middle mediados milieu meados",
            "late end finales fines fins fin final finais fim",
        )
    )
    for name in names.split()
}

FILLERS = frozenset(
    [
        "of",
        "the",
        "in",
        "on",
        "de",
        "del",
        "du",
        "do",
        "da",
        "des",
        "dos",
        "le",
        "la",
        "les",
        "el",
        "los",
        "os",
        "as",
        "l",
        "d",
        "o",
        "a",
        "en",
        "em",
        "au",
        "no",
        "na",
        "dia",
        "year",
        "ano",
        "annee",
        "at",
        "al",
        "nos",
        "nas",
        "dans",
        "during",
        "durante",
        "pendant",
    ]
)

DECADE_WORDS = frozenset(["decade", "decada", "decenio", "annees", "anos"])
# The tens of a decade as a word: “the sixties”, “los años sesenta”, “les années soixante-dix”
TENS: dict[str, int] = {
    name: number
    for number, names in {
        20: "twenties veinte vingt vinte",
        30: "thirties treinta trente trinta",
        40: "forties cuarenta quarante quarenta",
        50: "fifties cincuenta cinquante cinquenta",
        60: "sixties sesenta soixante sessenta",
        70: "seventies setenta soixante-dix",
        80: "eighties ochenta quatre-vingt quatre-vingts oitenta",
        90: "nineties noventa quatre-vingt-dix",
    }.items()
    for name in names.split()
}
DECADE_IN_WORDS = re.compile(
    rf"\b(?P<century>eighteen|nineteen)[ -](?P<tens>{'|'.join(name for name in TENS if name.endswith('ies'))})\b"
)
CENTURY_WORDS = frozenset(["century", "cent", "siglo", "siecle", "seculo", "sec", "s"])
# “the first half of”, “primera mitad del”, “2e moitié du”, “segunda metade do”, written as one word; 0 the first, 1 the second
HALF = re.compile(r"\b(?P<order>[a-z0-9]+)\.?[ªº]? (?:half|mitad|metade|moitie)\b")
HALVES: dict[str, int] = {
    f"{order}-half": number
    for number, orders in enumerate(
        (
            "first 1st primera 1a 1 primeira premiere 1ere 1re",
            "second 2nd last segunda 2a 2 ultima deuxieme 2e seconde",
        )
    )
    for order in orders.split()
}
ORDINAL_WORDS = {
    name: number
    for number, name in enumerate(
        ["fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first"],
        start=15,
    )
}

WEEKDAYS = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "mon",
        "tue",
        "tues",
        "wed",
        "thu",
        "thur",
        "thurs",
        "fri",
        "sat",
        "sun",
        "lunes",
        "martes",
        "miercoles",
        "jueves",
        "viernes",
        "sabado",
        "domingo",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "segunda-feira",
        "terca-feira",
        "quarta-feira",
        "quinta-feira",
        "sexta-feira",
    ]
)

# Days that people know by name, and how they are said with day and month; the longer names come first.
FEASTS = tuple(
    (re.compile(rf"\b(?:{names})\b"), day)
    for names, day in (
        (r"christmas eve|nochebuena|(?:veille|reveillon) de noel|vespera de natal", "24 december"),
        (
            # Natal by itself is a place too.
            r"christmas(?: day)?|(?:dia de )?navidad|(?:jour de )?noel|(?:dia de|no) natal|natal(?= d[eo] ['\d])",
            "25 december",
        ),
        (
            r"new year's eve|nochevieja|reveillon (?:de la saint-sylvestre|du nouvel an|de ano novo)|saint-sylvestre",
            "31 december",
        ),
        (r"new year's day|(?:dia de )?ano nuevo|jour de l'an|(?:dia de )?ano novo", "1 january"),
        (r"juneteenth", "19 june"),
    )
)

# On a page in Portuguese it is the day.
NATAL = re.compile(r"\bnatal\b")

# Says nothing but that it was some time or other within what follows.
SOME_TIME = re.compile(
    r"^(?:at )?(?:some ?time|some point|en algun momento|alguna vez|a un moment donne|em algum momento|alguma vez)\b\s*"
)

# Compared without dots, brackets and double spaces
UNKNOWN = re.compile(
    r"(?:(?:date|year) )?(?:unknown|not known|not dated)|unknown date|undated|no date|n ?d|n/d|\?"
    r"|(?:i )?(?:don't|dont|do not) know(?: when)?"
    r"|(?:fecha )?desconocid[ao]|sin fecha|no (?:lo )?se(?: sabe)?(?: cuando)?|s ?f|s/f"
    r"|(?:date )?inconnue?|sans date|non date|(?:je ?|j')?(?:ne )?sais pas(?: quand)?|on ne sait pas|s ?d|s/d"
    r"|(?:data )?desconhecid[ao]|sem data|nao se sabe|(?:eu )?nao sei(?: quando)?"
)

ABOUT = re.compile(
    r"^(?:about|around|approximately|approx|circa|ca|roughly|more or less"
    r"|hacia|alrededor de|aproximadamente|aprox|cerca de|por volta de|mas o menos|mais ou menos"
    r"|vers|environ|env|autour de|plus ou moins|a peu pres)\b[.,:]?\s*|^c(?=[ .\d])[.]?\s*"
)
ABOUT_AFTER = re.compile(
    r"(?<=[\ds])-?ish$|[\s,(]+(?:approximately|approx|circa|ca|or so|or thereabouts|more or less|environ|plus ou moins|a peu pres"
    r"|aproximadamente|aprox|mas o menos|mais ou menos)[.)]*$"
)
UNSURE = re.compile(
    r"^(?:perhaps|probably|possibly|maybe|quizas|quiza|tal vez|probablemente|posiblemente|peut-etre|probablement"
    r"|possiblement|talvez|provavelmente|possivelmente)\b[.,:]?\s*|^\?\s*"
)
UNSURE_AFTER = re.compile(r"\s*(?:\(\?\)|\?)$")

UNTIL_WORDS = (
    "before|by|until|till|up to|not after|no later than|antes d(?:el?|o)|hasta|avant|jusqu'en|jusqu'a|ate"
)
SINCE_WORDS = "after|since|not before|no earlier than|despues del?|desde|apres|depuis|depois d[eo]|apos|a partir d(?:el?|o)"
UNTIL = re.compile(
    rf"^(?:{UNTIL_WORDS})\s+(?P<date>.+)$"
    r"|^(?P<date_>.+?),? (?:or (?:earlier|before)|o antes|ou avant|ou antes)$"
)
SINCE = re.compile(
    rf"^(?:{SINCE_WORDS})\s+(?P<date>.+)$"
    r"|^(?P<date_>.+?),? (?:or (?:later|after)|onwards?|o despues|ou apres|ou plus tard|ou depois)$"
)
# “1990-present”: it goes on, and what is now will be long ago for whoever reads it.
UNTIL_NOW = re.compile(
    r"^(?:(?:from|since|between|de|desde|du|des|depuis|entre) )?(?P<date>.+?)"
    r"(?: ?- ?| (?:to|until|till|through|thru|and|hasta|a|al|y|jusqu'a|au|et|ate|ao|aos|e) (?:el |la |le |o |os |the )?)"
    r"(?:present(?: day)?|now|today|presente|actualidad|fecha|hoy|ahora|dia de hoy|aujourd'hui|maintenant|nos jours|ce jour"
    r"|hoje|agora|atualidade|dias de hoje|dias atuais)$"
)
# Two dots are a side that is open, as between the brackets of EDTF; three are somebody's silence.
OPEN_END = re.compile(r"^(?P<date>.*[^.\s-])\s*-?\s*\.\.$")
OPEN_BEGINNING = re.compile(r"^\.\.\s*-?\s*(?P<date>[^.\s-].*)$")

# Each splits two dates; tried in this order, and taken only where both sides are dates.
RANGES = (
    re.compile(r"^(?:between|entre)\s+(.+?)\s+(?:and|y|e|et)\s+(.+)$"),
    re.compile(
        r"^(?:from|desde|de|du|des|entre)\s+(.+?)\s+(?:to|until|till|through|hasta|a|au|ate|ao|-)\s+(.+)$"
    ),
    re.compile(r"^(.+?)\s+(?:to|until|till|through|thru|hasta|a|au|ate|ao)\s+(.+)$"),
    re.compile(r"^(.+?)\s+-\s+(.+)$"),
    re.compile(r"^([^-]+)-([^-]+)$"),
    re.compile(r"^(.*[^.\s])\s*\.\.\s*([^.\s].*)$"),
    re.compile(r"^(\d{4})/(\d{2})$"),
)
ALTERNATIVES = re.compile(r"\s*,?\s+(?:or|o|u|ou)\s+")
CONJUNCTIONS = re.compile(r"\s*,?\s+(?:and|y|et|e|&)\s+")


def decade_in_digits(match: re.Match[str]) -> str:
    """“nineteen-sixties” as 1960s."""
    return f"{18 if match['century'] == 'eighteen' else 19}{TENS[match['tens']]}s"
