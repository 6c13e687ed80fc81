"""Who saw what was taken back is written down when it is; what a thing is called stands with the thing alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ITEM = sa.table(
    "item",
    *(sa.column(name, sa.Text()) for name in ("id", "submission_id", "state", "shown_to", "bag_key")),
    *(sa.column(name, sa.Date()) for name in ("published_on", "withdrawn_on")),
    sa.column("record_revision", sa.Integer()),
)
CONSENT = sa.table(
    "consent",
    *(sa.column(name, sa.Text()) for name in ("submission_id", "audience", "people")),
    *(sa.column(name, sa.Date()) for name in ("given_on", "not_before", "not_after")),
    sa.column("version", sa.Integer()),
)


def upgrade() -> None:
    """Find who saw it by the day and the consents of then, and let go of titles that were another thing's."""
    op.add_column("item", sa.Column("shown_to", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("message") as table:
        table.add_column(sa.Column("item_id", sa.Text(), nullable=True))
        table.create_index(op.f("ix_message_item_id"), ["item_id"])
        table.create_foreign_key(
            op.f("fk_message_item_id_item"), "item", ["item_id"], ["id"], ondelete="CASCADE"
        )
    bind = op.get_bind()
    gone = sa.select(ITEM.c.id, ITEM.c.submission_id, ITEM.c.withdrawn_on)
    gone = gone.where(ITEM.c.state == "withdrawn", ITEM.c.published_on.is_not(None))
    for item_id, submission_id, day in bind.execute(gone).all():
        told = sa.select(CONSENT).where(CONSENT.c.submission_id == submission_id).order_by(CONSENT.c.version)
        seen = _seen_by(bind.execute(told).all(), day)
        bind.execute(ITEM.update().where(ITEM.c.id == item_id).values(shown_to=seen))
    # What was taken in from a folder is called as the folder is.
    op.execute(sa.text("UPDATE submission SET title = '' WHERE source_key IS NULL"))
    op.execute(sa.text("UPDATE item SET record_revision = record_revision + 1 WHERE bag_key != ''"))


def _seen_by(told: Any, day: date | None) -> str:
    """The widest audience of the consents that may have stood on that day: each of them, for nobody knows which did."""
    if day is None:
        return ""
    before = [one for one in told if one.given_on < day][-1:]
    stood = before + [one for one in told if one.given_on == day]
    for audience in ("public", "community"):
        wide = {"public": ("public",), "community": ("public", "community")}[audience]
        if stood and all(
            one.audience in wide
            and one.people not in ("not-asked", "refused")
            and (one.not_before is None or one.not_before <= day)
            and (one.not_after is None or day <= one.not_after)
            for one in stood
        ):
            return audience
    return ""


def downgrade() -> None:
    """Go by the consent of today again; titles of submissions are made of nothing."""
    with op.batch_alter_table("message") as table:
        table.drop_constraint(op.f("fk_message_item_id_item"), type_="foreignkey")
        table.drop_index(op.f("ix_message_item_id"))
        table.drop_column("item_id")
    op.drop_column("item", "shown_to")
