"""What an older version let stand beside: titles and names in old revisions and damaged bags, wishes of no one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ITEM = sa.table(
    "item",
    *(sa.column(name, sa.Text()) for name in ("id", "submission_id", "title", "erasure", "bag_key")),
    sa.column("record_revision", sa.Integer()),
)
FILE = sa.table(
    "file", *(sa.column(name, sa.Text()) for name in ("item_id", "given_name")), sa.column("position")
)
REVISION = sa.table("revision", sa.column("item_id", sa.Text()), sa.column("said", sa.JSON()))
SUBMISSION = sa.table("submission", sa.column("id", sa.Text()), sa.column("source_key", sa.Text()))
CONSENT = sa.table(
    "consent", *(sa.column(name, sa.Text()) for name in ("submission_id", "naming", "name_shown"))
)
MESSAGE = sa.table(
    "message",
    sa.column("id", sa.Integer()),
    *(sa.column(name, sa.Text()) for name in ("submission_id", "item_id", "written_by", "text")),
)
# How such a wish began in each language, before and after what the thing is called.
BEGINNINGS = (
    ("What should change of “", "”:"),
    ("Qué debería cambiar de «", "»:"),
    ("Ce qui devrait changer dans « ", " » :"),
    ("O que deveria mudar em “", "”:"),
)


def upgrade() -> None:
    """Say of each wish for a correction which thing it is of, and have bags say no more than their records do.

    One of a thing that is destroyed goes, as it would have. Every bag that was given with others, or of which a name
    was wiped, is written once more: whoever writes it takes out what older revisions and damaged bags tell still.
    """
    bind = op.get_bind()
    wishes = sa.select(MESSAGE).where(MESSAGE.c.item_id.is_(None), MESSAGE.c.written_by == "contributor")
    for wish in bind.execute(wishes.order_by(MESSAGE.c.id)).all():
        if (called := _called(wish.text)) is not None:
            _settle(bind, wish, called)
    several = sa.select(ITEM.c.submission_id).group_by(ITEM.c.submission_id).having(sa.func.count() > 1)
    nameless = sa.select(SUBMISSION.c.id).where(SUBMISSION.c.source_key.is_(None))
    beside = ITEM.c.submission_id.in_(several) & ITEM.c.submission_id.in_(nameless)
    wiped = sa.select(CONSENT.c.submission_id)
    wiped = wiped.where(CONSENT.c.naming != "no-name", CONSENT.c.name_shown == "")
    due = (ITEM.c.bag_key != "") & (beside | ITEM.c.submission_id.in_(wiped))
    bind.execute(ITEM.update().where(due).values(record_revision=ITEM.c.record_revision + 1))


def _called(text: str) -> str | None:
    """What the thing is called that a wish is of; None for any other message."""
    first = text.split("\n", 1)[0]
    for before, after in BEGINNINGS:
        # Blanks that do not break are blanks.
        line = first.replace("\u00a0", " ").replace("\u202f", " ")
        if line.startswith(before) and line.endswith(after):
            return line[len(before) : -len(after)]
    return None


def _settle(bind: sa.Connection, wish: Any, called: str) -> None:
    given = sa.select(ITEM).where(ITEM.c.submission_id == wish.submission_id)
    items = bind.execute(given).all()
    found = [one.id for one in items if called in _names(bind, one)]
    mine = MESSAGE.c.id == wish.id
    if len(found) == 1:
        bind.execute(MESSAGE.update().where(mine).values(item_id=found[0]))
    elif not found and any(one.erasure for one in items):
        # Whatever is left was never called so.
        bind.execute(MESSAGE.delete().where(mine))


def _names(bind: sa.Connection, item: Any) -> set[str]:
    """What an item is called, or was, with its files and without."""
    told: Sequence[Mapping[str, str]] = (
        bind.execute(sa.select(REVISION.c.said).where(REVISION.c.item_id == item.id)).scalars().all()
    )
    titles = {item.title, *(one.get("title", "") for one in told)} - {""}
    files = sa.select(FILE.c.given_name).where(FILE.c.item_id == item.id).order_by(FILE.c.position)
    names = ", ".join(bind.execute(files).scalars().all())
    plain = {one.replace("\u00a0", " ").replace("\u202f", " ") for one in titles}
    return plain | {f"{one} ({names})" for one in plain}


def downgrade() -> None:
    """What was forgotten is not told again."""
