"""The indexes of an archive, and which engine keeps them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archive.models.errors import BadInputError
from archive.search.port import FACETS, STAFF_FACETS, SearchIndex
from archive.search.whoosh_index import WhooshIndex

Opening = Callable[[str, tuple[str, ...]], SearchIndex]
"""Opens the index of a name that counts some facets."""


@dataclass(frozen=True)
class Indexes:
    """Each holds only what its callers give it: `public` public fields of public items, `members` the same of what members
    of the community alone may see; `staff` holds every item.
    """

    public: SearchIndex
    members: SearchIndex
    staff: SearchIndex

    @property
    def every(self) -> tuple[SearchIndex, ...]:
        """All of them, in the order in which they hear of a change: what is to disappear disappears first for most."""
        return (self.public, self.members, self.staff)

    def close(self) -> None:
        """Let go of the files or connections of all."""
        for index in self.every:
            index.close()


def open_indexes(
    root: Path, *, engine: str = "auto", database: str = "", lock_timeout: float = 30.0
) -> Indexes:
    """Open the indexes `public`, `members` and `staff` below `root` or in `database`; where nothing was written yet, they are empty.

    The engine `auto` is PostgreSQL where the database is, and Whoosh elsewhere. BadInputError `bad-setting` where the
    engine chosen is not there.
    """
    is_postgresql = database.startswith("postgresql")
    name = ("postgresql" if is_postgresql else "whoosh") if engine == "auto" else engine
    opening = {"postgresql": _postgresql, "tantivy": _tantivy, "whoosh": _whoosh}[name]
    opened = opening(root, database, lock_timeout)
    return Indexes(
        public=opened("public", FACETS),
        members=opened("members", FACETS),
        staff=opened("staff", STAFF_FACETS),
    )


def _whoosh(root: Path, _database: str, lock_timeout: float) -> Opening:
    return lambda name, facets: WhooshIndex(root / name, facets=facets, lock_timeout=lock_timeout)


def _tantivy(root: Path, _database: str, lock_timeout: float) -> Opening:
    try:
        from archive.search.tantivy_index import TantivyIndex
    except ImportError as error:
        raise BadInputError(
            "The setting search_engine is tantivy, which is not installed.",
            code="bad-setting",
            remedy="Install it with `pip install remembrance[tantivy]`, or set search_engine to auto.",
        ) from error
    return lambda name, facets: TantivyIndex(
        root / f"tantivy-{name}", facets=facets, lock_timeout=lock_timeout
    )


def _postgresql(_root: Path, database: str, lock_timeout: float) -> Opening:
    from archive.search.postgres_index import PostgresIndex
    from archive.search.postgres_tables import connect

    if not database.startswith("postgresql"):
        raise BadInputError(
            "The setting search_engine is postgresql, and the archive's database is not PostgreSQL.",
            code="bad-setting",
            remedy="Set database_url to the address of a PostgreSQL database, or search_engine to auto.",
        )
    shared = connect(database)
    return lambda name, facets: PostgresIndex(shared, name, facets=facets, lock_timeout=lock_timeout)
