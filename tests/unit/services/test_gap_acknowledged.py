"""What a restore lost can be acknowledged, signed and in public for ever; nothing else can be passed off as that."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC, Actor
from archive.models import Event
from archive.models.errors import ArchiveError, BadInputError, ConflictError, ForbiddenError, IntegrityError
from archive.services import (
    checkpoint_begun,
    checkpoint_gaps,
    checkpoint_keys,
    doctor_proof,
    gap_acknowledging,
    gap_text,
    health,
    receipt_ledger,
)
from archive.services.checkpoint_proofs import Standing
from archive.services.gap_check import point_of
from archive.web.app import create_app
from tests.fixtures.gone_back import (
    GoneBack,
    codes,
    forked,
    gone_back,
    outside_codes,
    remove,
    shown,
    take_down,
)
from tests.fixtures.items import actor
from tests.fixtures.ledgers import Ledger, ledger

__all__ = ["forked", "gone_back", "ledger"]

ARCHIVIST = Actor("a-user", {"archivist": frozenset()})


def test_what_was_acknowledged_is_told_and_is_no_alarm_any_more(gone_back: GoneBack) -> None:
    assert codes(gone_back) == {"event-gone"}
    made = gone_back.acknowledge()
    assert (made.entries, made.by, made.newest) == (gone_back.lost, "operator", point_of(gone_back.newest))
    for signed in (0, 1):
        assert codes(gone_back) == set()
        (sentence,) = gone_back.notes(*gone_back.kept)
        assert sentence.startswith(
            f"Restored from the backup of {gone_back.backup}: entries 6-8 stand in the ledger"
        )
        assert "by operator: The disk failed." in sentence
        assert ("is signed with the next checkpoint" in sentence) is not signed
        # Whoever has nothing but what is published is told the same.
        assert outside_codes(gone_back, shown(gone_back)) == set()
        assert gone_back.outside(shown(gone_back)).notes == [sentence]
        found = list(doctor_proof.ledger(gone_back.ledger.archive))
        assert [one.verdict for one in found if sentence in one.sentence] == ["note"]
        assert health.check(gone_back.ledger.archive)["ledger"]["gaps"] == 1
        newest = gone_back.ledger.a_day_passes()
        assert newest is not None and newest.counts["gap"] == 1
    gone_back.ledger.come()
    assert gone_back.ledger.a_day_passes() is not None and codes(gone_back) == set()


def test_what_a_history_took_the_place_of_is_a_gap_too(gone_back: GoneBack) -> None:
    """The restored database gives the number of a lost event again."""
    gone_back.ledger.happen(gone_back.ledger.items[1], "publish")
    assert codes(gone_back) == {"event-gone", "event-changed"}
    assert gone_back.acknowledge().entries == gone_back.lost
    assert codes(gone_back) == set()
    gone_back.ledger.a_day_passes()
    assert codes(gone_back) == set(), "the new one has an entry of its own"


def test_what_happened_before_the_backup_is_no_gap(gone_back: GoneBack) -> None:
    remove(gone_back, gone_back.ledger.items[0])
    found = gap_acknowledging.offer(gone_back.ledger.archive, OPERATOR, gone_back.backup)
    assert found.entries == gone_back.lost and [one.entry for one in found.others] == [1, None]
    later = gap_acknowledging.offer(gone_back.ledger.archive, OPERATOR, gone_back.backup + timedelta(days=1))
    assert later.entries == ((8, 8),), "a backup of a later day had more"
    gone_back.acknowledge()
    assert ("event-gone", 1) in gone_back.ledger.problems()


@pytest.mark.parametrize(
    "who",
    [
        PUBLIC,
        actor("curator"),
        actor("correspondent"),
        Actor("one", {"archivist": frozenset({"march-25"})}),
    ],
    ids=["a visitor", "a curator", "a correspondent", "an archivist of one collection"],
)
def test_only_who_answers_for_the_whole_archive_may_say_so(gone_back: GoneBack, who: Actor) -> None:
    with pytest.raises(ForbiddenError):
        gap_acknowledging.acknowledge(gone_back.ledger.archive, who, gone_back.backup, "Why not")
    assert checkpoint_gaps.read_all(gone_back.ledger.archive.settings) == []


def test_it_says_in_which_role_and_never_who(gone_back: GoneBack) -> None:
    gap = gap_acknowledging.acknowledge(
        gone_back.ledger.archive, ARCHIVIST, gone_back.backup, " The disk\n failed. "
    )
    assert (gap.by, gap.reason) == ("archivist", "The disk failed.") and "a-user" not in gap.note
    with gone_back.ledger.archive.db.read() as session:
        (told,) = session.scalars(select(Event).where(Event.kind == "acknowledge-gap")).all()
        assert (told.agent, told.detail["entries"]) == ("a-user", "6-8")


def test_what_cannot_be_acknowledged_writes_nothing(gone_back: GoneBack) -> None:
    archive, day = gone_back.ledger.archive, gone_back.backup

    def refused(backup: object = day, reason: str = "Why", mark: str = "") -> str:
        with pytest.raises(ArchiveError) as error:
            gap_acknowledging.acknowledge(archive, OPERATOR, backup, reason, mark=mark)  # type: ignore[arg-type]
        return error.value.code

    assert refused(reason=" \n ") == refused(reason="x" * 501) == "gap-reason"
    assert refused(reason="The disk \udcff") == refused(reason="The \x1b[2J disk") == "gap-reason"
    assert refused(backup=gone_back.ledger.on + timedelta(days=1)) == "gap-day"
    assert refused(mark="another look") == "stale-gap"
    key = next((archive.settings.home / "keys").glob("ledger-1*"))
    aside = key.rename(key.with_name("aside"))
    assert refused() == "checkpoint-key-lost"
    aside.rename(key)
    path = sorted((gone_back.ledger.folder / "entries").iterdir())[0]
    whole = path.read_text()
    path.write_text(whole.replace('"accession"', '"withdrawal"'))
    assert refused() == "checkpoint-refused", "what was signed has to be whole"
    path.write_text(whole)
    assert checkpoint_gaps.read_all(archive.settings) == []
    gone_back.acknowledge()
    assert refused() == "no-gap"


def test_what_others_kept_and_the_ledger_lost_too_is_acknowledged_by_name(forked: GoneBack) -> None:
    """The ledger went on from the backup: whoever kept what was signed since sees two histories, until that is said."""
    forked.ledger.come()
    forked.ledger.a_day_passes()
    lost = forked.kept[-2:]
    assert codes(forked) == {"cut-off"} or "deleted" in codes(forked)
    gap = forked.acknowledge(*forked.kept)
    assert gap.entries == () and gap.lost == tuple(map(point_of, lost))
    for _ in range(2):
        assert codes(forked) == set() and outside_codes(forked, shown(forked)) == set()
        assert f"the checkpoints of {lost[0].day}, {lost[1].day} were published" in forked.notes()[0]
        forked.ledger.a_day_passes()
    assert outside_codes(forked, ()) >= {"gap-gone"}
    # Of any other that does not fit it is told as ever.
    settings = forked.ledger.archive.settings
    other = replace(lost[0], size=9, counts={"accession": 9}, note="")
    signed = replace(other, note=checkpoint_keys.signer(settings).sign(other.text))
    assert [code for code, _ in forked.ledger.problems(signed)] != []


def test_what_this_archive_never_signed_cannot_be_called_lost(forked: GoneBack) -> None:
    forged = replace(forked.newest, note=forked.newest.note.replace("\u2014 ", "\u2014 x", 1))
    with pytest.raises(BadInputError) as refused:
        forked.acknowledge(forged)
    assert refused.value.code == "bad-checkpoint"


@pytest.mark.parametrize("which", ["gone_back", "forked"])
def test_a_receipt_of_what_fell_in_the_gap_says_so_and_proves_that_it_came(
    which: str, request: pytest.FixtureRequest
) -> None:
    found: GoneBack = request.getfixturevalue(which)
    said = receipt_ledger.entered(found.ledger.archive, found.receipt)
    assert Standing.IN_GAP not in said.standings.values()
    gap = found.acknowledge(*(found.kept if which == "forked" else ()))
    for _ in range(2):
        said = receipt_ledger.entered(found.ledger.archive, found.receipt)
        assert (list(said.standings.values()), said.gap) == ([Standing.IN_GAP], gap)
        found.ledger.a_day_passes()
    take_down(found)
    said = receipt_ledger.entered(found.ledger.archive, found.receipt)
    assert Standing.IN_GAP not in said.standings.values() and said.gap is None


def test_what_is_no_acknowledgement_is_none(gone_back: GoneBack, ledger: Ledger) -> None:
    note = gone_back.acknowledge().note
    assert gap_text.read_gap(note).note == note
    for old, new in (
        ("number 1", "number 01"),
        ("entries 6-8", "entries 6-7,8"),
        ("entries 6-8", "entries 6-9"),
        ("entries 6-8", "entries -"),
        ("by operator", "by Somebody Else"),
        ('"The disk failed."', '" "'),
        ("remembrance-gap/1", "remembrance-gap/2"),
    ):
        assert old in note
        with pytest.raises(BadInputError) as refused:
            gap_text.read_gap(note.replace(old, new))
        assert refused.value.code == "bad-gap"
    (path,) = (ledger.folder / "gaps").iterdir()
    path.write_bytes(b"\xff")
    with pytest.raises(IntegrityError):
        checkpoint_gaps.read_all(ledger.archive.settings)
    assert codes(gone_back) == {"unreadable"}


def test_a_reason_that_cannot_be_printed_does_not_close_the_ledger(gone_back: GoneBack) -> None:
    """An earlier version signed such reasons, and they cannot be taken back."""
    gap = gone_back.acknowledge()
    settings = gone_back.ledger.archive.settings
    old = replace(gap, reason="The disk \udcff\x1b.")
    assert gap_text.is_sound(gap) and not gap_text.is_sound(old)
    note = checkpoint_keys.signer(settings).sign(old.text)
    checkpoint_gaps.write(settings, replace(old, note=note))
    (said,) = gone_back.notes()
    assert r"The disk \udcff\x1b." in said
    answer = create_app(settings, gone_back.ledger.archive).test_client().get("/ledger")
    assert answer.status_code == 200 and r"The disk \udcff\x1b." in answer.text


def test_before_the_first_checkpoint_nothing_is_signed(forked: GoneBack) -> None:
    # The backup is of before the first one: neither a key nor the history in it tells of any.
    forked.ledger.monkeypatch.setattr(checkpoint_begun, "was_begun", lambda _: False)
    for folder in ("checkpoints", "entries"):
        shutil.rmtree(forked.ledger.folder / folder)
    with pytest.raises(ConflictError) as refused:
        forked.acknowledge(*forked.kept[-2:])
    assert refused.value.code == "gap-too-early"
    forked.ledger.a_day_passes()
    assert forked.acknowledge(*forked.kept[-2:]).lost == tuple(map(point_of, forked.kept[-2:]))


def test_whoever_was_killed_when_it_was_public_already_has_it_in_the_history_at_the_next_look(
    gone_back: GoneBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(gap_acknowledging, "record_event", killed)
        with pytest.raises(KeyboardInterrupt):
            gone_back.acknowledge()
    archive = gone_back.ledger.archive
    for _ in range(2):
        gap_acknowledging.offer(archive, OPERATOR, gone_back.backup)
        with archive.db.read() as session:
            (told,) = session.scalars(select(Event).where(Event.kind == "acknowledge-gap")).all()
            assert (told.detail["gap"], told.detail["entries"], told.agent) == (1, "6-8", "")
