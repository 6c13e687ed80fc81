"""The two indexes of an archive, and which engine keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archive.search.port import STAFF_FACETS, SearchIndex
from archive.search.whoosh_index import WhooshIndex


@dataclass(frozen=True)
class Indexes:
    """`public` holds only what its callers give it: public fields of public items. `staff` holds every item."""

    public: SearchIndex
    staff: SearchIndex

    def close(self) -> None:
        """Let go of the files of both."""
        self.public.close()
        self.staff.close()


def open_indexes(root: Path, *, lock_timeout: float = 30.0) -> Indexes:
    """Open `root/public` and `root/staff`; folders that are not there yet are empty indexes until something is written."""
    return Indexes(
        public=WhooshIndex(root / "public", lock_timeout=lock_timeout),
        staff=WhooshIndex(root / "staff", facets=STAFF_FACETS, lock_timeout=lock_timeout),
    )
