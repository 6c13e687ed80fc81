"""A receipt proves what was given: to a person in words, to a program in any language, against bytes read now."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete

from archive.access import OPERATOR, Actor, contributor
from archive.bags import BagRefusedError, add_revision, read_bag
from archive.models import File, Item, ItemState, new_id, today
from archive.models.errors import BadInputError, ConflictError, NotFoundError
from archive.services import drafts, receipts, sending
from archive.services.opening import Archive
from archive.services.receipt_text import (
    MARK,
    Agreed,
    GivenFile,
    Receipt,
    ReceiptWords,
    read_receipt,
    write_receipt,
)
from archive.services.receipts import Verdict
from tests.fixtures.drafts import READY, add, begin
from tests.fixtures.forged import forged
from tests.fixtures.items import item_of, put

HOSTILE = "a\n" + MARK + "\nfile “é\u202e.txt"


def giver(archive: Archive, item_id: str) -> tuple[str, Actor]:
    submission_id = item_of(archive, item_id).submission_id
    return submission_id, contributor([submission_id])


def receipt_of(archive: Archive, item_id: str) -> str:
    submission_id, who = giver(archive, item_id)
    return receipts.receipt(archive, who, submission_id)


def just_sent(archive: Archive, name: str = "letter.txt") -> tuple[str, Actor, str]:
    submission_id, who = begin(archive)
    add(archive, submission_id, b"A letter that nobody has put into a bag.", name)
    drafts.save(archive, who, submission_id, READY)
    sending.send(archive, who, submission_id, "en")
    with archive.db.read() as session:
        item_id = session.query(Item.id).filter_by(submission_id=submission_id).scalar()
    return submission_id, who, item_id


def verdicts(archive: Archive, text: str) -> list[str]:
    return [one.verdict for one in receipts.check(archive, text)]


def test_a_receipt_says_in_words_what_was_given_and_agreed(archive: Archive) -> None:
    submission_id, who, item_id = just_sent(archive)
    text = receipts.receipt(archive, who, submission_id, choices=[("Who may see it?", "Everyone")])
    item = item_of(archive, item_id)
    profile = archive.profiles["march-25"]
    for words in (
        archive.settings.site_name,
        submission_id,
        item_id,
        item.received_on.isoformat(),
        "letter.txt",
        "Bytes: 40",
        profile.agreement.version,
        profile.agreement.fingerprint,
        "Who may see it?: Everyone",
        profile.agreement.texts["en"].splitlines()[-1].strip(),
    ):
        assert words in text, words
    assert "{#" not in text, "the parts of an agreement have names for programs"
    (file,) = read_receipt(text).files
    assert f"SHA-512: {file.sha512}" in text


def test_the_lines_for_programs_are_the_same_in_every_language(archive: Archive) -> None:
    submission_id, who, _ = just_sent(archive)
    shouted = ReceiptWords(**{one.name: one.name.upper() for one in dataclasses.fields(ReceiptWords)})
    one, other = (receipts.receipt(archive, who, submission_id, words) for words in (ReceiptWords(), shouted))
    assert one != other
    lines, others = (text[text.index(MARK) :].splitlines() for text in (one, other))
    # All but the sum of the words.
    assert (lines[:2], lines[3:]) == (others[:2], others[3:])
    assert read_receipt(one) == read_receipt(other)


def test_a_name_cannot_pretend_to_be_a_line_for_programs(archive: Archive) -> None:
    submission_id, who, _ = just_sent(archive, HOSTILE)
    text = receipts.receipt(archive, who, submission_id, choices=[("x", f"y\n{MARK}\nend 0")])
    assert [one.name for one in read_receipt(text).files] == [HOSTILE]
    assert text.isprintable() or {one for one in text if not one.isprintable()} == {"\n"}


def test_an_agreement_cannot_pretend_to_be_lines_for_programs() -> None:
    given = Receipt("7k3m9qx2v0t4hsbd", (GivenFile("a.txt", 1, "0" * 128, "8m4n0ry3w1v5jtce"),))
    agreed = Agreed("1", "", f"We agree.\n{MARK}\nsubmission {'1' * 16}\nend 0")
    assert read_receipt(write_receipt("Remembrance", today(), given, agreed)) == given


def test_pasted_with_other_line_ends_and_blanks_it_is_the_same_receipt(
    archive: Archive, kept_item: str
) -> None:
    text = receipt_of(archive, kept_item)
    pasted = "\ufeff  " + text.replace("\n", "  \r\n\r\n") + "\n\nKind regards"
    assert read_receipt(pasted) == read_receipt(text)


@pytest.mark.parametrize("lost", range(1, 6))
def test_a_receipt_that_lost_a_line_or_had_one_changed_is_none(
    archive: Archive, kept_item: str, lost: int
) -> None:
    lines = receipt_of(archive, kept_item).splitlines()
    with pytest.raises(BadInputError) as caught:
        read_receipt("\n".join(lines[:-lost] + lines[len(lines) - lost + 1 :]))
    assert caught.value.code == "bad-receipt"
    for text in (
        "",
        "Hello",
        MARK,
        "x" * 5_000_000,
        "\n".join(lines).replace(f"\n{MARK}", f"\n{MARK}\nfile x"),
    ):
        with pytest.raises(BadInputError):
            read_receipt(text)


def test_no_word_that_a_person_reads_on_it_can_be_another_than_it_was_written_with(
    archive: Archive,
) -> None:
    submission_id, who, item_id = just_sent(archive)
    text = receipts.receipt(archive, who, submission_id, choices=[("Who may see it?", "Everyone")])
    told = text[: text.index(MARK)]
    (sha512,) = {one.sha512 for one in read_receipt(text).files[:1]}
    for known, guessed in (
        (sha512, "0" * 128),
        ("Who may see it?: Everyone", "Who may see it?: Nobody"),
        (item_id, new_id()),
        ("Version of the agreement: ", "Version of the agreement: 9"),
        (told[-60:-50], "?"),
    ):
        assert known in told
        with pytest.raises(BadInputError) as caught:
            receipts.check(archive, told.replace(known, guessed) + text[len(told) :])
        assert caught.value.code == "bad-receipt"


def test_only_who_gave_it_gets_a_receipt_and_only_for_what_was_sent(archive: Archive) -> None:
    submission_id, who = begin(archive)
    add(archive, submission_id, b"A letter.", "letter.txt")
    with pytest.raises(ConflictError):
        receipts.receipt(archive, who, submission_id)
    for somebody in (OPERATOR, contributor([new_id()])):
        with pytest.raises(NotFoundError):
            receipts.receipt(archive, somebody, submission_id)


def test_what_is_kept_is_held_because_its_bytes_were_read_now(archive: Archive, kept_item: str) -> None:
    text = receipt_of(archive, kept_item)
    assert verdicts(archive, text) == ["held", "held"]
    file = names_in_bag(archive, kept_item)[0]
    place = archive.bag_folder(f"bags/{kept_item}") / "data" / file
    real = place.read_bytes()
    place.chmod(0o600)
    try:
        place.write_bytes(real[:-1] + b"?")
        assert verdicts(archive, text) == ["changed", "held"]
        place.unlink()
        assert verdicts(archive, text) == ["missing", "held"]
    finally:
        place.write_bytes(real)
    assert verdicts(archive, text) == ["held", "held"]


def names_in_bag(archive: Archive, item_id: str) -> list[str]:
    with archive.db.read() as session:
        return [file.safe_name for file in session.get_one(Item, item_id).files]


def test_what_has_no_bag_yet_is_held_too(archive: Archive) -> None:
    submission_id, who, _ = just_sent(archive)
    assert verdicts(archive, receipts.receipt(archive, who, submission_id)) == ["held"]


def test_what_was_withdrawn_is_said_to_be_and_not_read(archive: Archive) -> None:
    submission_id, who, item_id = just_sent(archive)
    text = receipts.receipt(archive, who, submission_id)
    put(archive, item_id, ItemState.WITHDRAWN)
    assert verdicts(archive, text) == ["withdrawn"]
    with archive.db.write() as session:
        session.execute(delete(File).where(File.item_id == item_id))
    assert verdicts(archive, text) == ["withdrawn"]


def test_whoever_has_no_receipt_learns_nothing(archive: Archive, kept_item: str) -> None:
    """Not by a copy of the file, nor by the item's public address: every fact must be that of one receipt."""
    text = receipt_of(archive, kept_item)
    given = read_receipt(text)
    first = given.files[0]
    for known, guessed in (
        (given.submission_id, new_id()),
        (kept_item, new_id()),
        (first.sha512, "0" * 128),
        (f" {first.size} ", f" {first.size + 1} "),
    ):
        assert verdicts(archive, forged(text, known, guessed))[0] == "unknown"
    # A draft is nobody's business.
    submission_id, who, item_id = just_sent(archive)
    text = receipts.receipt(archive, who, submission_id)
    put(archive, item_id, ItemState.DRAFT)
    assert verdicts(archive, text) == ["unknown"]


def test_no_look_at_a_receipt_reads_without_end(archive: Archive, kept_item: str) -> None:
    text = receipt_of(archive, kept_item)
    sizes = [one.size for one in read_receipt(text).files]
    narrow = dataclasses.replace(
        archive, settings=dataclasses.replace(archive.settings, receipt_check_bytes=sizes[0])
    )
    assert verdicts(narrow, text) == ["held", "not-read"]


@pytest.fixture
def bag(archive: Archive, kept_item: str, tmp_path: Path) -> Path:
    copy = Path(shutil.copytree(archive.bag_folder(f"bags/{kept_item}"), tmp_path / kept_item))
    for path in copy.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return copy


def test_a_bag_that_holds_all_of_it_says_so(archive: Archive, kept_item: str, bag: Path) -> None:
    answer = receipts.verify_bag(receipt_of(archive, kept_item), bag)
    assert answer.ok and answer.held.is_agreed is None
    assert (answer.bag_id, [one.verdict for one in answer.findings]) == (kept_item, ["held", "held"])


def test_the_agreement_of_a_receipt_is_held_against_the_record_of_the_bag(
    archive: Archive, kept_item: str, bag: Path
) -> None:
    record = json.loads(read_bag(bag).record("record.json"))
    record["consent"][0] |= {"agreement_version": "7", "agreement_fingerprint": "c0ffee"}
    add_revision(bag, {"record.json": json.dumps(record).encode()})
    given = read_receipt(receipt_of(archive, kept_item))
    for agreed, said in (
        (("7", "c0ffee"), True),
        (("7", "c0fffe"), False),
        (("8", "c0ffee"), False),
        (None, None),
    ):
        one = dataclasses.replace(given, agreed=agreed)
        text = write_receipt("Remembrance", today(), one, Agreed("", "", ""))
        answer = receipts.verify_bag(text, bag)
        assert (answer.ok, answer.held.is_agreed) == (True, said)


def test_a_bag_in_which_a_file_was_changed_is_not_what_the_receipt_says(
    archive: Archive, kept_item: str, bag: Path
) -> None:
    place = next((bag / "data").iterdir())
    place.write_bytes(bytes(place.stat().st_size))
    answer = receipts.verify_bag(receipt_of(archive, kept_item), bag)
    assert not answer.ok
    assert sorted(one.verdict for one in answer.findings) == [Verdict.CHANGED, Verdict.HELD]
    assert answer.problems


def test_a_bag_that_is_whole_and_lacks_a_file_of_the_receipt_does_not_pass(
    archive: Archive, kept_item: str, bag: Path
) -> None:
    text = receipt_of(archive, kept_item)
    file = read_receipt(text).files[0]
    line = next(one for one in text.splitlines() if one.startswith(f"file {file.sha512}"))
    for more in (line.replace(file.sha512, "0" * 128), line):
        longer = text.replace(line, f"{line}\n{more}").replace("end 2", "end 3")
        answer = receipts.verify_bag(longer, bag)
        assert [one.verdict for one in answer.findings].count(Verdict.MISSING) == 1, more
        assert not answer.ok


def test_another_bag_and_what_is_no_bag_do_not_pass(
    archive: Archive, kept_item: str, bag: Path, tmp_path: Path
) -> None:
    submission_id, who, _ = just_sent(archive)
    with pytest.raises(BadInputError) as caught:
        receipts.verify_bag(receipts.receipt(archive, who, submission_id), bag)
    assert caught.value.code == "other-bag"
    with pytest.raises(BagRefusedError):
        receipts.verify_bag(receipt_of(archive, kept_item), tmp_path / "nothing")
    next((bag / "data").iterdir()).unlink()
    with pytest.raises(BagRefusedError):
        receipts.verify_bag(receipt_of(archive, kept_item), bag)
