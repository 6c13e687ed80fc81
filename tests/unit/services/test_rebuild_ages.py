"""Where bags are of different ages a rebuild gives what the newest of them say, in whatever order they are read."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import delete

from archive.access import OPERATOR, PIPELINE
from archive.models import Action, Consent, Item, Replacement, Submission, record_event
from archive.services import consents, embargo, rebuild_compare, rebuild_store
from archive.services.describe import Description
from archive.services.lifecycle import load_for_change, transition
from archive.services.opening import Archive, open_archive
from archive.services.rebuild_heard import Heard
from archive.settings import Settings
from tests.fixtures.ages import (
    bring,
    carry,
    days,
    followed,
    rebuilt,
    rows,
    say,
    unite,
    word,
    write_letters,
)
from tests.fixtures.shelf import Shelf

BELOW = rebuild_store.below
Change = Callable[[Shelf], None]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    found = Shelf(open_archive(Settings(home=tmp_path / "home")))
    write_letters(found)
    yield found
    found.archive.close()


def rename(shelf: Shelf) -> None:
    say(shelf.archive, "agents", "Ada", name="Ada Byron", kind="family")
    say(shelf.archive, "places", "The mill", name="The old mill")
    say(shelf.archive, "terms", "Letters", name="Letters home")


def let_go(shelf: Shelf) -> None:
    say(shelf.archive, "agents", "Ada", name="Adam", keep_name="no")


def unite_two(shelf: Shelf) -> None:
    unite(shelf.archive, "agents", "Grace", "Ada")
    unite(shelf.archive, "terms", "Freight", "Letters")


def reuse(shelf: Shelf) -> None:
    say(shelf.archive, "agents", "Ada", name="Ada Byron")
    say(shelf.archive, "agents", "Grace", name="Ada")


def swap(shelf: Shelf) -> None:
    for name, now in (("Ada", "Neither"), ("Grace", "Ada"), ("Neither", "Grace")):
        say(shelf.archive, "agents", name, name=now)


def warn(shelf: Shelf) -> None:
    say(shelf.archive, "terms", "Freight", standing="harmful", note="It calls people goods.", links="Q42")
    say(shelf.archive, "places", "The mill", latitude="3.5", longitude="4.5", precision="town")


def prefer(shelf: Shelf) -> None:
    say(shelf.archive, "terms", "Freight", standing="historic", preferred="Letters")
    say(shelf.archive, "agents", "Ada", standing="historic", preferred="Grace")


def keep_back(shelf: Shelf) -> None:
    embargo.keep_back(shelf.archive, OPERATOR, shelf.items["one"], days(2090))


def consent(shelf: Shelf) -> None:
    with shelf.archive.db.read() as session:
        given = session.get_one(Item, shelf.items["one"]).submission_id
    consents.revise(
        shelf.archive, OPERATOR, given, {"audience": "community", "naming": "own-name", "name_shown": "A."}
    )


def put_together_anew(shelf: Shelf) -> None:
    with shelf.archive.db.write() as session:
        old = session.get_one(Item, shelf.items["one"])
        new = shelf.item(session, "anew", Description(title="Letter one, anew", names=[("Ada", "creator")]))
        alone = new.submission_id
        new.submission_id, new.consent_id, new.position = old.submission_id, old.consent_id, 2
        session.flush()
        session.execute(delete(Consent).where(Consent.submission_id == alone))
        session.execute(delete(Submission).where(Submission.id == alone))
        shelf.file(session, new, b"one", "one.txt", "text/plain")
        record_event(session, new.id, "receive", "operator", {"files": 1, "from": [old.id]})
        shelf.bag(session, new)
        session.add(Replacement(old_id=old.id, new_id=new.id, agent="operator", done=True))
        transition(session, load_for_change(session, old.id), Action.REPLACE, PIPELINE)


def everything(shelf: Shelf) -> None:
    for change in (keep_back, consent, warn, unite_two, rename):
        change(shelf)


CHANGES = (
    *(rename, let_go, unite_two, reuse, swap, warn, prefer, keep_back, consent),
    *(put_together_anew, everything),
)
# Some changes once in every run, one of them all that go together; with and without earlier descriptions all by `make slow`.
BARE = (rename, consent)
IN_EVERY_RUN = (*BARE, swap, let_go, put_together_anew, everything)


@pytest.mark.parametrize(
    ("change", "is_described"),
    [
        pytest.param(
            change,
            is_described,
            marks=() if change in IN_EVERY_RUN and is_described != (change in BARE) else pytest.mark.slow,
        )
        for change in CHANGES
        for is_described in (False, True)
    ],
)
def test_one_bag_that_lags_changes_nothing_that_another_has_heard_of(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Change, is_described: bool
) -> None:
    archive = shelf.archive
    if is_described:
        embargo.keep_back(archive, OPERATOR, shelf.items["one"], days(2080))
        describe_all(archive)
    carry(archive)
    bags = archive.bag_folder("bags")
    old = Path(shutil.copytree(bags, tmp_path / "old"))
    change(shelf)
    carry(archive)
    newest, follows = rows(archive), followed(archive)
    number = count()
    changed = [one.name for one in sorted(old.iterdir()) if differ(one, bags / one.name)]
    assert changed
    for item_id in changed:
        for is_backwards in (False, True):
            in_order(monkeypatch, is_backwards=is_backwards)
            with rebuilt(bags, old / item_id, tmp_path / f"again-{next(number)}") as again:
                bring(again)
                assert rows(again) == newest
                assert followed(again) == follows
                compared = rebuild_compare.compare(again)
                assert (compared.is_equal, compared.waiting, compared.equal) == (True, [], len(shelf.items))


def describe_all(archive: Archive) -> None:
    for room, name in (("agents", "Ada"), ("agents", "Grace"), ("places", "The mill"), ("terms", "Letters")):
        say(archive, room, name, note="Known to all.", others=f"Once {name}")
    say(archive, "terms", "Freight", standing="historic", note="Of its time.")


def differ(one: Path, other: Path) -> bool:
    return (one / "tagmanifest-sha512.txt").read_bytes() != (other / "tagmanifest-sha512.txt").read_bytes()


def in_order(monkeypatch: pytest.MonkeyPatch, *, is_backwards: bool) -> None:
    monkeypatch.setattr(
        rebuild_store, "below", lambda folder: BELOW(folder)[::-1] if is_backwards else BELOW(folder)
    )


def test_words_of_before_changes_were_counted_are_the_stricter_and_keep_what_either_knows() -> None:
    def entry(**said: object) -> dict[str, object]:
        bare = {"id": "a", "room": "terms", "vocabulary": "subjects", "kind": "", "standing": "", "note": ""}
        place = {"latitude": None, "longitude": None, "precision": "", "preferred": ""}
        return bare | place | {"other_names": [], "links": []} | said

    harms = entry(name="Freight", standing="harmful", note="It calls people goods.")
    later = entry(name="Goods", other_names=[{"name": "Freight", "former": True}], links=["https://a.org/1"])
    other = entry(name="Cargo", links=["https://a.org/2"])
    for records in ([harms, other], [other, harms]):
        newest = Heard({"words": [one]} for one in records).newest("a")
        assert newest is not None
        assert (newest["name"], newest["standing"]) == ("Freight", "harmful")
        assert newest["other_names"] == [{"name": "Cargo", "former": True}]
        assert newest["links"] == ["https://a.org/2"]
    for records in ([harms, later], [later, harms]):
        newest = Heard({"words": [one]} for one in records).newest("a")
        assert newest is not None
        # It bore the other name before, so that it is the newer one; what harms stays told.
        assert (newest["name"], newest["standing"]) == ("Goods", "harmful")
        assert newest["note"] == "It calls people goods."


def test_two_people_who_are_called_alike_in_bags_of_different_ages_stay_two(
    shelf: Shelf, tmp_path: Path
) -> None:
    archive = shelf.archive
    describe_all(archive)
    carry(archive)
    ada, grace = word(archive, "agents", "Ada"), word(archive, "agents", "Grace")
    bags = archive.bag_folder("bags")
    old = Path(shutil.copytree(bags, tmp_path / "old"))
    reuse(shelf)
    carry(archive)
    # No bag knows any more what the first Ada is called now.
    for name in ("one", "two"):
        shutil.rmtree(bags / shelf.items[name])
    shutil.copytree(old / shelf.items["one"], bags / shelf.items["one"])
    with rebuilt(bags, old / shelf.items["two"], tmp_path / "again") as again:
        bring(again)
        called = {one["id"]: one["name"] for one in rows(again)["agent"]}
        assert called[grace] == "Ada" and called[ada] == "Ada (2)"
        assert rebuild_compare.compare(again).is_equal


def test_a_day_that_staff_chose_can_be_lifted_after_a_rebuild(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, one, two = shelf.archive, shelf.items["one"], shelf.items["two"]
    embargo.keep_back(archive, OPERATOR, one, days(2080))
    carry(archive)
    old = Path(shutil.copytree(archive.bag_folder("bags"), tmp_path / "old"))
    embargo.keep_back(archive, OPERATOR, one, days(2090))
    carry(archive)
    for number, lagging in enumerate((one, two)):
        for is_backwards in (False, True):
            in_order(monkeypatch, is_backwards=is_backwards)
            home = tmp_path / f"again-{number}-{is_backwards}"
            with rebuilt(archive.bag_folder("bags"), old / lagging, home) as again:
                bring(again)
                embargo.keep_back(again, OPERATOR, one, None)
                with again.db.read() as session:
                    first_days = {each: session.get_one(Item, each).consent.not_before for each in (one, two)}
                assert first_days == {one: None, two: None}


def test_what_is_read_in_a_places_stead_follows_its_name_where_no_bag_of_that_gift_has_heard_of_it(
    shelf: Shelf, tmp_path: Path
) -> None:
    archive, bags = shelf.archive, shelf.archive.bag_folder("bags")
    old = Path(shutil.copytree(bags, tmp_path / "old"))
    say(archive, "places", "The mill", name="The old mill")
    carry(archive)
    newest = rows(archive)["consent"]
    shutil.rmtree(bags / shelf.items["two"])
    shutil.copytree(old / shelf.items["two"], bags / shelf.items["two"])
    with rebuilt(bags, old / shelf.items["one"], tmp_path / "again") as again:
        bring(again)
        assert rows(again)["consent"] == newest
        assert all(one["places_shown"] == {"The old mill": "near a river"} for one in newest)
