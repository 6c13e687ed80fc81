"""Every search backend finds what hyphens hold together however it is written: anti-slavery, antislavery."""

from __future__ import annotations

import pytest

from archive.search import IndexDocument, SearchIndex
from tests.fixtures.search_backends import found, page

WRITTEN = (
    IndexDocument("hyphen", "American Anti-Slavery Society", names=["Smith-Jones, Ada"], subjects=["Co-operatives"]),
    IndexDocument("joined", "American Antislavery Society", names=["Smithjones, Ada"], subjects=["Cooperatives"]),
    IndexDocument("text", "A letter", text="They met, an anti‑slavery crowd, at the freedmen's-bureau near the school-house."),
    IndexDocument("broken", "A speech", text="until eman-\ncipation came to the Schoolhouse"),
    IndexDocument("apart", "A note", text="anti and slavery; of slavery anti. co, operatives. 1861-64 mother in law"),
    IndexDocument("kin", "Kin", text="her mother-in-law", places=["Stratford-upon-Avon"]),
    IndexDocument("french", "Les contre-amiraux", text="La lutte anti-esclavagiste", languages=["fr"]),
)  # fmt: skip


@pytest.fixture
def hyphens(empty_index: SearchIndex) -> SearchIndex:
    empty_index.update(WRITTEN)
    return empty_index


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("antislavery", {"hyphen", "joined", "text"}),
        ("anti-slavery", {"hyphen", "joined", "text"}),
        ("anti‑slavery", {"hyphen", "joined", "text"}),
        ("ANTISLAVERY", {"hyphen", "joined", "text"}),
        ('"anti slavery"', {"hyphen", "text"}),
        ("schoolhouses", {"text", "broken"}),  # stemmed like others
        ("school-houses", {"text", "broken"}),
        ("emancipation", {"broken"}),  # parted at the end of a line
        ("emancipated", {"broken"}),
        ("freedmensbureau", {"text"}),
        ("freedmens-bureau", {"text"}),
        ("motherinlaw", {"kin"}),
        ("mother-inlaw", {"kin"}),
        ("inlaw", {"kin"}),
        ("mother-in-law", {"kin", "apart"}),
        ("186164", set()),
        ("-antislavery letter OR speech", {"broken"}),  # excluded
        ("antiesclavagistes", {"french"}),  # in the language of the record
        ("contreamiral", {"french"}),
        ("title:antislavery", {"hyphen", "joined"}),  # fields
        ("title:anti-slavery", {"hyphen", "joined"}),
        ("subject:cooperatives", {"hyphen", "joined"}),
        ("subject:co-operative", {"hyphen", "joined"}),
        ("place:stratforduponavon", {"kin"}),
        ("creator:smithjones", {"hyphen", "joined"}),  # names
        ("creator:smith-jones", {"hyphen", "joined"}),
        ("smithjones ada", {"hyphen", "joined"}),
        ("creator:smithjone", set()),  # names are not stemmed
        ("antislav*", {"hyphen", "joined", "text"}),  # beginnings
        ("antislavery*", {"hyphen", "joined", "text"}),
        ("anti-slav*", {"hyphen", "joined", "text", "apart"}),
        ("title:antisl*", {"hyphen", "joined"}),
        ("creator:smithj*", {"hyphen", "joined"}),
        ("subject:coop*", {"hyphen", "joined"}),
        ('"american antislavery society"', {"hyphen", "joined"}),  # phrases
        ('"american anti-slavery society"', {"hyphen", "joined"}),
        ('"antislavery society"', {"hyphen", "joined"}),
        ('"american antislavery"', {"hyphen", "joined"}),
        ('"american society"', set()),
        ('"antislavery slavery"', set()),
        ('"an antislavery crowd at the"', {"text"}),
        ('title:"antislavery society"', {"hyphen", "joined"}),
        ('creator:"smithjones ada"', {"hyphen", "joined"}),
        ('creator:"smith-jones ada"', {"hyphen", "joined"}),
        ('creator:"ada smithjones"', set()),
    ],
)
def test_a_compound_is_found_with_its_hyphen_and_without(
    hyphens: SearchIndex, text: str, ids: set[str]
) -> None:
    assert found(hyphens, text) == ids


def test_whichever_way_a_title_writes_it_it_stands_above_texts(hyphens: SearchIndex) -> None:
    hyphens.update([IndexDocument(f"other{at}", "Other", text="plain words here") for at in range(20)])
    for asked in ("antislavery", "anti-slavery", "antislavery society", "american antislavery"):
        assert set(page(hyphens, asked).ids[:2]) == {"hyphen", "joined"}, asked


def test_what_is_taken_out_is_found_in_no_way(hyphens: SearchIndex) -> None:
    hyphens.update([], ["hyphen", "text"])
    assert found(hyphens, "antislavery") == found(hyphens, "anti-slavery") == {"joined"}


def test_a_slip_in_a_compound_gets_a_suggestion(hyphens: SearchIndex) -> None:
    assert hyphens.suggest("antislavry") == "antislavery"
    assert hyphens.suggest("motherinlaw") is None
    assert hyphens.suggest("anti-slavry") == "anti-slavery"


def test_two_words_that_are_here_as_one_alone_get_it_as_a_suggestion(hyphens: SearchIndex) -> None:
    assert hyphens.suggest("american anti slavery") is None, "found with the hyphen"
    hyphens.update([], ["hyphen", "text"])
    assert hyphens.suggest("American Anti slavery society") == "American antislavery society"
    assert hyphens.suggest("school house") == "schoolhouse"
    for typed in ('"american anti" slavery', "title:school house", "anti -slavery note", "1861 64 letter"):
        assert hyphens.suggest(typed) is None, typed
