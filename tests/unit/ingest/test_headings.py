"""What a message says in its headings is read as far as it is kept, and a mailbox of nothing else is not read for ever."""

from __future__ import annotations

import pytest

from ingest.failures import ReadFailure
from ingest.readers import headings
from ingest.readers.headings import Mailbox


def test_what_people_write_in_headings_is_read_whole() -> None:
    message = Mailbox().message(
        b"Subject: =?utf-8?q?Caf=C3=A9?=\nTo: One <one@example.org>,\n Two <two@example.org>\n"
        b'Content-Type: text/plain; charset="utf-8"; format=flowed; delsp=yes; name="a;b.txt"\n'
        b"Content-Disposition: attachment; filename*0*=utf-8''a%20long;\n filename*1*=%20name.txt\n\nwords\n"
    )
    assert str(message["Subject"]) == "Café"
    assert [one.addr_spec for one in message["To"].addresses] == ["one@example.org", "two@example.org"]
    assert dict(message["Content-Type"].params)["charset"] == "utf-8"
    assert message.get_content_type() == "text/plain"
    assert dict(message["Content-Type"].params)["name"] == "a;b.txt"
    assert message.get_filename() == "a long name.txt"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_letters_that_a_mailer_of_old_wrote_as_they_are_are_read(encoding: str) -> None:
    head = 'From: José Muñoz <jose@example.org>\nSubject: Canción de María\nContent-Disposition: attachment; filename="canción.txt"'
    message = Mailbox().message(f"{head}\n\nhola\n".encode(encoding))
    assert message["From"].addresses[0].display_name == "José Muñoz"
    assert str(message["Subject"]) == "Canción de María"
    assert message.get_filename() == "canción.txt"


def test_of_a_heading_that_is_one_long_list_only_its_beginning_is_read() -> None:
    said = "; ".join(f"a{number}=b" for number in range(900))
    message = Mailbox().message(
        f"Subject: {'x' * 9000}\nContent-Type: text/plain; {said}\n\nwords\n".encode()
    )
    assert message.get_content_type() == "text/plain"
    assert len(message["Content-Type"].params) < headings.MOST_PARAMETERS
    assert len(str(message["Subject"])) == headings.LONGEST_SAYING


def test_a_heading_that_comes_again_is_not_read_again() -> None:
    message = Mailbox().message(b"Content-Type: text/plain; charset=utf-8\n\nwords\n")
    assert message["Content-Type"] is message["Content-Type"]


def test_messages_that_ask_for_more_than_any_of_their_size_needs_are_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letter = b"Subject: x\nContent-Type: text/plain\n\nwords\n"
    mailbox = Mailbox()
    assert [mailbox.message(letter).get_content_type() for _ in range(5)] == ["text/plain"] * 5
    # As if they were a thousand times as many.
    monkeypatch.setattr(headings, "FREE_S", 0.0)
    monkeypatch.setattr(headings, "SECONDS_A_BYTE", 0.0)
    with pytest.raises(ReadFailure) as refused:
        Mailbox().message(letter)
    assert refused.value.code == "took-too-long"
