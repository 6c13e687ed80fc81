"""An item stands in a story wherever the page reads a picture of it: it is found, taken out and replaced there, with all its words."""

from __future__ import annotations

import pytest

from archive.services.story_items import _without, id_in, named_in, place_in, with_another
from archive.services.story_text import pictures, read

ONE, TWO = "abcdefghij234567", "zyxwvutsrq765432"
ENTITY = f"&#97;{ONE[1:]}"
FORMS = {
    "plain": f"![Xanthippe]({ONE})",
    "brackets in its words": f"![Maria [1850] Xanthippe in her kitchen]({ONE})",
    "an escaped bracket": f"![Maria \\] Xanthippe]({ONE})",
    "brackets in its title": f'![Maria]({ONE} "Pedro (a) Xanthippe")',
    "a title in brackets": f"![Maria](</items/{ONE}> (Pedro \\) Xanthippe))",
    "the address of its page": f"![Xanthippe](https://archive.example/fr/items/{ONE}?page=3#file-x)",
    "below a path": f"![Xanthippe](https://archive.example/archive/items/{ONE}/)",
    "named elsewhere": f'![Xanthippe][r] again\n\n[r]: {ONE} "Pedro Xanthippe"',
    "named by its words": f"![Xanthippe][] and ![xanthippe]\n\n[Xanthippe]: {ONE}\n  'Pedro\n  Xanthippe'",
    "named twice": f'![a][r]\n\n[r]: {TWO}\n[r]: /items/{ONE} "Xanthippe"',
    "named and not used": f'[Xanthippe]: {ONE} "Xanthippe"',
    "over two lines of a quotation in a list": f"- > so\n  > ![Maria [1850]\n  > Xanthippe]({ONE}) there",
    "in a heading": f"> ## ![`]` Xanthippe]({ONE}) ##",
    "in a link": f"[![Xanthippe]({ONE})](https://example.org)",
    "with another in its words": f"![Xanthippe ![Xanthippe]({ONE})]({ONE})",
    "in the words of another": f"![Maria ![in [1850] Xanthippe]({ONE})]({TWO})",
    "made when one is gone": f"!![a]({ONE})[Maria [1850] Xanthippe]({ONE})",
    "with a letter written otherwise": f"![Xanthippe]({ENTITY})",
    "shown as it is typed": f"`![Xanthippe]({ONE})`",
}
forms = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
OTHER = f'![another]({TWO} "kept")'


@forms
def test_of_an_item_that_is_taken_out_no_word_stays_and_everything_else_does(form: str) -> None:
    for end in ("\n", "\r\n"):
        body = f"Before\tit *was*.\n\n{form}\n\nAfter it, {OTHER}.\n".replace("\n", end)
        said = _without(body, ONE)
        assert "xanthippe" not in said.lower() and "Pedro" not in said and ONE[1:] not in said
        if not form.startswith(("`", "!!")):
            assert read(said).split() == read(body).split()
        assert "Before\tit *was*." in said and f"After it, {OTHER}." in said
    assert _without(body, "0" * 16) == body


@forms
def test_what_is_said_of_a_picture_is_not_read_and_what_stands_around_it_is(form: str) -> None:
    said = read(f"Before *it*.\n\n{form}\n\nAfter [it](/about 'Xanthippe')")
    if not form.startswith(("`", "!!")):
        assert "Xanthippe" not in said and "Pedro" not in said
    assert "Before it." in said and "After it" in said and "about" not in said


@forms
def test_another_item_stands_where_one_stood_with_the_same_words(form: str) -> None:
    body = f"Before.\n\n{form}\n\n{OTHER}"
    said = with_another(body, [ONE], "1" * 16)
    assert named_in(said) == [("1" * 16 if one == ONE else one) for one in named_in(body)]
    assert said.count("Xanthippe") == body.count("Xanthippe") or ENTITY in body
    assert read(said).replace("1" * 16, ONE) == read(body)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        (ONE, ""),
        (f"/items/{ONE}?page=3#file-x", "?page=3#file-x"),
        (f"/fr/items/{ONE}#t=83", "#t=83"),
        (f"{ONE}?t=83#t=83", "?t=83#t=83"),
        (f"/items/{ONE}/", ""),
        (f"https://archive.example/archive/es/items/{ONE}/?file={TWO}&t=83", f"?file={TWO}&t=83"),
        (f"/items/{ONE}/text/{TWO}?part=2#place-44", f"/text/{TWO}?part=2#place-44"),
    ],
)
def test_the_address_of_a_place_names_the_item_and_the_place(address: str, place: str) -> None:
    assert place_in(address) == (ONE, place)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/about",
        f"/stories/{ONE}",
        f"x{ONE}",
        f"/items/{ONE}/more",
        f"ftp://a.example/items/{ONE}",
        "http://[",
    ],
)
def test_other_addresses_name_no_item(address: str) -> None:
    assert id_in(address) == ""


def test_every_picture_is_told_in_order() -> None:
    assert pictures(f"![a](/x.png) {OTHER} ![b]() [not](/y)") == ["/x.png", TWO, ""]
