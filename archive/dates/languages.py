"""How each language says a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True)
class Language:
    """The words and word order of one language; {} stands for the date, or for its two ends.

    `within` is how a whole day is said where it does not stand alone: after “between”, “about”, and in a choice.
    """

    months: tuple[str, ...]
    whole: str
    day_month: str
    month_year: str
    month_unknown: str
    day_alone: str
    day_unknown: str
    year_unknown: str
    unknown: str
    about: str
    unsure: str
    until: str
    since: str
    between: str
    between_about: str
    alternative: str
    conjunction: str
    decade: str
    centuries: str
    first_day: str
    question: str
    seasons: Mapping[int, str]
    within: str = "{}"

    def day(self, number: int) -> str:
        """A day of the month as it is said."""
        return self.first_day if number == 1 else str(number)

    def century(self, number: int) -> str:
        """A century by its number: 19 for 1800-1899."""
        return self.centuries.format(number=number, ordinal=ordinal(number), roman=roman(number))


def ordinal(number: int) -> str:
    """The English suffix of a number: th for 19."""
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def roman(number: int) -> str:
    """A number in Roman numerals."""
    text = ""
    for value, letters in ROMAN:
        count, number = divmod(number, value)
        text += letters * count
    return text


def _seasons(
    four: str, north: str, south: str, quarters: str, thirds: str, halves: str, year: str
) -> dict[int, str]:
    """Names by EDTF code 21 to 41 out of lists separated by commas; `year` says how the year follows."""
    names = four.split(",")
    named = dict(enumerate(names, start=21))
    named |= {code + 4: name + north for code, name in enumerate(names, start=21)}
    named |= {code + 8: name + south for code, name in enumerate(names, start=21)}
    for start, group in ((33, quarters), (37, thirds), (40, halves)):
        named |= dict(enumerate(group.split(","), start=start))
    return {code: name.replace("*", year) if "*" in name else name + year for code, name in named.items()}


LANGUAGES: Mapping[str, Language] = {
    "en": Language(
        months=("January", "February", "March", "April", "May", "June", "July", "August",
                "September", "October", "November", "December"),
        whole="{month} {day}, {year}", day_month="{month} {day}", month_year="{month} {year}",
        month_unknown="{}, month not known", day_alone="{}, day {}",
        day_unknown="{}, day not known", year_unknown="{}, year not known",
        unknown="date not known", about="about {}", unsure="perhaps {}",
        until="{} or earlier", since="{} or later",
        between="between {} and {}", between_about="between about {} and {}",
        alternative="or", conjunction="and",
        decade="the {}s", centuries="the {number}{ordinal} century", first_day="1",
        question="“{}” can be read in more than one way. Which one do you mean?",
        seasons=_seasons("spring,summer,autumn,winter", "* (northern half of the world)", "* (southern half of the world)",
                         "first quarter of,second quarter of,third quarter of,fourth quarter of",
                         "early,mid,late", "first half of,second half of", " {}"),
    ),
    "es": Language(
        months=("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
                "septiembre", "octubre", "noviembre", "diciembre"),
        whole="{day} de {month} de {year}", day_month="{day} de {month}", month_year="{month} de {year}",
        month_unknown="{}, mes desconocido", day_alone="{}, día {}",
        day_unknown="{}, día desconocido", year_unknown="{}, año desconocido",
        unknown="fecha desconocida", about="hacia {}", unsure="quizá {}",
        until="{} o antes", since="{} o después",
        between="entre {} y {}", between_about="entre {} y {} aproximadamente",
        alternative="o", conjunction="y",
        decade="la década de {}", centuries="el siglo {roman}", first_day="1",
        question="«{}» se puede leer de más de una manera. ¿Cuál quiere decir?",
        seasons=_seasons("primavera,verano,otoño,invierno", "* (hemisferio norte)", "* (hemisferio sur)",
                         "primer trimestre,segundo trimestre,tercer trimestre,cuarto trimestre",
                         "principios,mediados,finales", "primer semestre,segundo semestre", " de {}"),
        within="el {}",
    ),
    "fr": Language(
        months=("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
                "septembre", "octobre", "novembre", "décembre"),
        whole="{day} {month} {year}", day_month="{day} {month}", month_year="{month} {year}",
        month_unknown="{}, mois inconnu", day_alone="{}, le {}",
        day_unknown="{}, jour inconnu", year_unknown="{}, année inconnue",
        unknown="date inconnue", about="vers {}", unsure="peut-être {}",
        until="{} ou avant", since="{} ou après",
        between="entre {} et {}", between_about="entre {} et {} environ",
        alternative="ou", conjunction="et",
        decade="les années {}", centuries="le {roman}e siècle", first_day="1er",
        question="« {} » peut se lire de plusieurs façons. Laquelle voulez-vous dire ?",
        seasons=_seasons("printemps,été,automne,hiver", "* (hémisphère Nord)", "* (hémisphère Sud)",
                         "premier trimestre,deuxième trimestre,troisième trimestre,quatrième trimestre",
                         "début,milieu,fin", "premier semestre,second semestre", " {}"),
        within="le {}",
    ),
    "pt": Language(
        months=("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto",
                "setembro", "outubro", "novembro", "dezembro"),
        whole="{day} de {month} de {year}", day_month="{day} de {month}", month_year="{month} de {year}",
        month_unknown="{}, mês desconhecido", day_alone="{}, dia {}",
        day_unknown="{}, dia desconhecido", year_unknown="{}, ano desconhecido",
        unknown="data desconhecida", about="aproximadamente {}", unsure="talvez {}",
        until="{} ou antes", since="{} ou depois",
        between="entre {} e {}", between_about="entre {} e {} aproximadamente",
        alternative="ou", conjunction="e",
        decade="a década de {}", centuries="o século {roman}", first_day="1º",
        question="“{}” pode ser lido de mais de uma maneira. Qual você quer dizer?",
        seasons=_seasons("primavera,verão,outono,inverno", "* (hemisfério norte)", "* (hemisfério sul)",
                         "primeiro trimestre,segundo trimestre,terceiro trimestre,quarto trimestre",
                         "início,meados,fim", "primeiro semestre,segundo semestre", " de {}"),
    ),
}  # fmt: skip
