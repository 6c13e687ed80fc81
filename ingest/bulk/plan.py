"""Looks at folders and says what would be taken in, what not, and why; touches nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from archive.models.errors import BadInputError
from archive.profiles import CollectionProfile
from ingest.bulk.consent import consent_of
from ingest.bulk.group import group
from ingest.bulk.keep_out import KeepOut
from ingest.bulk.model import NOT_TO_BE_KEPT, Plan, Problem, Refusal, SubmissionPlan
from ingest.bulk.table import (
    BAD_TABLE,
    METADATA,
    RETURN_CODE,
    TABLE_MISNAMED,
    Row,
    Table,
    is_nearly_table_name,
    is_table_name,
    read_table,
)
from ingest.bulk.unzip import Opened
from ingest.bulk.walk import (
    as_text,
    gift_below,
    hidden,
    is_hidden,
    is_table,
    misnamed_tables_in,
    named_as_table_in,
    refusal_of,
    submission_folders,
)

IS_TABLE = "It is the table that describes what lies beside it: it is read for that, and not taken in."
UNDESCRIBED = "No row of the table describes it."
MISNAMED = f"It looks like the table that describes this folder, and it is not read. Name it {METADATA}, put it elsewhere, or, where it is a gift itself, describe it there."
NO_FILE = f"It bears the name of the table that describes this folder, and is a link, a folder or another thing that is not a file. Put a file {METADATA} there, or take it away."
# SHA-256 in hexadecimal.
FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def plan(paths: Iterable[Path], profile: CollectionProfile, keep_out: KeepOut | None = None) -> Plan:
    """Plan submissions from `paths`: a folder of files is one, a folder of folders is many, a file is one by itself.

    Files of one folder are one submission too, with the folders beside them where the table of all is given as well,
    as a shell gives `FOLDER/*`. What `keep_out` knows as an archive's own is refused wherever it is met. Everything is
    planned once, however often `paths` lead to it. BadInputError when a path is not there or holds nothing that could
    be taken in.
    """
    planning = _Planning(profile, keep_out or KeepOut())
    for (is_whole, folder), given in _together(paths).items():
        planning.add(folder) if is_whole else planning.add_beside(folder, given)
    if not planning.submissions and not planning.refusals:
        raise BadInputError("There is no file here that could be taken in.", code="nothing-to-ingest")
    return Plan(tuple(planning.submissions), tuple(planning.refusals))


def plan_opened(opened: Opened, profile: CollectionProfile) -> Plan:
    """The plan for paths whose ZIPs are unpacked; ZIPs that were refused are told with the rest."""
    planned = plan(opened.paths, profile, opened.keep_out) if opened.paths else Plan((), ())
    return Plan(planned.submissions, (*opened.refusals, *planned.refusals))


def must_be_there(paths: Iterable[Path]) -> None:
    """BadInputError (`no-such-path`) when one of the paths leads to nothing."""
    lacking = next((path for path in paths if not os.path.lexists(path)), None)
    if lacking is not None:
        raise BadInputError(f"There is nothing at {as_text(lacking)}.", code="no-such-path")


def _together(paths: Iterable[Path]) -> dict[tuple[bool, Path], list[Path]]:
    """Folders that are planned by themselves (True), and what was given beside each other by the folder that it lies in.

    BadInputError when a path is not there.
    """
    given = list(paths)
    must_be_there(given)
    # What such a table closes in a folder beside it is closed also where the folder is named.
    described = {path.parent for path in given if is_table_name(path.name)}
    groups: dict[tuple[bool, Path], list[Path]] = {}
    for path in given:
        is_own = path.is_dir() and (path.parent not in described or bool(named_as_table_in(path)))
        groups.setdefault((is_own, path if is_own else path.parent), []).append(path)
    return groups


class _Planning:
    """A plan in the making; what was met already is not met again."""

    def __init__(self, profile: CollectionProfile, keep_out: KeepOut) -> None:
        self._profile = profile
        self._keep_out = keep_out
        self._met: set[Path] = set()
        self.submissions: list[SubmissionPlan] = []
        self.refusals: list[Refusal] = []

    def add(self, path: Path) -> None:
        """Plan the submissions of a folder that was given."""
        if (own := self._keep_out.around(path)) is not None:
            self._refuse(own)
            return
        for folder in submission_folders(path, self._refuse, self._keep_out):
            refusals: list[Refusal] = []
            files = list(gift_below(folder, refusals.append, self._keep_out))
            self._submission(folder, files, refusals, whole=True)

    def add_beside(self, folder: Path, paths: Iterable[Path]) -> None:
        """Plan what was given of a folder as one submission."""
        files: list[Path] = []
        inside: list[Refusal] = []
        for path in paths:
            if (refusal := self._keep_out.around(path)) is not None:
                self._refuse(refusal)
            elif path.is_dir():
                files += gift_below(path, inside.append, self._keep_out)
            elif (refusal := refusal_of(path) or _table_given(path)) is not None:
                self._refuse(refusal)
            else:
                files.append(path)
        self._submission(folder, files, inside, whole=False)

    def _submission(self, folder: Path, paths: list[Path], refusals: list[Refusal], *, whole: bool) -> None:
        files = named(folder, [path for path in paths if self._is_new(path)])
        refusals = [refusal for refusal in refusals if self._is_new(refusal.path)]
        planned = _plan_submission(folder, files, refusals, self._profile, whole=whole)
        if files or refusals or (whole and planned.problems and self._is_new(folder)):
            self.submissions.append(planned)

    def _refuse(self, refusal: Refusal) -> None:
        if self._is_new(refusal.path):
            self.refusals.append(refusal)

    def _is_new(self, path: Path) -> bool:
        place = path.parent.resolve() / path.name
        if place in self._met:
            return False
        self._met.add(place)
        return True


def _table_given(path: Path) -> Refusal | None:
    """Why a table that was given by its own name is not taken in."""
    return Refusal(path, "table", IS_TABLE) if is_table_name(path.name) else None


def named(folder: Path, paths: Iterable[Path]) -> dict[str, Path]:
    """Files by the name they are given under; twins that differ only in the form of their accents both stay."""
    found: dict[str, Path] = {}
    for path in paths:
        relative = path.relative_to(folder).as_posix()
        name = as_text(relative)
        if name in found:
            name = os.fsencode(relative).decode("utf-8", "backslashreplace")
        while name in found:
            name += "~"
        found[name] = path
    return found


def _plan_submission(
    folder: Path,
    files: Mapping[str, Path],
    refusals: list[Refusal],
    profile: CollectionProfile,
    *,
    whole: bool,
) -> SubmissionPlan:
    bearing = named_as_table_in(folder)
    tables = [one for one in bearing if is_table(one)]
    table = tables[0] if tables else None

    def is_there(name: str) -> bool:
        # Also of a file that was not given: what is said of that one is not said of another.
        return name in files or os.path.lexists(folder / name)

    def refused(reason: str, *problems: Problem, code: str) -> SubmissionPlan:
        every = (Refusal(path, code, reason) for path in files.values())
        return SubmissionPlan(folder, (), (*refusals, *every), problems, table)

    if strange := [as_text(one.name) for one in bearing if one not in tables]:
        reason = f"What describes it is perhaps where “{strange[0]}” leads, which is not read."
        return refused(reason, *(Problem(0, name, NO_FILE) for name in strange), code=TABLE_MISNAMED)
    try:
        if len(tables) > 1:
            raise BadInputError(
                f"There are several of it: {', '.join(one.name for one in tables)}.", code=BAD_TABLE
            )
        read = read_table(table, profile, is_there) if table else Table()
    except BadInputError as error:
        # Without its descriptions the folder would be taken in wrongly; the others go on.
        reason = f"The table that describes it cannot be used: {error}"
        return refused(reason, Problem(1, "", str(error)), code=BAD_TABLE)
    told = consent_of(read, profile)
    if told.may_be_kept is None:
        reason = "A row of the table that describes it has more cells than the header, so nobody knows whether it may be kept."
        return refused(reason, *read.problems, *told.problems, code=BAD_TABLE)
    if not told.may_be_kept:
        return refused("Whoever gave it did not agree that it is kept.", code=NOT_TO_BE_KEPT)
    wanted = {row.file: row for row in read.rows}
    if misnamed := [name for name in _nearly_tables(folder, files) if name not in wanted]:
        # What it closes, or does not allow to be kept, nobody would know.
        reason = f"What describes it is perhaps in “{misnamed[0]}”, which is not read."
        return refused(reason, *(Problem(0, name, MISNAMED) for name in misnamed), code=TABLE_MISNAMED)
    usable = {name: path for name, path in files.items() if name in wanted or not is_hidden(name)}
    unseen = [hidden(path) for name, path in files.items() if name not in usable]
    items, more = group(folder, usable, wanted, profile)
    code, wrong_code = _code_of(read.rows)
    gone = _without_file(read.rows, files, refusals, folder) if whole else []
    one = _one_of_many(usable) if whole and not table else []
    bare = [Problem(0, name, UNDESCRIBED, note=True) for name in usable if table and name not in wanted]
    problems = [*read.problems, *told.problems, *wrong_code, *gone, *one, *more]
    # What may well be meant, and is said of many files, comes last.
    problems = [*sorted(problems, key=lambda problem: problem.row), *bare]
    return SubmissionPlan(
        folder, tuple(items), (*refusals, *unseen), tuple(problems), table, told.consent, code=code
    )


def _nearly_tables(folder: Path, files: Mapping[str, Path]) -> Iterable[str]:
    """The names of files in or below a folder that may well be meant as its table, given or beside what is given."""
    beside = {path: as_text(path.name) for path in misnamed_tables_in(folder)}
    given = {path: name for name, path in files.items() if is_nearly_table_name(path.name)}
    return {**beside, **given}.values()


def _code_of(rows: Iterable[Row]) -> tuple[str, list[Problem]]:
    """The fingerprint of the code that its giver has, which every row of a parcel tells; what is none lets nobody in."""
    told = {row.get(RETURN_CODE): row for row in rows if row.get(RETURN_CODE)}
    if not told:
        return "", []
    (first, row), *others = told.items()
    if others or not FINGERPRINT.fullmatch(first):
        reason = "This is not what the form of the offline kit writes; nobody comes back by it."
        return "", [Problem((others[0][1] if others else row).number, RETURN_CODE, reason)]
    return first, []


def _one_of_many(names: Iterable[str]) -> list[Problem]:
    """Says that folders are one submission because a file lies beside them: each may be meant as one of its own."""
    folders = {name.partition("/")[0] for name in names if "/" in name}
    beside = next((name for name in names if "/" not in name), "")
    if not beside or len(folders) < 2:
        return []
    reason = f"It lies beside {len(folders)} folders, so all of it together is one submission. If each folder is one, put what lies beside them elsewhere."
    return [Problem(0, beside, reason, note=True)]


def _without_file(
    rows: Iterable[Row], files: Mapping[str, Path], refusals: Iterable[Refusal], folder: Path
) -> list[Problem]:
    there = files.keys() | named(folder, [refusal.path for refusal in refusals]).keys()
    alike = {name.casefold(): f"; there is “{name}”" for name in there}
    return [
        Problem(row.number, "file", f"There is no file “{row.file}”{alike.get(row.file.casefold(), '')}.")
        for row in rows
        if row.file not in there
    ]
