"""Takes back what was given, one thing or all of it, hidden or destroyed; what an older backup brings again is taken back again.

The ledger hears of it before the database commits. Killed in between, the ledger says more than the database, and
`reapply` makes them equal; the other way round a restored backup could show what somebody took back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.access import OPERATOR, PUBLIC, Actor, can, may_know_of
from archive.models import (
    AccessCopy,
    Action,
    Draft,
    File,
    FileState,
    Item,
    ItemState,
    Likeness,
    Passage,
    PictureHash,
    Replacement,
    Right,
    Submission,
)
from archive.models.errors import BadInputError, NotFoundError
from archive.services import closing, shared_reapplying, unsent_words
from archive.services.carrying_over import made_of
from archive.services.contribute import enqueue_examination
from archive.services.draft_files import delete_items, remove_bytes
from archive.services.expiry import delete_draft
from archive.services.lifecycle import changing, load_for_change, transition
from archive.services.of_submission import has_for_all
from archive.services.opening import Archive
from archive.services.replaced import stepped_back
from archive.services.taken_back_by import AtTheirWish, by_its_giver, check_words, tell_giver
from archive.services.taking_one_back import Wish, take_back_one
from archive.services.withdrawal_ledger import BY_LEDGER, Act, Entry, Line

LONGEST_WORDS = 1000
IDS_A_QUERY = 500
NO_SUCH_SUBMISSION = "There is no such submission."


def withdraw_item(
    archive: Archive, actor: Actor, item_id: str, reason: str = "", *, destroy: bool = False, words: str = ""
) -> None:
    """Take one item back from every public place, by who gave it or by staff; already withdrawn is success.

    With `destroy`, originals and records go too, within seconds and for good. `reason` is for the history, `words`
    for the public: what somebody wrote there only its giver replaces (ConflictError `words-stand`).
    NotFoundError, ForbiddenError, ConflictError as `lifecycle.transition`.
    """
    wish = _wish(reason, words, destroy=destroy)

    def take_back(session: Session) -> None:
        item = load_for_change(session, item_id)
        if can(actor, Right.WITHDRAW, item):
            check_words(session, item, actor, wish.words)
        # What it was made of holds the same bytes still, and what is just being made of it soon will.
        before = _replaced_by(session, item_id) if destroy else []
        on_the_way = [load_for_change(session, one) for one in made_of(session, item_id)]
        # What was kept of the old ones may be given again, so their files are not those that were destroyed.
        _take_back(archive, session, [item, *on_the_way], actor, wish, with_them=before)

    archive.db.write_until_done(take_back)


def check(archive: Archive, actor: Actor, item_id: str, words: str) -> None:
    """ConflictError (`words-stand`) where `withdraw_item` would not let these words stand in the place of an item."""
    with archive.db.read() as session:
        item = session.get(Item, item_id)
        if item is not None and can(actor, Right.WITHDRAW, item):
            check_words(session, item, actor, words)


def withdraw_submission(
    archive: Archive,
    actor: Actor,
    submission_id: str,
    reason: str = "",
    *,
    destroy: bool = False,
    words: str = "",
) -> None:
    """Take back everything of a submission, as `withdraw_item`; what of it is only a draft is removed.

    What somebody else wrote to stand in the place of a thing stays.

    NotFoundError when there is none that `actor` gave or may take back.
    """
    wish = _wish(reason, words, destroy=destroy)

    def take_back(session: Session) -> tuple[list[str], list[str]]:
        staged: list[str] = []
        drafted: list[str] = []
        submission = session.get(Submission, submission_id, with_for_update=True)
        if submission is None or not _may_take_back(session, actor, submission):
            raise NotFoundError(NO_SUCH_SUBMISSION)
        draft = session.get(Draft, submission_id, with_for_update=True)
        if draft is not None and (submission.sent or submission_id in actor.submissions):
            staged, drafted = delete_draft(archive, session, draft)
        query = select(Item.id).where(Item.submission_id == submission_id, Item.state != ItemState.DRAFT)
        ids = session.scalars(query.order_by(Item.id)).all()
        _take_back(archive, session, [load_for_change(session, one) for one in ids], actor, wish)
        unsent_words.forget_all(session, submission_id)
        return staged, drafted

    remove_bytes(archive, *archive.db.write_until_done(take_back))


def reinstate(
    archive: Archive,
    actor: Actor,
    item_id: str,
    *,
    version: int | None = None,
    asked: AtTheirWish | None = None,
) -> None:
    """Have what was hidden wait in review again, its access copies made anew; ConflictError (`destroyed`) too late.

    What its giver took back only where they `asked` for it (ConflictError `not-asked-for`), and they are told so.
    """
    with changing(archive, item_id) as (session, item):
        by_giver = by_its_giver(session, item)
        detail = dict(_wish(asked.reason.strip() if asked else "", "", destroy=False).detail)
        transition(session, item, Action.REINSTATE, actor, version=version, detail=detail)
        if by_giver:
            tell_giver(archive, session, actor, item, asked)
        item.withdrawal_words = ""
        ids = [file.id for file in item.files]
        forget_copies(session, ids)
        for file in item.files:
            file.state = FileState.RECEIVED
        session.flush()
        for file_id in ids:
            enqueue_examination(archive, session, file_id, again=str(item.version))
        archive.withdrawals.append([Entry(Act.REINSTATE, item.id, item.submission_id)])


def reapply(archive: Archive) -> int:
    """Take back again whatever the ledger says is and the database, restored from an older copy, says is not.

    Returns how many items were; what belongs to no item is taken off again too. What the database knows as withdrawn and the ledger never heard of is entered.
    """
    standing = archive.withdrawals.standing()
    taken = {item_id: line for item_id, line in standing.items() if line.takes_back}
    again = [item_id for item_id in _undone(archive, taken) if _again(archive, item_id, taken[item_id])]
    _enter_unheard(archive, standing)
    shared_reapplying.reapply(archive)
    closing.reapply(archive)
    return len(again)


def forget_copies(session: Session, file_ids: Sequence[str]) -> None:
    """Delete the rows of access copies and passages of files, and of how they look, in the caller's transaction."""
    for model in (AccessCopy, Passage, PictureHash, Likeness):
        session.execute(delete(model).where(model.file_id.in_(file_ids)))
    session.execute(delete(Likeness).where(Likeness.other_id.in_(file_ids)))


def settle(
    archive: Archive,
    session: Session,
    olds: Sequence[Item],
    news: Sequence[Item],
    taken_back: Sequence[Item],
) -> None:
    """Do to the items that took the place of others what was done to these meanwhile, and the other way round.

    In the caller's transaction, which has locked all of them; `taken_back` are those of `olds` that were. What of
    them is not destroyed with a new item is kept in another, and may be given again.
    """
    destroy = any(one.erasure for one in taken_back)
    if not destroy and any(one.erasure for one in news):
        # What is to be destroyed is in an old bag too, and had to wait until the rest was somewhere else.
        gone = [one for one in olds if one.state == ItemState.WITHDRAWN]
        _take_back(archive, session, (), OPERATOR, Wish(destroy=True), with_them=gone)
    if taken_back:
        _take_back(archive, session, news, OPERATOR, Wish(destroy))


def _wish(reason: str, words: str, *, destroy: bool) -> Wish:
    if len(words) > LONGEST_WORDS or len(reason) > LONGEST_WORDS:
        raise BadInputError(f"The words are longer than {LONGEST_WORDS} characters.", code="words-too-long")
    return Wish(destroy, words.strip(), {"reason": reason} if reason else {})


def _may_take_back(session: Session, actor: Actor, submission: Submission) -> bool:
    if submission.id in actor.submissions:
        return True
    return submission.sent and has_for_all(session, actor, submission.id, Right.SEE_ALL, Right.WITHDRAW)


def _replaced_by(session: Session, item_id: str) -> list[Item]:
    """The items in whose place this one stands, and those in whose place they stood.

    Not one that others are just being made of: what is to be kept of it is nowhere else yet.
    """
    found: dict[str, Item] = {}
    look = [item_id]
    while look:
        query = select(Replacement.old_id).where(Replacement.new_id.in_(look), Replacement.done)
        look = [one for one in session.scalars(query) if one not in found]
        found |= {one: load_for_change(session, one) for one in look}
    return list(found.values())


def _take_back(
    archive: Archive,
    session: Session,
    items: Sequence[Item],
    actor: Actor,
    wish: Wish,
    with_them: Sequence[Item] = (),
) -> None:
    heard = [one for one in (*items, *with_them) if take_back_one(session, one, actor, wish)]
    entries = [_entry(one, wish, one.files if one in items else ()) for one in heard]
    for one in (*items, *with_them):
        unsent_words.forget_about(session, one.submission_id, [one.id])
    # Whatever could still be refused is refused before the ledger hears of it.
    session.flush()
    archive.withdrawals.append(entries)


def _entry(item: Item, wish: Wish, files: Sequence[File]) -> Entry:
    if not wish.destroy:
        return Entry(Act.HIDE, item.id, item.submission_id)
    # Every empty file is alike: to refuse one would be to refuse all.
    sha512s = tuple(file.sha512 for file in files if file.size)
    return Entry(Act.DESTROY, item.id, item.submission_id, sha512s, may_know_of(PUBLIC, item))


def _undone(archive: Archive, taken: Mapping[str, Line]) -> Iterator[str]:
    """Items that are taken back by the ledger and not, or less so, by the database."""
    ids = sorted(taken)
    for start in range(0, len(ids), IDS_A_QUERY):
        query = select(Item.id, Item.state, Item.erasure)
        with archive.db.read() as session:
            rows = session.execute(query.where(Item.id.in_(ids[start : start + IDS_A_QUERY]))).all()
        for item_id, state, erasure in rows:
            destroy = taken[item_id].act == Act.DESTROY
            if state != ItemState.WITHDRAWN or (destroy and not erasure):
                yield item_id


def _again(archive: Archive, item_id: str, line: Line) -> bool:
    with archive.db.write() as session:
        item = load_for_change(session, item_id)
        if item.state == ItemState.DRAFT:
            files = [(file.staged_as, file.id) for file in item.files]
            delete_items(archive, session, [item])
        else:
            files = []
            wish = Wish(line.act == Act.DESTROY, detail=dict(BY_LEDGER))
            if not take_back_one(session, item, OPERATOR, wish):
                return False
            item.withdrawn_on = line.day
    remove_bytes(archive, [staged for staged, _ in files], [file_id for _, file_id in files])
    return True


def _enter_unheard(archive: Archive, standing: Mapping[str, Line]) -> None:
    query = select(Item.id, Item.erasure)
    query = query.where(Item.state == ItemState.WITHDRAWN, Item.withdrawn_on.is_not(None))
    with archive.db.read() as session:
        unheard = [(one, erasure) for one, erasure in session.execute(query) if one not in standing]
        # What only stepped back for others nobody took back.
        ids = [one for one, erasure in unheard if erasure or not stepped_back(session, one)]
        items = [session.get_one(Item, one) for one in ids]
        archive.withdrawals.append([_entry(one, Wish(bool(one.erasure)), one.files) for one in items])
