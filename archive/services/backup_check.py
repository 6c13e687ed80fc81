"""Whether a backup is one: every file is read and compared, and the whole is restored into an empty place and looked at."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from archive.bags import bag_key, shared_key
from archive.bags.survey import survey
from archive.durable import walk_tree
from archive.models import BagImport, Base, File, Item, ItemState, Replacement, SharedBag
from archive.models.database import Database
from archive.models.whole_copies import bring_back, passing_database, sqlite_url
from archive.services.backup_manifest import CHECKING, LEDGER, LISTED, SAID, Backup, damaged
from archive.services.bag_import_standing import KEPT
from archive.services.histories import broken_in
from archive.services.restore_files import lay_out
from archive.services.withdrawal_ledger import Act, parse

Tell = Callable[[str, int, int], None]
MOST_NAMED = 5


def check(backup: Backup, database_url: str, tell: Tell = lambda *_: None) -> None:
    """Raise IntegrityError (`backup-damaged`) unless the backup can be read in full and restored.

    `database_url` is the archive's, on whose server a copy in PostgreSQL's form is tried out. What the backup itself
    says it could not copy whole is no damage.
    """
    wrong = [*_files(backup, tell)]
    if not wrong:
        place = backup.folder.parent / f"{CHECKING}{secrets.token_hex(4)}"
        try:
            tell("restoring", 0, 1)
            ledger = parse((backup.folder / LEDGER).read_bytes())
            gone = frozenset(line.item for line in ledger if line.act == Act.DESTROY)
            lay_out(backup, place, without=gone, share=True)
            with _database(backup, place, database_url) as db, db.read() as session:
                wrong = [*_restored(backup, session, place, gone)]
            tell("restoring", 1, 1)
        finally:
            shutil.rmtree(place, ignore_errors=True)
    if wrong:
        named = "; ".join(wrong[:MOST_NAMED])
        more = f"; and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
        raise damaged(f"The backup in {backup.folder} is damaged: {named}{more}.")


def _files(backup: Backup, tell: Tell) -> Iterator[str]:
    """Files that are not those that were written."""
    here = {
        path.relative_to(backup.folder).as_posix()
        for path, _ in walk_tree(backup.folder)
        if path.is_file() or path.is_symlink()
    }
    for path in sorted(here - backup.files.keys() - {SAID, LISTED}):
        yield f"{path} does not belong to it"
    for done, (path, held) in enumerate(sorted(backup.files.items()), 1):
        file = backup.folder / path
        if path not in here or file.is_symlink():
            yield f"{path} is gone"
            continue
        try:
            with file.open("rb") as stream:
                actual = hashlib.file_digest(stream, "sha512").hexdigest()
        except OSError:
            yield f"{path} cannot be read"
            continue
        if actual != held.sha512:
            yield f"{path} was changed"
        tell("reading", done, len(backup.files))


@contextmanager
def _database(backup: Backup, place: Path, url: str) -> Iterator[Database]:
    if backup.database == "sqlite":
        db = Database(sqlite_url(place / "remembrance.db"))
        try:
            yield db
        finally:
            db.close()
        return
    with passing_database(url, f"remembrance_check_{secrets.token_hex(4)}") as passing:
        bring_back(backup.folder / backup.database_file, passing)
        db = Database(passing)
        try:
            yield db
        finally:
            db.close()


def _restored(backup: Backup, session: Session, place: Path, gone: frozenset[str]) -> Iterator[str]:
    """What is wrong with a backup that was restored into `place`."""
    if backup.database == "sqlite":
        answer = session.scalar(text("PRAGMA integrity_check"))
        if answer != "ok":
            yield f"its database is damaged ({answer})"
            return
    for table in Base.metadata.sorted_tables:
        count = session.scalar(select(func.count()).select_from(table))
        if count != backup.counts.get(table.name):
            yield f"the table {table.name} has {count} rows instead of {backup.counts.get(table.name)}"
    for subject, _ in broken_in(session):
        yield f"the history of {subject} is broken"
    yield from _bags(backup, session, place, gone)
    yield from _arrived(backup, session, place, gone)


def _bags(backup: Backup, session: Session, place: Path, gone: frozenset[str]) -> Iterator[str]:
    """Bags that are not whole: what their manifests say is held against what was read already."""
    known = set(backup.missing)
    ids = session.scalars(select(Item.id).where(Item.bag_key != "", Item.erasure == "")).all()
    shared = select(SharedBag.id).where(SharedBag.subject.is_not(None), SharedBag.bag_revision > 0)
    keys = [(one, bag_key(one)) for one in ids]
    keys += [(one, shared_key(one)) for one in session.scalars(shared)]
    for item_id, bag in keys:
        key = f"objects/{bag}"
        if item_id in gone or any(one.startswith(key) for one in known):
            continue
        if bag == shared_key(item_id) and not any(one.startswith(f"{key}/") for one in backup.files):
            # Another took its place while the backup was made; it is made anew from the database.
            continue
        found = survey(place / key)
        listed = {**found.payload, **found.tags}
        actual = {path: backup.files.get(f"{key}/{path}") for path in listed}
        if found.problems:
            yield f"the bag of {item_id}: {found.problems[0].sentence}"
        elif any(held is None or held.sha512 != listed[path] for path, held in actual.items()):
            yield f"the bag of {item_id} is not what its manifests say"


def _arrived(backup: Backup, session: Session, place: Path, gone: frozenset[str]) -> Iterator[str]:
    """Originals and packages of bags that had arrived, and are not there."""
    being_made = select(Replacement.new_id).where(Replacement.done.is_(False))
    query = select(File.staged_as, File.item_id).join(Item, Item.id == File.item_id)
    query = query.where(File.staged_as != "", Item.erasure == "", Item.id.not_in(being_made))
    query = query.where(Item.state != ItemState.WITHDRAWN)
    for staged, item_id in session.execute(query):
        if item_id not in gone:
            yield from _lost(backup, f"staging/{staged}")
    for import_id in session.scalars(select(BagImport.id).where(BagImport.state.in_(KEPT))):
        yield from _lost(backup, f"staging/{import_id}")


def _lost(backup: Backup, name: str) -> Iterator[str]:
    is_told = any(one.startswith(name) for one in backup.missing)
    if name not in backup.files and not is_told:
        yield f"{name} is gone"
