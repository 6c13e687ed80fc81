"""Finds pictures that are nearly the same: by the difference hash of each, looked up in four bands of 16 bits."""

from __future__ import annotations

from sqlalchemy import delete, or_, select, text
from sqlalchemy.orm import Session

from archive.models import File, Likeness, PictureHash
from archive.services.opening import Archive

BITS, BANDS = 64, 4
BAND_BITS = BITS // BANDS
# Of 64 bits so many may differ; with up to seven, one band of the four differs in one bit at most.
NEAR = 6
# A picture that is like very many others, such as an empty page, says little; these are enough to look at.
MOST_CANDIDATES = 2_000
MOST_ALIKE = 50
# The advisory lock under which pictures are compared on PostgreSQL one after the other; SQLite has one writer anyhow.
_LOCK = 7_325_006


def remember(archive: Archive, session: Session, file_id: str, looks: int | None) -> None:
    """Keep how a file's picture looks (64 bits, None: it has none), and which others are nearly the same.

    In the caller's transaction; what was known of the file before is replaced.
    """
    session.execute(delete(PictureHash).where(PictureHash.file_id == file_id))
    session.execute(delete(Likeness).where(or_(Likeness.file_id == file_id, Likeness.other_id == file_id)))
    if looks is None or not 0 <= looks < 1 << BITS:
        return
    if not archive.db.is_sqlite:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    bands = _bands(looks)
    near = _near(session, file_id, bands)
    session.add(
        PictureHash(file_id=file_id, band_1=bands[0], band_2=bands[1], band_3=bands[2], band_4=bands[3])
    )
    for other_id, distance in near[:MOST_ALIKE]:
        session.add(Likeness(file_id=file_id, other_id=other_id, distance=distance))
        session.add(Likeness(file_id=other_id, other_id=file_id, distance=distance))
    session.flush()


def _near(session: Session, file_id: str, bands: tuple[int, ...]) -> list[tuple[str, int]]:
    """The files of other items whose picture differs in few bits, the nearest first, with how many."""
    columns = (PictureHash.band_1, PictureHash.band_2, PictureHash.band_3, PictureHash.band_4)
    close = [column.in_(_one_off(band)) for column, band in zip(columns, bands, strict=True)]
    mine = select(File.item_id).where(File.id == file_id).scalar_subquery()
    query = select(PictureHash.file_id, *columns).join(File, File.id == PictureHash.file_id)
    found = session.execute(query.where(or_(*close), File.item_id != mine).limit(MOST_CANDIDATES))
    near = [(other_id, _distance(bands, others)) for other_id, *others in found]
    return sorted((one for one in near if one[1] <= NEAR), key=lambda one: (one[1], one[0]))


def _bands(looks: int) -> tuple[int, ...]:
    return tuple(looks >> BAND_BITS * (BANDS - 1 - place) & (1 << BAND_BITS) - 1 for place in range(BANDS))


def _one_off(band: int) -> list[int]:
    """The band itself, and all that differ from it in one bit."""
    return [band, *(band ^ 1 << place for place in range(BAND_BITS))]


def _distance(one: tuple[int, ...], other: list[int]) -> int:
    return sum((here ^ there).bit_count() for here, there in zip(one, other, strict=True))
