"""Contributors: drafts, arriving bytes, codes to come back with, contact details, withdrawals."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CONSENT: dict[str, tuple[Any, str]] = {
    "places_shown": (sa.JSON(), "'{}'"),
    "people": (sa.Text(), "''"),
    "people_words": (sa.Text(), "''"),
    "agreement_fingerprint": (sa.Text(), "''"),
    "agreement_text": (sa.Text(), "''"),
}


def upgrade() -> None:
    # Plain ALTERs only: SQLite would remake the table otherwise, and dropping the old one cascades.
    op.add_column("submission", sa.Column("sent", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("submission", sa.Column("language", sa.Text(), nullable=False, server_default=""))
    for name, (kind, default) in CONSENT.items():
        column = sa.Column(name, kind, nullable=False, server_default=sa.text(default))
        op.add_column("consent", column)
    op.add_column("message", sa.Column("seen", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("item", sa.Column("withdrawn_on", sa.Date(), nullable=True))
    op.add_column("item", sa.Column("withdrawal_words", sa.Text(), nullable=False, server_default=""))
    op.add_column("item", sa.Column("erasure", sa.Text(), nullable=False, server_default=""))
    op.create_index(op.f("ix_item_erasure"), "item", ["erasure"])
    _create_tables()


def _create_tables() -> None:
    op.create_table(
        "draft",
        _submission_id(),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("touched_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_draft")),
        _of_submission("draft"),
    )
    op.create_index(op.f("ix_draft_touched_on"), "draft", ["touched_on"])
    op.create_table(
        "upload",
        sa.Column("id", sa.Text(), nullable=False),
        _submission_id(),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=True),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        _of_submission("upload"),
        sa.ForeignKeyConstraint(
            ["file_id"], ["file.id"], name=op.f("fk_upload_file_id_file"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_upload_submission_id"), "upload", ["submission_id"])
    op.create_index(op.f("ix_upload_begun_on"), "upload", ["begun_on"])
    op.create_table(
        "return_code",
        _submission_id(),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_return_code")),
        sa.UniqueConstraint("lookup", name=op.f("uq_return_code_lookup")),
        _of_submission("return_code"),
    )
    op.create_table(
        "contact",
        _submission_id(),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_contact")),
        _of_submission("contact"),
    )
    op.create_table(
        "holder",
        _submission_id(),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_holder")),
        _of_submission("holder"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_holder_user_id_user_account"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_holder_user_id"), "holder", ["user_id"])


def _submission_id() -> sa.Column[str]:
    return sa.Column("submission_id", sa.Text(), nullable=False)


def _of_submission(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_submission_id_submission")
    return sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in ("holder", "contact", "return_code", "upload", "draft"):
        op.drop_table(table)
    op.drop_index(op.f("ix_item_erasure"), "item")
    for column in ("erasure", "withdrawal_words", "withdrawn_on"):
        op.drop_column("item", column)
    op.drop_column("message", "seen")
    for column in CONSENT:
        op.drop_column("consent", column)
    op.drop_column("submission", "language")
    op.drop_column("submission", "sent")
