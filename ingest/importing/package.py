"""Checks or takes in a package of bags that was brought to the desk, as the command would; done again, it doubles nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from archive.models import Audience
from archive.models.errors import ArchiveError, StorageFailingError, StorageFullError
from archive.profiles import CollectionProfile
from archive.services import bag_import_outcomes as outcomes
from archive.services.bag_import_outcomes import Asked, Verdict
from archive.services.bag_import_standing import HERE, PUT_OFF, REFUSED, SOUND, TAKEN, package_of
from archive.services.importing import ALREADY_HERE
from archive.services.opening import Archive
from archive.services.sweep import arriving, sweep
from archive.storage import of_the_disk
from ingest.bulk.before import title_of
from ingest.bulk.model import Problem, Refusal, SubmissionPlan
from ingest.bulk.send import Sent, send
from ingest.bulk.walk import as_text
from ingest.importing.bags import planned_package

# What is read here lies on our own disk: what cannot be read, or changed on the way, is no fault of the bag.
OF_THE_DISK = frozenset({StorageFullError.code, StorageFailingError.code, "unreadable", "changed-meanwhile"})
Tell = Callable[[int, int, str], None]
"""Takes how many bytes are proved of how many, and what is being done."""


def carry_out(archive: Archive, import_id: str, tell: Tell) -> None:
    """Do what is wished of a package, and write down what was found of each bag; what a killed worker did stands.

    Whoever takes in goes on where an earlier run stopped. The items are kept by jobs of their own, as every gift is.
    """
    asked = outcomes.asked(archive, import_id)
    if asked is None:
        return
    profile = archive.profiles.get(asked.collection)
    if profile is None or not asked.is_allowed:
        outcomes.fail(archive, import_id, "forbidden")
    elif not package_of(archive, import_id).is_file():
        # Backups that were made before they held packages know of some all the same.
        outcomes.fail(archive, import_id, "import-lost")
    else:
        try:
            _look_through(archive, asked, profile, tell)
        except StorageFullError:
            # It passes by itself, and is tried again.
            raise
        except (ArchiveError, OSError) as error:
            told = error if isinstance(error, ArchiveError) else of_the_disk(error)
            if not isinstance(told, StorageFailingError):
                raise
            outcomes.put_off(archive, import_id, told.code)


def _look_through(archive: Archive, asked: Asked, profile: CollectionProfile, tell: Tell) -> None:
    found: list[Verdict] = []

    def note(verdict: Verdict) -> None:
        outcomes.note(archive, asked.id, len(found), verdict)
        found.append(verdict)

    def refuse(refusal: Refusal) -> None:
        note(_refused(_name_of(refusal.path), refusal.code, refusal.reason))

    # What a killed run left behind takes room that this one may need.
    sweep(archive)
    planned = planned_package(
        archive,
        package_of(archive, asked.id),
        asked.given_name,
        profile,
        refuse,
        lambda done, total: tell(done, total, "proved"),
    )
    with closing(planned), arriving(archive):
        for one in planned:
            if asked.only_check:
                note(_verdict(one, SOUND))
            else:
                note(_sent(one, send(archive, one, profile.slug, Audience.STAFF, asked.actor)))
    outcomes.end(archive, asked.id, found)


def _sent(planned: SubmissionPlan, sent: list[Sent]) -> Verdict:
    """What became of a bag that was sent: of one that is here in part, what is new of it counts."""
    for one in sent:
        if one.submission_id is not None and not one.already:
            return _verdict(planned, TAKEN, item_id=one.item_ids[0])
    for refusal in (refusal for one in sent for refusal in one.refusals):
        return _refused(title_of(planned), refusal.code, refusal.reason)
    return _verdict(planned, HERE, code=ALREADY_HERE, item_id=sent[0].item_ids[0])


def _refused(name: str, code: str, reason: str) -> Verdict:
    verdict = HERE if code == ALREADY_HERE else PUT_OFF if code in OF_THE_DISK else REFUSED
    return Verdict(name, verdict, code, reason)


def _verdict(planned: SubmissionPlan, verdict: str, *, code: str = "", item_id: str | None = None) -> Verdict:
    files = [file for item in planned.items for file in item.files]
    return Verdict(
        name=title_of(planned),
        verdict=verdict,
        code=code,
        problems=tuple(_words(planned.problems)),
        files=len(files),
        size=sum(file.path.stat().st_size for file in files),
        item_id=item_id,
    )


def _words(problems: tuple[Problem, ...]) -> Iterator[str]:
    """What could not be understood, as the command prints it."""
    for problem in problems:
        yield f"{problem.column}: {problem.reason}" if problem.column else problem.reason


def _name_of(path: Path) -> str:
    return as_text(path.name)
