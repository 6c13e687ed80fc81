"""The choices of a receipt are held against what a bag, or the archive, holds of them."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive.access import contributor
from archive.bags import add_revision, read_bag
from archive.models import Consent, today
from archive.models.errors import BadInputError
from archive.services import receipts
from archive.services.opening import Archive
from archive.services.receipt_choices import CHOICES, Allowed, ChoiceVerdict, compare, line_of
from archive.services.receipt_held import Held, hold, together
from archive.services.receipt_text import Agreed, GivenFile, Receipt, read_receipt, write_receipt
from tests.fixtures.forged import forged
from tests.fixtures.items import item_of

SAID: dict[str, Any] = {
    "audience": "public",
    "not_before": "2030-03-25",
    "not_after": "",
    "place_precision": "town",
    "places_shown": ["Norfolk", "Richmond"],
    "reuse": "https://rightsstatements.org/vocab/InC/1.0/",
    "naming": "other-name",
    "name_shown": "Rosa \u201cR\u201d",
    "people": "agreed",
}
PLACES = {"Mill Lane 3": "Richmond", "Elsewhere": "Norfolk"}
FILE = GivenFile("a.txt", 1, "0" * 128, "8m4n0ry3w1v5jtce")
ALLOWED = Allowed(2, SAID)
RECEIPT = Receipt("7k3m9qx2v0t4hsbd", (FILE,), ("1", "c0ffee"), ALLOWED)


def version(number: int, **other: Any) -> dict[str, Any]:
    """A version of the consent as a bag's record holds it, with what differs."""
    kept = {"places_shown": PLACES, "not_after": None, "version": number}
    return SAID | kept | {"given_on": f"2026-11-{number:02}"} | other


def verdicts(*kept: dict[str, Any]) -> dict[str, str]:
    return {one.name: str(one.verdict) for one in compare(ALLOWED, kept)}


def written(receipt: Receipt = RECEIPT) -> str:
    return write_receipt("Remembrance", today(), receipt, Agreed("1", "c0ffee", "We agree.\nallowed {\n}"))


def test_the_choices_are_read_as_they_were_written() -> None:
    assert read_receipt(written()) == RECEIPT
    assert line_of(ALLOWED) in written()


def test_a_line_of_choices_that_a_mail_program_broke_is_read_all_the_same() -> None:
    line = line_of(ALLOWED)
    assert read_receipt(written().replace(line, line.replace(", ", ",\n"))) == RECEIPT


def test_a_receipt_of_before_that_tells_none_is_a_receipt() -> None:
    old = dataclasses.replace(RECEIPT, allowed=None)
    assert read_receipt(written(old)) == old


def test_no_choice_for_programs_is_another_than_it_was_written_with() -> None:
    with pytest.raises(BadInputError) as caught:
        read_receipt(written().replace('"audience": "public"', '"audience": "staff"'))
    assert caught.value.code == "bad-receipt"


def test_what_the_record_says_too_is_the_same() -> None:
    assert set(verdicts(version(1, audience="staff"), version(2)).values()) == {"same"}
    # A bag knows the places of its own item alone.
    assert verdicts(version(2, places_shown={"Mill Lane 3": "Richmond"}))["places_shown"] == "same"


@pytest.mark.parametrize("name", CHOICES)
def test_what_was_changed_later_is_said_to_be_and_on_which_day(name: str) -> None:
    other: dict[str, Any] = {"places_shown": {"Mill Lane 3": "Virginia"}, "place_precision": "exact"}
    changed = version(4, **{name: other.get(name, "none")})
    found = {one.name: one for one in compare(ALLOWED, [version(2), version(3), changed])}
    assert (found[name].verdict, found[name].on) == (ChoiceVerdict.CHANGED, date(2026, 11, 4))
    assert {one.verdict for key, one in found.items() if key != name} == {ChoiceVerdict.SAME}
    # Changed and changed back is as it was.
    assert verdicts(version(2), changed, version(5))[name] == "same"


@pytest.mark.parametrize("name", CHOICES)
def test_what_no_version_agrees_with_is_different(name: str) -> None:
    other: dict[str, Any] = {"places_shown": {"Mill Lane 3": "Virginia"}, "place_precision": "exact"}
    assert verdicts(version(1), version(2, **{name: other.get(name, "none")}))[name] == "different"


RENAMED = "Mill Lane Three"


@pytest.mark.parametrize("shown", [{RENAMED: "Richmond"}, {"Mill Lane 3": "Richmond", RENAMED: "Richmond"}])
def test_a_place_to_which_the_desk_gave_another_name_is_shown_as_the_receipt_says(
    shown: dict[str, str],
) -> None:
    assert verdicts(version(2, places_shown=shown))["places_shown"] == "same"
    assert verdicts(version(2), version(3, places_shown=shown))["places_shown"] == "same"


@pytest.mark.parametrize(
    "shown",
    [
        {RENAMED: RENAMED},
        {RENAMED: "Mill Lane 3"},
        {"Mill Lane 3": "Mill Lane 3"},
    ],
)
def test_a_place_that_is_shown_otherwise_than_the_receipt_says_is_told_by_whatever_name(
    shown: dict[str, str],
) -> None:
    assert verdicts(version(2, places_shown=shown))["places_shown"] == "different"
    assert verdicts(version(2), version(3, places_shown=shown))["places_shown"] == "changed-since"


def test_choices_of_a_later_version_than_the_bag_holds_are_said_to_be() -> None:
    found = verdicts(version(1, audience="staff"))
    assert found.pop("audience") == "newer" and set(found.values()) == {"same"}


def test_a_record_that_tells_no_choices_says_nothing() -> None:
    for kept in ([], [{}], [version(2) | {"given_on": "one day"}], [{"version": 2}]):
        assert compare(ALLOWED, kept) == ()


def test_paper_tells_no_name_and_no_place_that_nobody_is_shown(archive: Archive, kept_item: str) -> None:
    submission_id = item_of(archive, kept_item).submission_id
    with archive.db.write() as session:
        (consent,) = session.query(Consent).filter_by(submission_id=submission_id)
        kept = consent.naming, consent.name_shown, consent.place_precision, consent.places_shown
        consent.naming, consent.name_shown = "no-name", "Rosa"
        consent.place_precision, consent.places_shown = "exact", {"Mill Lane 3": "Richmond"}
    text = receipts.receipt(archive, contributor([submission_id]), submission_id)
    with archive.db.write() as session:
        (consent,) = session.query(Consent).filter_by(submission_id=submission_id)
        consent.naming, consent.name_shown, consent.place_precision, consent.places_shown = kept
    assert "Rosa" not in text and "Mill Lane" not in text


def test_paper_tells_the_towns_and_never_the_places_that_they_stand_for(
    archive: Archive, kept_item: str
) -> None:
    submission_id = item_of(archive, kept_item).submission_id
    with archive.db.write() as session:
        (consent,) = session.query(Consent).filter_by(submission_id=submission_id)
        kept = consent.place_precision, consent.places_shown
        consent.place_precision, consent.places_shown = "town", PLACES
    text = receipts.receipt(archive, contributor([submission_id]), submission_id)
    with archive.db.write() as session:
        (consent,) = session.query(Consent).filter_by(submission_id=submission_id)
        consent.place_precision, consent.places_shown = kept
    assert '"places_shown": ["Norfolk", "Richmond"]' in text
    assert not [place for place in PLACES if place in text]


def test_a_receipt_of_before_that_tells_the_places_too_is_held_by_their_towns() -> None:
    old = written(dataclasses.replace(RECEIPT, allowed=Allowed(2, SAID | {"places_shown": PLACES})))
    assert "Mill Lane 3" in old
    read = read_receipt(old)
    assert read.allowed is not None
    assert {one.verdict for one in compare(read.allowed, [version(2)])} == {ChoiceVerdict.SAME}
    found = compare(read.allowed, [version(2, places_shown={"Mill Lane 3": "Mill Lane 3"})])
    assert [one.name for one in found if one.verdict == ChoiceVerdict.DIFFERENT] == ["places_shown"]


@pytest.fixture
def receipt(archive: Archive, kept_item: str) -> str:
    submission_id = item_of(archive, kept_item).submission_id
    return receipts.receipt(archive, contributor([submission_id]), submission_id)


@pytest.fixture
def bag(archive: Archive, kept_item: str, tmp_path: Path) -> Path:
    copy = Path(shutil.copytree(archive.bag_folder(f"bags/{kept_item}"), tmp_path / kept_item))
    for path in copy.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return copy


@pytest.fixture
def rewrite(bag: Path) -> Callable[[Callable[[list[dict[str, Any]]], object]], None]:
    """Changes the versions of the consent in the newest record of the bag."""

    def rewrite(change: Callable[[list[dict[str, Any]]], object]) -> None:
        record = json.loads(read_bag(bag).record("record.json"))
        change(record["consent"])
        add_revision(bag, {"record.json": json.dumps(record).encode()})

    return rewrite


def test_a_bag_says_of_each_choice_whether_its_record_agrees(
    receipt: str, bag: Path, rewrite: Callable[[Callable[[list[dict[str, Any]]], object]], None]
) -> None:
    answer = receipts.verify_bag(receipt, bag)
    assert answer.ok and {one.verdict for one in answer.held.choices} == {ChoiceVerdict.SAME}
    rewrite(lambda all: all.append(all[-1] | {"version": 2, "audience": "staff", "given_on": "2026-11-20"}))
    answer = receipts.verify_bag(receipt, bag)
    (changed,) = (one for one in answer.held.choices if one.verdict != ChoiceVerdict.SAME)
    assert answer.ok, "whoever gave it may change their mind"
    assert (changed.name, changed.on, changed.now) == ("audience", date(2026, 11, 20), "staff")
    rewrite(lambda all: all[0].update(audience="community"))
    answer = receipts.verify_bag(receipt, bag)
    assert not answer.ok and answer.held.choices[0].verdict == ChoiceVerdict.DIFFERENT


def test_the_archive_says_it_only_of_what_it_keeps(archive: Archive, receipt: str, kept_item: str) -> None:
    found = receipts.allowed(archive, receipt).choices
    assert [one.name for one in found] == list(CHOICES)
    assert {one.verdict for one in found} == {ChoiceVerdict.SAME}
    false = forged(receipt, '"audience": "public"', '"audience": "staff"')
    assert receipts.allowed(archive, false).choices[0].verdict == ChoiceVerdict.DIFFERENT
    unknown = forged(receipt, kept_item, "8m4n0ry3w1v5jtce")
    assert receipts.allowed(archive, unknown).choices == ()


def test_the_archive_says_what_the_bag_says_whatever_its_database_holds(
    archive: Archive, receipt: str, kept_item: str
) -> None:
    with archive.db.write() as session:
        consent = session.get_one(Consent, item_of(archive, kept_item).consent_id)
        kept = consent.audience, consent.agreement_version
        consent.audience, consent.agreement_version = "community", "another"
    try:
        held = receipts.allowed(archive, receipt)
        assert {one.verdict for one in held.choices} == {ChoiceVerdict.SAME}
        assert held == receipts.verify_bag(receipt, archive.bag_folder(f"bags/{kept_item}")).held
    finally:
        with archive.db.write() as session:
            consent = session.get_one(Consent, item_of(archive, kept_item).consent_id)
            consent.audience, consent.agreement_version = kept


def test_what_was_chosen_since_and_waits_for_its_bag_is_said_at_once(
    archive: Archive, receipt: str, kept_item: str
) -> None:
    item = item_of(archive, kept_item)
    with archive.db.write() as session:
        later = Consent(submission_id=item.submission_id, version=2, audience="staff", naming="no-name")
        session.add(later)
    try:
        found = {one.name: one.verdict for one in receipts.allowed(archive, receipt).choices}
        assert found["audience"] == ChoiceVerdict.CHANGED
    finally:
        with archive.db.write() as session:
            session.delete(session.get_one(Consent, later.id))


def test_terms_are_the_same_only_in_the_same_version_and_wording() -> None:
    record = version(2, agreement_version="1", agreement_fingerprint="c0ffee")
    assert hold(RECEIPT, [record]) == Held(True, compare(ALLOWED, [record]))
    for other in ({"agreement_version": "2"}, {"agreement_fingerprint": "decaf"}):
        assert hold(RECEIPT, [record | other]).is_agreed is False
    # Neither where the receipt names none, nor where nothing can be read.
    assert hold(dataclasses.replace(RECEIPT, agreed=None), [record]).is_agreed is None
    assert hold(RECEIPT, []) == Held()


def test_of_several_bags_the_gravest_is_told() -> None:
    well = version(2, agreement_version="1", agreement_fingerprint="c0ffee")
    worse = version(2, audience="staff", agreement_version="2", agreement_fingerprint="c0ffee")
    for order in ([well, worse], [worse, well]):
        found = together(hold(RECEIPT, [one]) for one in order)
        assert found.is_agreed and not found.ok
        different = [one.name for one in found.choices if one.verdict == ChoiceVerdict.DIFFERENT]
        assert different == ["audience"] and len(found.choices) == len(CHOICES)
    assert together([]) == Held()
