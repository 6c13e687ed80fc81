"""What was cut on its way is never shown as if it were all: it is said that it breaks off, and what is there is shown."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from ingest.readers.breaking_off import breaks_off
from tests.fixtures import given, hostile_cut
from tests.fixtures.hostile_locked import ARMOUR, eml_encrypted, eml_in_an_envelope
from tests.unit.ingest.conftest import Look


def told(found) -> set[str]:
    return {note.code for note in found.notes}


@pytest.mark.parametrize("name", hostile_cut.WHOLE)
def test_a_half_is_told_and_a_whole_is_not(look: Look, name: str) -> None:
    whole = look(hostile_cut.WHOLE[name](), name)
    assert whole.failure is None
    assert "cut-short" not in told(whole)
    half = look(hostile_cut.cut(name, 0.5), name)
    if name in hostile_cut.SHOWN_IN_PART:
        assert half.failure is None
        assert "cut-short" in told(half)
        assert half.copies
    else:
        assert half.failure is not None and half.failure.code == "damaged"


@pytest.mark.parametrize(
    "share", [pytest.param(0.3, marks=pytest.mark.slow), 0.7, pytest.param(0.9, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("name", sorted(hostile_cut.SHOWN_IN_PART - {"scans.tif", "moving.gif"}))
def test_wherever_it_was_cut_it_is_told(look: Look, name: str, share: float) -> None:
    found = look(hostile_cut.cut(name, share), name)
    assert found.failure is not None or "cut-short" in told(found)


@pytest.fixture
def at(tmp_path: Path):
    """Whether a file of these bytes is said to break off."""

    def broken_off(data: bytes) -> bool:
        (tmp_path / "file").write_bytes(data)
        return breaks_off(tmp_path / "file")

    return broken_off


def test_a_length_that_was_never_known_is_no_promise(at) -> None:
    """As of a recording that went down a pipe, whose head could not be written anew at its end."""
    wave = given.recording("a.wav", "pcm_s16le")
    place = wave.index(b"data") + 4
    for unknown in (0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF024):
        assert not at(wave[:place] + struct.pack("<I", unknown) + wave[place + 4 :])
    sun = given.recording("a.au", "pcm_s16be")
    assert not at(sun[:8] + struct.pack(">I", 0xFFFFFFFF) + sun[12:])
    film = given.film("a.mkv")
    segment = film.index(b"\x18\x53\x80\x67") + 4
    assert not at(film[:segment] + b"\x01" + b"\xff" * 7 + film[segment + 8 : len(film) // 2])


def test_a_recording_of_a_telephone_that_does_not_mark_its_last_page_is_whole(at) -> None:
    sound = given.recording("a.ogg", "flac")
    last = sound.rindex(b"OggS")
    assert sound[last + 5] == 4
    assert not at(sound[: last + 5] + b"\0" + sound[last + 6 :])
    assert at(sound[:-1])
    assert at(sound[: last + 20])
    assert at(sound[: last + 2])


def test_what_other_programs_put_behind_an_end_does_not_make_it_none(at) -> None:
    assert not at(given.pdf() + b"\n<!-- sent by a server -->\n" + bytes(3000))
    assert at(given.pdf() + b"\n9 0 obj\n<</Type")
    assert not at(given.mp3() + b"TAG" + bytes(125))
    assert not at(given.mp4() + b"SEFT" * 99)
    moving = hostile_cut.WHOLE["moving.gif"]()
    assert not at(moving[:-1])
    assert not at(moving + bytes(700))


def test_a_wave_too_long_for_its_own_head_says_its_length_elsewhere(at) -> None:
    lengths = struct.pack("<QQQI", 20_000, 19_900, 9_950, 0)
    head = b"RF64" + b"\xff" * 4 + b"WAVEds64" + struct.pack("<I", len(lengths)) + lengths
    assert at(head + bytes(10_000))
    assert not at(head + bytes(20_000))


def test_a_count_of_bytes_at_the_head_of_an_mp3_is_believed_whoever_wrote_it(at) -> None:
    head = b"\xff\xfb\x90\x00" + bytes(32) + b"VBRI" + struct.pack(">HHHI", 1, 0, 0, 50_000)
    assert at(head + bytes(20_000))
    assert not at(head + bytes(50_000))


def test_a_message_for_keys_alone_is_told_as_locked(look: Look) -> None:
    alone = b"From: a@example.org\nSubject: sealed\n\n" + ARMOUR
    for sealed in (eml_in_an_envelope(), eml_encrypted(), alone):
        found = look(sealed, "letter.eml")
        assert found.failure is not None and found.failure.code == "encrypted"


def test_a_message_that_is_only_signed_reads_on(look: Look) -> None:
    signed = (
        b"From: a@example.org\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="b"\n\n'
        b"--b\nContent-Type: text/plain\n\nFor all to read.\n\n"
        b"--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\nMIIB\n--b--\n"
    )
    clear = (
        b"From: a@example.org\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nFor all to read.\n"
        b"-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"
    )
    for message in (signed, clear):
        found = look(message, "letter.eml")
        assert found.failure is None
        assert "For all to read." in found.passages[0].text
    opaque = eml_in_an_envelope().replace(b"enveloped-data", b"signed-data")
    assert look(opaque, "letter.eml").failure is None


def test_a_mailbox_is_read_and_says_that_some_of_its_messages_are_locked(look: Look) -> None:
    line = b"From a@example.org Thu Jan  1 00:00:00 1970\n"
    some = line + b"From: c@example.org\n\nFor all to read.\n\n" + line + eml_in_an_envelope() + b"\n"
    found = look(some, "letters.mbox")
    assert found.failure is None
    assert [one.text for one in found.passages] == ["For all to read."]
    assert "messages-locked" in told(found)
    none = look((line + eml_encrypted() + b"\n") * 2, "letters.mbox")
    assert none.failure is not None and none.failure.code == "encrypted"
