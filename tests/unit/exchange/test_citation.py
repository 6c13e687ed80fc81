"""An item is cited as it is called, whatever somebody called it: nothing in a title becomes another field."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest

from archive.exchange.citation import bibtex, csl_json, ris
from archive.exchange.described import Copy, Described, points
from archive.exchange.dublin_core import dublin_core, for_citing, open_graph
from archive.exchange.json_ld import schema_org

DAY = date(2026, 11, 28)
LETTER = Described(
    id="0123456789abcdef",
    address="https://archive.example/items/0123456789abcdef",
    title="Letter to a friend",
    kind="text",
    creators=("Writer, A.", "March 25 Committee"),
    others=(("translator", "Reader, B."), ("depicted", "Somebody Else")),
    date_edtf="1850-08-07",
    date_words="August 7, 1850",
    description="Written at dusk.\n\nSent by night.",
    subjects=("Letters", "Freedom"),
    places=("Philadelphia",),
    languages=("eng",),
    rights="Public domain",
    rights_uri="http://creativecommons.org/publicdomain/mark/1.0/",
    collection="March 25",
    archive="Remembrance",
    keeper="The Keepers",
    published_on=date(2026, 3, 25),
    copies=(Copy("https://archive.example/media/1/text.txt", "text/plain", 12),),
)
HOSTILE = (
    "A title\r\nER  - \r\n\r\nTY  - BOOK\r\nTI  - Another",
    'She said "yes" {and} \\left, 100 % of $5 & #1_a ~ ^',
    "}}, author = {Mallory}, note = {{",
    "}\n@book{evil, title={x}}",
    "\\input{/etc/passwd} \\write18{rm}",
    "</script><script>alert(1)</script>",
    "زنان \u2066\u202eevil\u202c می\u200cروند",
    "one\u2028two\x85three\x0bfour\x00five",
    "=HYPERLINK(1)",
    "A and B and others",
)


def fields_of(entry: str) -> dict[str, str]:
    """The fields of one BibTeX entry, read as BibTeX reads them: braces are counted, whatever stands before them."""
    found, place = {}, entry.index(",") + 1
    while field := re.compile(r"\s*(\w+) = ").match(entry, place):
        place = field.end()
        if entry[place] != "{":
            found[field[1]] = entry[place : entry.index(",", place)]
            place = entry.index(",", place) + 1
            continue
        depth, begin = 1, place + 1
        while depth:
            place += 1
            depth += {"{": 1, "}": -1}.get(entry[place], 0)
        found[field[1]] = entry[begin:place]
        place += 2
    assert entry[place:].strip() == "}", entry[place:]
    return found


def names_in(value: str) -> list[str]:
    """The names of a field, parted as BibTeX parts them: by `and` outside of braces."""
    depth, names = 0, [""]
    for word in value.split(" "):
        if word == "and" and depth == 0:
            names.append("")
            continue
        names[-1] += f" {word}"
        depth += word.count("{") - word.count("}")
    return names


def test_a_letter_is_cited_in_csl_json_with_all_that_is_known() -> None:
    (said,) = json.loads(csl_json(LETTER, DAY))
    assert said["author"] == [{"family": "Writer", "given": "A."}, {"literal": "March 25 Committee"}]
    assert said["translator"] == [{"family": "Reader", "given": "B."}]
    assert said["issued"] == {"date-parts": [[1850, 8, 7]]}
    assert said["accessed"] == {"date-parts": [[2026, 11, 28]]}
    assert said["URL"] == LETTER.address and said["archive"] == "Remembrance"
    assert "Somebody Else" not in str(said)


def test_a_letter_is_cited_in_ris_between_its_beginning_and_its_end() -> None:
    lines = ris(LETTER, DAY).split("\r\n")
    assert lines[0] == "TY  - MANSCPT" and lines[-2:] == ["ER  - ", ""]
    for line in (
        "TI  - Letter to a friend",
        "AU  - Writer, A.",
        "AU  - March 25 Committee",
        "PY  - 1850",
        "DA  - 1850/08/07/",
        "AB  - Written at dusk. Sent by night.",
        "KW  - Letters",
        f"UR  - {LETTER.address}",
        "Y2  - 2026/11/28/",
    ):
        assert line in lines


def test_a_letter_is_cited_in_bibtex_as_bibtex_reads_it() -> None:
    said = fields_of(bibtex(LETTER, DAY))
    assert said["author"] == "Writer, A. and {March 25 Committee}"
    assert said["title"] == "{Letter to a friend}"
    assert (said["year"], said["month"], said["date"]) == ("1850", "aug", "1850-08-07")
    assert said["url"] == LETTER.address and said["urldate"] == "2026-11-28"


@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_stands_in_a_title_or_a_name_stays_in_its_field(words: str) -> None:
    item = replace(
        LETTER,
        title=words,
        creators=(words, f"{words}, A."),
        description=words,
        subjects=(words,),
        collection=words,
        rights=words,
        date_edtf="",
        date_words=words,
        address=f"https://archive.example/{words}",
    )
    (said,) = json.loads(csl_json(item, DAY))
    assert set(said) <= set(json.loads(csl_json(LETTER, DAY))[0]) | {"issued"}
    lines = ris(item, DAY).split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert [line[:2] for line in lines[:-1]].count("TI") == 1
    assert [line for line in lines if line.startswith("ER")] == ["ER  - "]
    entry = bibtex(item, DAY)
    fields = fields_of(entry)
    assert set(fields) <= set(fields_of(bibtex(LETTER, DAY))) and entry.count("\n@") == 0
    assert not re.search(r"(?<!\\)[%&#$]", fields["title"])
    # Two creators stay two, however many times the word stands in a name.
    assert len(names_in(fields["author"])) == 2
    for document in (said["title"], lines[1], fields["title"]):
        assert "\u202e" not in document and "\x00" not in document and "\n" not in document


def test_letters_that_a_script_needs_are_kept() -> None:
    persian = replace(LETTER, title="می‌روند")
    assert "می‌روند" in ris(persian, DAY) and "می‌روند" in bibtex(persian, DAY)


@pytest.mark.parametrize(
    ("edtf", "numbers"),
    [
        ("1850", [[1850]]),
        ("1850-08", [[1850, 8]]),
        ("1879~", [[1879]]),
        ("1936/1938", [[1936], [1938]]),
        ("1963-22", None),
        ("185X", None),
        ("[1852-11-17,1852-11-19]", None),
        ("", None),
        ("1/2/3", None),
    ],
)
def test_a_date_is_numbers_where_it_is_a_day_a_month_a_year_or_two_of_them(
    edtf: str, numbers: list[list[int]] | None
) -> None:
    assert points(edtf) == numbers


def test_a_date_that_is_about_is_said_so_and_one_in_words_stays_in_words() -> None:
    about = replace(LETTER, date_edtf="1879~", date_words="about 1879")
    assert json.loads(csl_json(about, DAY))[0]["issued"] == {"date-parts": [[1879]], "circa": True}
    assert fields_of(bibtex(about, DAY))["year"] == "about 1879"
    lines = ris(about, DAY).split("\r\n")
    assert "PY  - 1879///about 1879" in lines and "DA  - about 1879" in lines
    several = ris(replace(LETTER, date_edtf="1850/1852", date_words="between 1850 and 1852"), DAY)
    assert "DA  - between 1850 and 1852\r\n" in several
    decade = replace(LETTER, date_edtf="185X", date_words="1850s")
    assert json.loads(csl_json(decade, DAY))[0]["issued"] == {"literal": "1850s"}
    assert "DA  - 1850s" in ris(decade, DAY)


def test_an_item_of_which_nothing_is_known_is_cited_all_the_same() -> None:
    bare = Described(id=LETTER.id, address=LETTER.address, title="")
    (said,) = json.loads(csl_json(bare, DAY))
    assert said == {
        "id": LETTER.id,
        "type": "document",
        "accessed": {"date-parts": [[2026, 11, 28]]},
        "URL": LETTER.address,
    }
    assert fields_of(bibtex(bare, DAY))["url"] == LETTER.address
    assert ris(bare, DAY).startswith("TY  - GEN\r\n")


def test_the_record_is_a_component_of_an_archive_in_the_words_of_schema_org() -> None:
    said = json.loads(schema_org(LETTER))
    assert said["@context"] == "https://schema.org" and said["@type"] == "ArchiveComponent"
    assert said["holdingArchive"] == {"@type": "ArchiveOrganization", "name": "The Keepers"}
    assert said["creator"][0] == {
        "@type": "Person",
        "name": "Writer, A.",
        "familyName": "Writer",
        "givenName": "A.",
    }
    assert said["temporalCoverage"] == said["dateCreated"] == "1850-08-07"
    assert said["associatedMedia"][0]["contentUrl"] == "https://archive.example/media/1/text.txt"
    about = json.loads(schema_org(replace(LETTER, date_edtf="1879~", kind="still-image")))
    assert "dateCreated" not in about and about["@type"] == ["ArchiveComponent", "ImageObject"]


def test_the_head_of_a_page_tells_what_kind_of_thing_it_is_and_who_made_it() -> None:
    assert for_citing(LETTER)[0] == ("z.itemType", "manuscript")
    assert ("citation_author", "Writer, A.") in for_citing(LETTER)
    core = dublin_core(LETTER)
    assert ("DC.creator", "Writer, A.") in core and ("DC.contributor", "Reader, B.") in core
    assert ("DC.rights", LETTER.rights_uri) in core
    graph = dict(open_graph(replace(LETTER, description="word " * 100)))
    assert graph["og:description"].endswith("word…") and len(graph["og:description"]) <= 301
    assert "og:image" not in graph


def test_whom_bibtex_has_no_field_for_stands_in_its_note_with_what_they_did() -> None:
    helped = (("interviewer", "Asker, C. & D."), ("depicted", "Somebody"), ("organizer", "The Circle"))
    talk = replace(LETTER, creators=(), others=helped, rights_uri="")
    said = fields_of(bibtex(replace(talk, role_words={"interviewer": "entrevistadora"}), DAY))
    assert said["note"] == r"Asker, C. \& D. (entrevistadora); The Circle (organizer); Public domain"
    assert not {"author", "editor", "translator"} & set(said)
    # Whoever has a field of their own is not named twice.
    assert fields_of(bibtex(replace(LETTER, rights_uri=""), DAY))["note"] == "Public domain"


def test_a_subject_with_commas_stays_one_keyword() -> None:
    still = replace(LETTER, subjects=("Still, Peter, b. 1801", "Letters", "100 % {free}, at last"))
    said = fields_of(bibtex(still, DAY))["keywords"]
    assert (
        said == r"{Still, Peter, b. 1801}, Letters, {100 \% \textbraceleft{}free\textbraceright{}, at last}"
    )
    (told,) = json.loads(csl_json(still, DAY))
    assert told["keyword"] == "Still, Peter, b. 1801; Letters; 100 % {free}, at last"
    assert [line[6:] for line in ris(still, DAY).split("\r\n") if line.startswith("KW")] == [*still.subjects]


def test_no_field_of_bibtex_is_empty() -> None:
    assert "title" not in fields_of(bibtex(replace(LETTER, title=""), DAY))
