"""Thousands of things go in, are worked on, audited, copied, exported, restored and made again, and come back equal."""

from __future__ import annotations

import json
import os
import re
import tarfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import select

from archive.access import OPERATOR, contributor
from archive.models import Consent, File, Item, ItemState
from archive.services import consents, redacting, revisions, transcribing, withdrawing
from archive.services.marking import Wanted
from archive.services.opening import Archive, open_archive
from archive.settings import Settings
from tests.fixtures.commands import command
from tests.fixtures.many import write_many
from tests.fixtures.whole_archive import Seen, look, lose_all_but_bags, make_waiting

pytestmark = [pytest.mark.slow, pytest.mark.sample]
# How many are made beside the shared sample; some hundreds for somebody who only wants a look.
COUNT = int(os.environ.get("THOUSANDS", "2000"))
ITEMS = "/data/items/"
WORDS = ("river", "freedom", "Quillfeather", "1949", "sister", '"Thing 0007"')


@dataclass
class Through:
    """An archive that all of it went through: what each command said, and what was seen before and after."""

    told: dict[str, Result]
    destroyed: set[str]
    before: Seen
    restored: Seen
    rebuilt: Seen
    exports: Path
    leaving: dict[str, set[str]]


@pytest.fixture(scope="module")
def through(shared_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Through]:
    place = tmp_path_factory.mktemp("thousands")
    home, told = place / "home", {}
    say = Telling(home, told)
    _prepare(place)
    write_many(place / "given", COUNT)
    say("ingest", "ingest", place / "given", shared_sample, "--collection", "march-25", "--publish", "--json")
    archive = open_archive(Settings(home=home))
    destroyed = work_on(archive)
    leaving = _leaving(archive)
    archive.close()
    for form in ("preservation", "safe"):
        target = place / "out" / f"{form}.tar"
        say(form, "export", "--form", form, "--to", target, "--for", "The town library", "--json")
    say("audit", "fixity", "check", "--all", "--json")
    # Bags hear of what is in their items' histories from now on.
    _settled(home)
    say("copies", "copies", "run", "--json")
    say("compare", "bags", "compare", "--read", "--json")
    say("backup", "backup", place / "backups", "--name", "whole", "--keys", place / "keys.txt", "--json")
    say("check, living", "rebuild", "--check", "--json")
    before = _seen(home)
    again = place / "again"
    say("restore", "restore", place / "backups" / "whole", "--home", again, "--keys", place / "keys.txt")
    restored = _seen(again)
    lose_all_but_bags(open_archive(Settings(home=home)))
    say("rebuild", "rebuild", "--json")
    rebuilt = _seen(home, destroyed)
    say("check", "rebuild", "--check", "--json")
    yield Through(told, destroyed, before, restored, rebuilt, place / "out", leaving)


class Telling:
    """Runs commands on one archive, and keeps what each said."""

    def __init__(self, home: Path, told: dict[str, Result]) -> None:
        self._home, self._told = home, told

    def __call__(self, name: str, *arguments: str | Path) -> None:
        begun = time.monotonic()
        self._told[name] = command(self._home, *map(str, arguments))
        print(f"{name}: {time.monotonic() - begun:.0f} s", flush=True)


def _prepare(place: Path) -> None:
    for folder in ("home", "copies", "out", "backups"):
        (place / folder).mkdir()
    (place / "home" / "remembrance.toml").write_text(f'copies = ["file://{place / "copies"}"]\n')


def _settled(home: Path) -> None:
    archive = open_archive(Settings(home=home))
    make_waiting(archive)
    archive.close()


def _seen(home: Path, gone: Iterable[str] = ()) -> Seen:
    _settled(home)
    archive = open_archive(Settings(home=home))
    try:
        return look(archive, WORDS, gone)
    finally:
        archive.close()


def work_on(archive: Archive) -> set[str]:
    """Do to some of them whatever is done to items; the ids of those that are destroyed."""
    with archive.db.read() as session:
        rows = session.scalars(select(Item).order_by(Item.submission_id, Item.position)).all()
        files = session.scalars(select(File).order_by(File.id)).all()
    ids = [one.id for one in rows]
    for item_id in ids[::9]:
        said = revisions.spoken(archive, OPERATOR, item_id)
        more = said.said | {"source": "Told by Quillfeather."}
        assert not revisions.change(archive, OPERATOR, item_id, more, said.meant, "en", said.mark)
    for number, submission_id in enumerate(dict.fromkeys(one.submission_id for one in rows)):
        given = ({"naming": "own-name", "name_shown": "Quillfeather"}, {"audience": "staff"}, {})[number % 3]
        if given:
            consents.revise(archive, contributor([submission_id]), submission_id, given)
    texts = [one for one in files if one.media_type == "text/plain"][::41]
    pictures = [one for one in files if one.media_type == "image/jpeg"][::31]
    for file in texts:
        now = transcribing.written(archive, OPERATOR, file.item_id, file.id)
        transcribing.write(archive, OPERATOR, file.item_id, file.id, f"{now.text}\n\nQuillfeather.", now.mark)
    for file in pictures:
        seen = redacting.marked(archive, OPERATOR, file.item_id).seen
        mark = Wanted("region", None, {"x": 0.1, "y": 0.1, "width": 0.2, "height": 0.2})
        redacting.add(archive, OPERATOR, file.item_id, file.id, [mark], seen)
    taken = set(ids[1::23]) - {one.item_id for one in (*texts, *pictures)}
    destroyed = set(sorted(taken)[::3])
    for item_id in sorted(taken):
        withdrawing.withdraw_item(archive, OPERATOR, item_id, "asked for", destroy=item_id in destroyed)
    make_waiting(archive)
    return destroyed


def _leaving(archive: Archive) -> dict[str, set[str]]:
    """Which items are to be in each export, as their states and consents say."""
    kept = select(Item.id).where(Item.state != ItemState.WITHDRAWN)
    public = kept.join(Consent, Consent.id == Item.consent_id).where(Consent.audience == "public")
    with archive.db.read() as session:
        return {"preservation": set(session.scalars(kept)), "safe": set(session.scalars(public))}


def test_every_command_says_that_all_is_well(through: Through) -> None:
    wrong = {
        name: (one.return_value, one.exception, one.output[-2000:])
        for name, one in through.told.items()
        if one.exception is not None or one.return_value not in (0, None)
    }
    assert wrong == {}


def test_all_of_it_goes_in(through: Through) -> None:
    report = json.loads(through.told["ingest"].stdout)
    assert report["counts"]["kept"] > COUNT
    assert [one for one in report["refused"] if "/given/" in one["path"]] == []
    assert len(through.before.records) > COUNT


def test_every_bag_is_read_and_sound_and_its_copy_is_the_same(through: Through) -> None:
    checked = json.loads(through.told["audit"].stdout)
    assert {one["id"] for one in checked} == set(through.before.records) - through.destroyed
    assert all(one["sound"] for one in checked)
    (compared,) = json.loads(through.told["compare"].stdout)
    assert {one["state"] for one in compared["bags"]} == {"same"}
    assert {one["id"] for one in compared["bags"]} == {one["id"] for one in checked}


@pytest.mark.parametrize("form", ["preservation", "safe"])
def test_an_export_holds_what_may_leave_and_nothing_else(through: Through, form: str) -> None:
    told = json.loads(through.told[form].stdout)
    assert set(told["items"]) == through.leaving[form]
    with tarfile.open(through.exports / f"{form}.tar") as packed:
        found = {
            re.sub(r"^.*?/data/items/([^/]+)/.*$", r"\1", name) for name in packed.getnames() if ITEMS in name
        }
    assert found == through.leaving[form]


def test_what_is_restored_is_equal(through: Through) -> None:
    _equal(through.before, through.restored)


def test_what_is_made_again_of_bags_is_equal(through: Through) -> None:
    gone = through.destroyed
    # An audit that found a bag as it was is told by its next revision, and not by one of its own.
    known = {one: _but_for_audits(it) for one, it in through.before.records.items() if one not in gone}
    made = {one: _but_for_audits(it) for one, it in through.rebuilt.records.items()}
    _equal(replace(through.before, records=known), replace(through.rebuilt, records=made))
    # Some of them everybody could see, and their address says for good that they were taken back.
    assert {through.rebuilt.pages[f"/items/{one}"][0] for one in gone} >= {410}


def _but_for_audits(record: dict[str, Any]) -> dict[str, Any]:
    events = list(record["events"])
    while events and events[-1]["kind"] == "fixity":
        events.pop()
    return record | {"events": events}


def _equal(before: Seen, after: Seen) -> None:
    for part in ("records", "copies", "found", "pages"):
        was, now = getattr(before, part), getattr(after, part)
        differ = {one for one in {*was, *now} if was.get(one) != now.get(one)}
        assert {one: (was.get(one), now.get(one)) for one in sorted(differ)[:3]} == {}, part
