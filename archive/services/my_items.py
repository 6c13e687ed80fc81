"""What somebody sees of what they gave, and where each thing of it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from archive.models import Consent, Item, ItemState, days_now
from archive.models.errors import NotFoundError
from archive.services.first_days import FirstDays
from archive.services.lifecycle import NO_SUCH_ITEM
from archive.services.taken_back_by import whose_wish
from archive.services.taking_one_back import DONE
from archive.services.views import CopyView


@dataclass(frozen=True)
class MyFile:
    """One file of an item, and the words that stand under it."""

    id: str
    name: str
    words: str


@dataclass(frozen=True)
class MyItem:
    """One item of a submission as its contributor sees it.

    Of one that was taken back, `by` is whose wish that was, or that it be destroyed where it is (as `whose_wish`). Of
    one that is published, nobody else is shown it before the day `opens`, or from `closed` on.
    """

    id: str
    title: str
    state: str
    given: tuple[MyFile, ...]
    face: CopyView | None
    erasure: str
    words: str = ""
    by: str = ""
    opens: date | None = None
    closed: date | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """What its files were called."""
        return tuple(one.name for one in self.given)

    @property
    def is_destroyed(self) -> bool:
        """Whether nothing of it is left; until then it is only asked for."""
        return self.erasure == DONE


@dataclass(frozen=True)
class MySubmission:
    """A submission as its contributor sees it; `unread` counts the curators' messages not opened yet.

    `draft_until` is the day on which what is not sent of it is removed; None where all is. `code_is_shown` tells that a
    code was shown, which lets in, and not typed again yet; `is_held` that an account leads back to it, with a code or without.
    """

    id: str
    collection: str
    title: str
    sent: bool
    received_on: date
    items: tuple[MyItem, ...]
    consent: Consent
    days: FirstDays
    draft_until: date | None
    has_code: bool
    code_is_shown: bool
    is_held: bool
    has_contact: bool
    unread: int
    places: tuple[str, ...] = ()

    @property
    def anything_left(self) -> bool:
        """Whether something of it is not destroyed and not to be."""
        return any(not one.erasure for one in self.items)

    def item(self, item_id: str) -> MyItem:
        """One of its items; NotFoundError when it is none of them."""
        found = next((one for one in self.items if one.id == item_id), None)
        if found is None:
            raise NotFoundError(NO_SUCH_ITEM)
        return found


def my_item(session: Session, item: Item, face: CopyView | None) -> MyItem:
    """One item as whoever gave it sees it."""
    on, first, last = days_now(), item.consent.not_before, item.consent.not_after
    is_published = item.state == ItemState.PUBLISHED
    return MyItem(
        id=item.id,
        title=item.title,
        state=item.state,
        given=tuple(MyFile(one.id, one.given_name, one.title) for one in item.files),
        face=face,
        erasure=item.erasure,
        words=item.withdrawal_words,
        by=whose_wish(session, item) if item.state == ItemState.WITHDRAWN else "",
        opens=first if is_published and first is not None and not on.has_begun(first) else None,
        closed=last if is_published and last is not None and on.is_over(last) else None,
    )
