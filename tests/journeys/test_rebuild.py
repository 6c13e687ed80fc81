"""Bags alone are enough: database, copies and indexes are gone, and everything that was there is there again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from jsonschema import Draft202012Validator
from sqlalchemy import select

from archive.access import OPERATOR, PUBLIC, contributor
from archive.models import Action, Agent, File, Item, ItemAgent, ItemTerm, Term, first_broken_link, today
from archive.services import (
    asking,
    authorities,
    authority_changes,
    authority_merges,
    checkpoint_entries,
    checkpoint_standing,
    consents,
    doctor,
    indexing,
    lifecycle,
    moving,
    rebuild_mark,
    receipts,
    records,
    redacting,
    requests,
    revisions,
    rewording,
    transcribing,
    withdrawing,
)
from archive.services.asking import Asking
from archive.services.marking import Wanted
from archive.services.opening import Archive, open_archive
from archive.services.receipt_text import read_receipt
from archive.settings import Settings
from archive.web.app import create_app
from tests.fixtures.commands import command
from tests.fixtures.databases import ON_POSTGRESQL
from tests.fixtures.forged import forged
from tests.fixtures.items import item_of
from tests.fixtures.ledgers import sign_after
from tests.fixtures.schema_members import SCHEMA
from tests.fixtures.whole_archive import Seen, look, lose_all_but_bags, make_waiting
from tests.fixtures.withdrawn import history

WORDS = ("candle", "letter", "river", "Somebody", "Quillfeather")


@dataclass
class Rebuilt:
    """An archive that was made again, what it was like before and is like now, and what became of some of its items."""

    archive: Archive
    before: Seen
    after: Seen
    told: Result
    items: dict[str, str]
    receipt: str


@pytest.fixture(scope="module")
def rebuilt(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rebuilt]:
    home = Path(shutil.copytree(demonstration, tmp_path_factory.mktemp("rebuilt") / "home"))
    archive = open_archive(Settings(home=home))
    sign_after(archive, 1)
    receipt = receipt_of(archive, "Call and answer (demonstration)")
    items = work_on(archive)
    sign_after(archive, 2)
    before = look(archive, WORDS)
    lose_all_but_bags(archive)
    told = command(home, "rebuild")
    archive = open_archive(Settings(home=home))
    # For the ledger these two days have passed.
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(checkpoint_standing, "today", lambda: today() + timedelta(days=2))
        yield Rebuilt(archive, before, look(archive, WORDS, (items["destroyed"],)), told, items, receipt)
    archive.close()


def receipt_of(archive: Archive, title: str) -> str:
    with archive.db.read() as session:
        given = session.scalars(select(Item.submission_id).where(Item.title == title)).one()
    return receipts.receipt(archive, contributor([given]), given)


def work_on(archive: Archive) -> dict[str, str]:
    """Do to some of the items what is done to items, and return these by what was done."""
    with archive.db.read() as session:
        titles = {one.title: one for one in session.scalars(select(Item))}
        files = {one.item_id: one.id for one in session.scalars(select(File).where(File.position == 0))}
    done = {
        "described": "Low water (demonstration)",
        "named": "A bell, three times (demonstration)",
        "written": "A walk through the pages (demonstration)",
        "marked": "Five candles at dusk (demonstration)",
        "noted": "The way there (demonstration)",
        "withdrawn": "Rising (demonstration)",
        "destroyed": "Call and answer (demonstration)",
        "taken off": "Water (demonstration)",
    }
    items = {what: titles[title].id for what, title in done.items()}
    said = revisions.spoken(archive, OPERATOR, items["described"])
    more = said.said | {"description": "The river at low water, by Quillfeather."}
    assert not revisions.change(archive, OPERATOR, items["described"], more, {}, "en", said.mark)
    moving.move(
        archive, OPERATOR, items["described"], "convenings", item_of(archive, items["described"]).version
    )
    giver = {"naming": "own-name", "name_shown": "Quillfeather"}
    named = titles[done["named"]].submission_id
    consents.revise(archive, contributor([named]), named, giver)
    text = transcribing.written(archive, OPERATOR, items["written"], files[items["written"]])
    words = f"{text.text}\n\nQuillfeather wrote this."
    transcribing.write(archive, OPERATOR, items["written"], files[items["written"]], words, text.mark)
    seen = redacting.marked(archive, OPERATOR, items["marked"]).seen
    mark = Wanted("region", None, {"x": 0.2, "y": 0.2, "width": 0.3, "height": 0.3}, "a passer-by")
    redacting.add(archive, OPERATOR, items["marked"], files[items["marked"]], [mark], seen)
    asking.ask(
        archive, PUBLIC, items["noted"], Asking("note", words="I walked there.", name="Quillfeather"), "en"
    )
    (waits,) = requests.listed(archive, OPERATOR)[1]
    requests.decide(archive, OPERATOR, waits.id, "shown", "")
    reword(archive)
    items |= unite(archive)
    withdrawing.withdraw_item(archive, OPERATOR, items["withdrawn"], "asked for", words="At our wish.")
    withdrawing.withdraw_item(archive, OPERATOR, items["destroyed"], destroy=True)
    lifecycle.change_state(archive, OPERATOR, items["taken off"], Action.UNPUBLISH)
    make_waiting(archive)
    return items


def reword(archive: Archive) -> None:
    """Write down another name of a subject, by which everything that bears it is found."""
    with archive.db.read() as session:
        term = session.scalars(
            select(Term).join(ItemTerm, ItemTerm.term_id == Term.id).order_by(Term.label)
        ).first()
    assert term is not None
    before = authorities.one(archive, OPERATOR, "terms", term.id).wording
    typed = {"name": before.name, "others": "Tallowlight", "note": "A word of ours."}
    assert not authority_changes.change(archive, OPERATOR, "terms", term.id, typed, before.mark)
    for one in rewording.waiting(archive):
        rewording.carry_on(archive, one)


def unite(archive: Archive) -> dict[str, str]:
    """Make one of two people, and return the ids of the one that is no more and of the one that stayed."""
    with archive.db.read() as session:
        gone, stayed = session.scalars(
            select(Agent.id)
            .join(ItemAgent, ItemAgent.agent_id == Agent.id)
            .group_by(Agent.id)
            .order_by(Agent.name)
            .limit(2)
        ).all()
    marks = [authorities.one(archive, OPERATOR, "agents", one).wording.mark for one in (gone, stayed)]
    authority_merges.merge(archive, OPERATOR, "agents", gone, stayed, (marks[0], marks[1]))
    for one in rewording.waiting(archive):
        rewording.carry_on(archive, one)
    return {"merged": gone, "stayed": stayed}


def test_a_rebuild_says_what_came_back_and_what_was_never_in_a_bag(rebuilt: Rebuilt) -> None:
    assert rebuilt.told.exception is None and rebuilt.told.return_value == 0, rebuilt.told.output
    assert "accounts and how they sign in" in rebuilt.told.output


def test_every_record_is_what_it_was(rebuilt: Rebuilt) -> None:
    before, after = rebuilt.before.records, rebuilt.after.records
    # Of what was destroyed there is no bag, so that nothing of it comes back.
    assert set(before) - set(after) == {rebuilt.items["destroyed"]}
    assert {one: after[one] for one in after if after[one] != before[one]} == {}


def test_every_history_still_holds(rebuilt: Rebuilt) -> None:
    for item_id in rebuilt.after.records:
        events = history(rebuilt.archive, item_id)
        assert events and first_broken_link(events) is None


def test_everything_that_is_looked_at_is_made_again_to_the_byte(rebuilt: Rebuilt) -> None:
    assert rebuilt.after.copies == rebuilt.before.copies


def test_everything_is_found_as_it_was_found(rebuilt: Rebuilt) -> None:
    if not ON_POSTGRESQL:
        assert rebuilt.after.found == rebuilt.before.found
        return
    # There a word's worth in an item is set when that is written, by what was there before: what is worth nearly the same
    # may change places.
    before, after = rebuilt.before.found, rebuilt.after.found
    assert {one: (total, sorted(ids), facets) for one, (total, ids, facets) in after.items()} == {
        one: (total, sorted(ids), facets) for one, (total, ids, facets) in before.items()
    }


@pytest.mark.sqlite(
    "the order of what is worth nearly the same; PostgreSQL's index weighs a word when it is written"
)
def test_every_page_that_everybody_reads_is_what_it_was(rebuilt: Rebuilt) -> None:
    # Also that of what was destroyed, of which the ledger alone knows now: it says that it is gone, and since when.
    before = rebuilt.before.pages
    assert {path for path in before if before[path] != rebuilt.after.pages[path]} == set()
    assert before[f"/items/{rebuilt.items['destroyed']}"][0] == 410
    assert {status for status, _ in before.values()} == {200, 404, 410}


def test_the_desks_old_address_of_somebody_who_was_made_one_with_another_leads_on(rebuilt: Rebuilt) -> None:
    merged, stayed = rebuilt.items["merged"], rebuilt.items["stayed"]
    assert authorities.led_to(rebuilt.archive, OPERATOR, "agents", merged) == stayed


def test_what_was_taken_back_stays_taken_back(rebuilt: Rebuilt) -> None:
    status, page = rebuilt.after.pages[f"/items/{rebuilt.items['withdrawn']}"]
    assert status == 410 and "At our wish." in page
    assert (
        rebuilt.after.copies["copies"]
        .keys()
        .isdisjoint(files_of(rebuilt.archive, rebuilt.items["withdrawn"]))
    )


def test_a_receipt_of_what_was_destroyed_says_that_it_was_taken_back_and_tells_nobody_else(
    rebuilt: Rebuilt,
) -> None:
    archive, receipt, gone = rebuilt.archive, rebuilt.receipt, rebuilt.items["destroyed"]
    given = read_receipt(receipt)
    assert verdicts_of(archive, receipt, gone) == {"withdrawn"}
    for told in (given.submission_id, *(one.sha512 for one in given.files if one.item_id == gone)):
        assert "unknown" in verdicts_of(archive, forged(receipt, told, "0" * len(told)), gone)


def verdicts_of(archive: Archive, receipt: str, item_id: str) -> set[str]:
    return {one.verdict for one in receipts.check(archive, receipt) if one.file.item_id == item_id}


def test_who_harvested_what_was_destroyed_hears_that_it_is_gone(rebuilt: Rebuilt) -> None:
    client = create_app(rebuilt.archive.settings, rebuilt.archive).test_client()
    name = f"oai:localhost:{rebuilt.items['destroyed']}"
    one = client.get(f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier={name}").text
    assert '<header status="deleted">' in one and "<setSpec>" not in one
    assert name in client.get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc").text


def files_of(archive: Archive, item_id: str) -> list[str]:
    with archive.db.read() as session:
        return list(session.scalars(select(File.id).where(File.item_id == item_id)))


def test_nothing_is_left_to_do_and_no_bag_was_written(rebuilt: Rebuilt) -> None:
    archive = rebuilt.archive
    assert (records.waiting(archive), indexing.pending(archive), rebuild_mark.is_there(archive.settings)) == (
        [],
        0,
        False,
    )
    wrong = [one for one in doctor.examine(archive) if one.verdict == "problem"]
    assert [one.sentence for one in wrong if one.what not in ("tesseract", "space", "jobs")] == []


def test_the_public_ledger_is_whole_and_says_of_what_was_destroyed_that_it_is(rebuilt: Rebuilt) -> None:
    looked = command(rebuilt.archive.settings.home, "verify-ledger", "--json")
    told = json.loads(looked.output)
    assert (looked.return_value, told["problems"], told["checkpoints"]) == (0, [], 2)
    entries = checkpoint_entries.read_all(rebuilt.archive.settings)
    numbers = ", ".join(str(one.number) for one in entries if one.subject == rebuilt.items["destroyed"])
    (sentence,) = told["notes"]
    assert sentence.startswith(f"Entries {numbers} stood for what was destroyed since, as was signed;")


def test_every_record_has_the_published_form(rebuilt: Rebuilt) -> None:
    form = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for record in rebuilt.after.records.values():
        assert [error.json_path for error in form.iter_errors(record)] == []


def test_what_was_made_again_is_what_bags_alone_give(rebuilt: Rebuilt) -> None:
    compared = command(rebuilt.archive.settings.home, "rebuild", "--check")
    assert compared.return_value == 0, compared.output
