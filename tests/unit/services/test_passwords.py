"""Passwords: long ones are taken unless too much of them is what others would guess first."""

from __future__ import annotations

import secrets

import pytest

from archive.models.errors import BadInputError
from archive.services import passwords
from archive.services.opening import Archive


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "Password12345678",
        "P@ssw0rd!P@ssw0rd!",
        "qwertyuiopasdfghjkl",
        "azertyuiopqsdfghjklm",
        "qwertzuiopyxcvbnm",
        "1qaz2wsx3edc4rfv",
        "123456789012345",
        "098765432109876",
        "abcdefghijklmnopqrstuvwxyz",
        "aaaaaaaaaaaaaaaa",
        "ababababababababab",
        "xyzzyxyzzyxyzzyxyzzy",
        "iloveyouforever1987",
        "correcthorsebatterystaple",
        "correct horse battery staple",
        "contraseñasegura2024"[:11] + "12345678",
        "minhasenhasecreta"[:10] + "minhasenha",
        "motdepasse-motdepasse",
        "remembrance-archive-2026",
        "letmein letmein letmein",
        "Sunshine.Dragon.Monkey",
    ],
)
def test_what_others_would_guess_first_is_not_taken(password: str) -> None:
    assert passwords.is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "four random plain words",
        "kettle ribbon orchard seven",
        "tres tigres tristes tragan trigo",
        "le vieux phare siffle encore",
        "guarda-chuva azul na varanda",
        "x7#kPq9!vB2&mZ4",
        "ñandú cósmico zigzag",
    ],
)
def test_four_words_of_ones_own_are_taken(password: str) -> None:
    assert not passwords.is_common(password)


def test_what_the_demonstration_makes_up_is_always_taken() -> None:
    made = ("-".join(secrets.token_hex(2) for _ in range(5)) for _ in range(2000))
    assert not any(passwords.is_common(one) for one in made)


@pytest.mark.parametrize(
    "password", ["Ada Lovelace 1815 Ada", "harborside-harborside", "the harborside archive"]
)
def test_names_of_the_user_and_of_the_archive_count_for_nothing(password: str) -> None:
    assert passwords.is_common(password, ("ada lovelace", "Harborside Archive", ""))


def test_length_and_commonness_are_told_apart(archive: Archive) -> None:
    for password, code in (
        ("short one", "bad-password"),
        ("w" * (passwords.LONGEST + 1), "bad-password"),
        ("passwordpassword", "common-password"),
        ("hortensia-hortensia", "common-password"),
    ):
        with pytest.raises(BadInputError) as caught:
            passwords.hash_password(archive, password, "Hortensia")
        assert caught.value.code == code
    assert passwords.hash_password(archive, "four random plain words", "Hortensia").startswith("$argon2id$")
