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
        "1q2w3e4r5t6y7u8i9o0p",
        "q1w2e3r4t5y6u7i8",
        "qazwsxedcrfvtgb",
        "QAZwsxEDCrfvTGB",
        "a1b2c3d4e5f6g7h8",
        "1a2b3c4d5e6f7g8h",
        "qawsedrftgyhujik",
        "p0o9i8u7y6t5r4e3",
        # The same on other keyboards.
        "1q2w3e4r5t6z7u8i",
        "qaywsxedcrfvtgbzhn",
        "a1z2e3r4t5y6u7i8",
        "aqwzsxedcrfvtgb",
        "thequickbrownfox",
        "The quick brown fox jumps!",
        "the_quick_brown_fox_jumps_over",
        "tobeornottobethatis",
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
        "the brown fox sings over lazy rivers",
        "to be quick is not the point",
        "le vieux phare siffle encore",
        "guarda-chuva azul na varanda",
        "x7#kPq9!vB2&mZ4",
        "ñandú cósmico zigzag",
    ],
)
def test_four_words_of_ones_own_are_taken(password: str) -> None:
    assert not passwords.is_common(password)


def test_what_the_demonstration_makes_up_is_always_taken() -> None:
    made = ("-".join(secrets.token_hex(2) for _ in range(5)) for _ in range(400))
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
