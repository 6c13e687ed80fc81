"""Every search backend helps a slip of the pen alike, with words that it holds and that find something."""

from __future__ import annotations

import pytest

from archive.search import Filters, IndexDocument, SearchIndex
from tests.fixtures.search_backends import found


def test_a_typing_error_gets_a_suggestion_from_this_index_alone(search_index: SearchIndex) -> None:
    assert search_index.suggest("mothr") == "mother"
    assert search_index.suggest("the lettre") == "the letter"
    assert search_index.suggest("escravidoa") == "escravidao"
    assert search_index.suggest("mother") is None
    assert search_index.suggest("harbuor") is None
    search_index.update([], removed_ids=["song"])
    assert search_index.suggest("esclavagd") is None  # the only item with the word is gone


def test_a_slip_that_is_a_word_elsewhere_gets_a_suggestion_that_finds_something(
    empty_index: SearchIndex,
) -> None:
    empty_index.update([IndexDocument("a", "Mittie Freeman"), IndexDocument("b", "Joseph Freman, Ohio")])
    assert empty_index.suggest("mittie freman") == "mittie freeman"
    assert empty_index.suggest("mittle freman") == "mittie freeman"
    assert empty_index.suggest("mittie freeman") is None
    assert empty_index.suggest("mittie ohio") is None
    # A suggestion finds something: what nothing holds beside it is left out.
    assert empty_index.suggest("mittee freeman ohio") == "mittie freeman"


def test_a_suggestion_finds_something_where_the_search_was_narrowed_to(empty_index: SearchIndex) -> None:
    empty_index.update(
        [
            IndexDocument("a", "Five candles", kind="text", date_start=18630101, date_end=18631231),
            IndexDocument("b", "Candies", kind="sound"),
            IndexDocument("c", "Candies", kind="sound"),
            IndexDocument("d", "Melted candies, and candied", kind="sound"),
        ]
    )
    texts = Filters({"kind": ["text"]})
    assert empty_index.suggest("canndies") == "candies"
    assert empty_index.suggest("canndies", texts) is None
    assert empty_index.suggest("candels", texts) == "candles"
    # Of several that are near, the one that the narrowed search finds; not the one that more items hold.
    assert empty_index.suggest("candees") == "candies"
    assert empty_index.suggest("candees", texts) == "candles"
    assert empty_index.suggest("candels", Filters({"kind": ["sound"]})) is None
    assert empty_index.suggest("candels", Filters(first=18630101)) == "candles"
    assert empty_index.suggest("candels", Filters(first=18640101)) is None


def test_words_in_a_phrase_are_put_right_where_the_phrase_stands(empty_index: SearchIndex) -> None:
    empty_index.update([IndexDocument("a", "Five candles burning"), IndexDocument("b", "candles, five")])
    assert empty_index.suggest('"five candels"') == '"five candles"'
    assert empty_index.suggest('burning "fivve candels"') == 'burning "five candles"'
    assert empty_index.suggest('title:"five candels"') == 'title:"five candles"'
    assert empty_index.suggest('"burning candels"') is None  # the words are here, the phrase is not


def test_a_slip_is_put_right_in_long_words_before_stars_and_in_values(empty_index: SearchIndex) -> None:
    empty_index.update(
        [
            IndexDocument("a", "A testimony", kind="photograph", languages=["por"]),
            IndexDocument("b", "Remembrance of a passage", kind="oral history", kind_names=["historia oral"]),
        ]
    )
    for typed, better in {
        "testomoney": "testimony",
        "Remmemberance": "remembrance",
        "pasages": "passages",  # which nothing says in this form
        "psasega": None,  # in so short a word two slips leave too little
        "rememberence*": "remembrance*",
        "Tesitmony*": "testimony*",
        "remebm*": "rememb*",
        "kind:photgraph": "kind:photograph",
        "kind:photogrpah testimny": "kind:photograph testimony",
        'kind:"oral histroy"': 'kind:"oral history"',
        "kind:sound": None,
        "language:Portugese": "language:portuguese",
        "language:portugues passage": None,
        "language:Spansh": None,  # nothing here is in Spanish
        "-testimny remebrance": "-testimny remembrance",
    }.items():
        assert empty_index.suggest(typed) == better, typed
        assert better is None or found(empty_index, better), typed
    empty_index.update([], removed_ids=["a"])
    assert empty_index.suggest("testomoney") is empty_index.suggest("kind:photgraph") is None


def test_a_word_that_is_here_is_left_as_it_is_beside_one_that_is_not(empty_index: SearchIndex) -> None:
    empty_index.update(
        [
            IndexDocument("a", "Well, water, candles, handles", kind="text"),
            IndexDocument("b", "The waiter with a bell; handles", kind="sound"),
        ]
    )
    assert empty_index.suggest("bell handels") == "bell handles"
    assert empty_index.suggest("bell candels") == empty_index.suggest("candels bell") == "candles"
    assert empty_index.suggest("waitre candels bell") == "waiter bell", "of two that were put right the first"
    assert empty_index.suggest("waiter candels") == "candles", "not water candles"
    assert empty_index.suggest("kind:sound candels bell") is None, (
        "what narrows a search is no word to leave out"
    )
    # Nor is what was put right lost beside what nothing is near to.
    for typed in ("mariana candels", "candels 1863", "zzzzz candels"):
        assert empty_index.suggest(typed) == "candles", typed
    assert empty_index.suggest("candels OR zzzzz") == "candles OR zzzzz"
    assert empty_index.suggest("zzzzz mariana") is None
    empty_index.update([IndexDocument("c", "Bell; candies")])
    assert empty_index.suggest("candees") == "candies", "as many hold it"
    empty_index.update([IndexDocument("d", "Candles")])
    assert empty_index.suggest("candees") == "candles"
    assert empty_index.suggest("bell candees") == "bell candies", (
        "not the commonest, but what stands beside it"
    )


def test_a_slip_in_a_field_is_put_right_whoever_else_made_it_elsewhere(empty_index: SearchIndex) -> None:
    empty_index.update(
        [
            IndexDocument("a", "On slavery", names=["Freeman, Mittie"]),
            IndexDocument("b", "A letter", text="slavry, and freman"),
            IndexDocument("c", "Candles"),
            *(IndexDocument(f"text{at}", text="candies", title="") for at in range(2)),
        ]
    )
    for typed, better in {
        "title:slavry": "title:slavery",
        'title:"on slavry"': 'title:"on slavery"',
        "creator:freman": "creator:freeman",
        "title:slavry creator:freman": "title:slavery creator:freeman",
        "slavry": None,
        "title:lettre": "title:letter",
        "title:candees letter": "title:candles",  # not candies, which no title holds
        "creator:lettre": None,  # a letter is here, but none who is called so
    }.items():
        assert empty_index.suggest(typed) == better, typed


def test_what_was_typed_right_gives_way_to_no_mere_guess(empty_index: SearchIndex) -> None:
    empty_index.update(
        [
            *(IndexDocument(f"river{at}", "The river") for at in range(3)),
            *(IndexDocument(f"song{at}", "Candles of a mute") for at in range(6)),
            *(IndexDocument(f"town{at}", "The town") for at in range(9)),
            IndexDocument("rare", "Gambi; a mother, mothers"),
        ]
    )
    assert empty_index.suggest("gambix river") is empty_index.suggest("gambix rivers") is None
    assert empty_index.suggest("mutiny river") is None, "what is near stands here in another form alone"
    assert empty_index.suggest("town candels") == "candles", "more than a few hold it"
    assert empty_index.suggest("river gammbi") == "gambi", "it is written almost alike"
    assert empty_index.suggest("motherr") == "mother", "not mothers, although mother is the stem of it"


def test_what_was_put_right_may_be_written_almost_alike_once_more(empty_index: SearchIndex) -> None:
    empty_index.update(
        [
            IndexDocument("a", "Frederick Douglass"),
            IndexDocument("b", "Frederick"),
            IndexDocument("c", "Douglas, a town"),
        ]
    )
    assert empty_index.suggest("frederik duglas") == "frederick douglass"


def test_a_slip_in_the_first_letter_is_tried_where_nothing_else_is_near(empty_index: SearchIndex) -> None:
    empty_index.update(
        [IndexDocument("a", "Candles"), IndexDocument("b", "Handles"), IndexDocument("c", "Handles")]
    )
    for slip in ("xandles", "acndles", "andles", "ccandles"):
        assert empty_index.suggest(slip) in ("candles", "handles"), slip
    assert empty_index.suggest("acndles") == empty_index.suggest("ccandles") == "candles"
    # What begins as it was written comes first, however few hold it.
    assert empty_index.suggest("candels") == "candles"


@pytest.mark.parametrize(
    ("typed", "better"),
    [
        ("l'abolitoin", "l'abolition"),
        ("L’esclavge", "L’esclavage"),
        ("O'Brein", "O'brien"),
        ("O’Brein letter", "O’brien letter"),
        ("slavrey's", "slavery's"),
        ('title:"l\'abolitoin"', 'title:"l\'abolition"'),
        ("abolitio\u0301in", "abolition"),
    ],
)
def test_a_slip_beside_an_apostrophe_is_put_right_and_the_rest_is_as_it_was_typed(
    empty_index: SearchIndex, typed: str, better: str
) -> None:
    empty_index.update([IndexDocument("a", "L'abolition de l’esclavage, slavery, a letter to O'Brien")])
    assert empty_index.suggest(typed) == better
    assert found(empty_index, better) == {"a"}
