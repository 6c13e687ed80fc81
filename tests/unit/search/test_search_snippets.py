"""A snippet shows the words that were asked for where they stand, and nothing else is marked."""

from __future__ import annotations

import pytest

from archive.search import best_passages, parse_query, snippet
from archive.search.snippets import Snippet


def marked(text: str, query: str, width: int = 240) -> list[str]:
    return [part for part, is_match in snippet(text, parse_query(query), width=width).parts if is_match]


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("She was whipped, and he whips.", "whip", ["whipped", "whips"]),
        ("A escravidão acabou.", "escravidao", ["escravidão"]),
        ("A escravida\u0303o acabou.", "escravidão", ["escravida\u0303o"]),
        ("of manumission², told", "manumission", ["manumission"]),
        ("Letters of O´Brien and O`Hara", "o'brien", ["O´Brien"]),
        ("Letters of O`Hara", "ohara", ["O`Hara"]),
        ("هر\u200cکس می\u200cخواهم", "می\u200cخواهم", ["می\u200cخواهم"]),
        ("Ɔkɔmfo Anɔkye", "anokye", ["Anɔkye"]),
        ("יִשְׂרָאֵל שָׁלוֹם", "שלום", ["שָׁלוֹם"]),
        ("L’esclavage et d'Angelo", "esclavage", ["esclavage"]),
        ("Letters of O’Brien", "O'Brien", ["O’Brien"]),
        ("Letters of O'Brien", "brien", ["Brien"]),
        ("the freedmen's school", "freedmen", ["freedmen's"]),
        ("bill of sale, a bill, of sale", '"bill of sale"', ["bill of sale", "bill, of sale"]),
        ("bill for sale", '"bill of sale"', []),
        ("anti slavery and anti-slavery", "anti-slavery", ["anti slavery", "anti-slavery"]),
        ("An Antislavery man", "anti-slavery", ["Antislavery"]),
        ("An Anti-Slavery man, anti slavery", "antislavery", ["Anti-Slavery"]),
        ("a co-operative, Co‑operatives", "cooperative", ["co-operative", "Co‑operatives"]),
        ("cooperatives, a coop", "co-operative", ["cooperatives"]),
        ("until eman-\ncipation came", "emancipation", ["eman- cipation"]),
        ("the freedmen’s-bureau", "freedmensbureau", ["freedmen’s-bureau"]),
        ("my mother-in-law's", "motherinlaw", ["mother-in-law's"]),
        ("non-anti-slavery-minded", "antislavery", ["anti-slavery"]),
        (
            "American Anti-Slavery Society",
            '"american antislavery society"',
            ["American Anti-Slavery Society"],
        ),
        ("American Antislavery Society", '"american anti-slavery society"', ["American Antislavery Society"]),
        ("American Anti-Slavery and Society", '"antislavery society"', []),
        ("an anti-slavery man", "antislav*", ["anti-slavery"]),
        ("an antislavery man", "anti-slav*", ["antislavery"]),
        ("emancipation proclaimed", "emanc*", ["emancipation"]),
        ("the mother of a master", "mother -master", ["mother"]),
        ("the mother of a master", "mother OR master", ["mother", "master"]),
        ("关于废除奴隶制的信", "奴隶制", ["奴隶制"]),
        ("رسالة عن الحُرِّيَّة", "حرية", ["الحُرِّيَّة"]),
        ("Àwọn ọmọ wa ń kọrin", "korin omo", ["ọmọ", "kọrin"]),
        ("smother mothers", "mother", ["mothers"]),
        ("ties tied", "tie", ["ties", "tied"]),
        ("", "mother", []),
        ("anything", "", []),
    ],
)
def test_the_words_asked_for_are_marked(text: str, query: str, found: list[str]) -> None:
    assert marked(text, query) == found


def test_a_snippet_is_the_text_itself_around_the_most_words_asked_for() -> None:
    text = "alpha " + "filler " * 200 + "alpha beta gamma " + "filler " * 200
    shown = snippet(text, parse_query("alpha beta gamma"), width=100)
    assert [part for part, is_match in shown.parts if is_match] == ["alpha", "beta", "gamma"]
    plain = "".join(part for part, _ in shown.parts)
    assert plain.startswith("…")
    assert plain.endswith("…")
    assert plain.strip("…") in text
    assert len(plain) <= 102


def test_without_a_match_the_beginning_is_shown_with_its_white_space_tidied() -> None:
    shown = snippet("First\n\n  line. " + "more " * 100, parse_query("absent"), width=40)
    assert shown.parts[0][0].startswith("First line.")
    assert shown.parts[-1] == ("…", False)
    assert snippet("Short.", parse_query("absent")) == Snippet([("Short.", False)])


def test_the_best_passages_have_most_of_the_words_and_come_in_order() -> None:
    passages = ["nothing", "alpha here", "alpha and beta", "beta and alpha", "", "alpha", "alpha"]
    assert best_passages(passages, parse_query("alpha beta")) == [2, 3]
    assert best_passages(passages, parse_query("alpha")) == [1, 2, 3]
    assert best_passages(passages, parse_query("alpha"), most=9) == [1, 2, 3, 5, 6]
    assert best_passages(passages, parse_query('"beta and alpha"')) == [3]
    assert best_passages(passages, parse_query("absent")) == []
    assert best_passages(passages, parse_query("")) == []
    assert best_passages([], parse_query("alpha")) == []


def test_markup_in_a_text_comes_out_as_it_is() -> None:
    shown = snippet("<script>alpha</script>", parse_query("alpha"))
    assert shown.parts == [("<script>", False), ("alpha", True), ("</script>", False)]


def test_the_best_passage_has_the_word_however_its_halves_are_written() -> None:
    passages = ["nothing", "the anti-slavery cause", "an antislavery cause", "anti slavery"]
    assert best_passages(passages, parse_query("antislavery")) == [1, 2]
    assert best_passages(passages, parse_query("anti-slavery")) == [1, 2, 3]
    assert best_passages(passages, parse_query("anti-slavery cause")) == [1, 2]
