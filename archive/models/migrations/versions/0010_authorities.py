"""What is known of names, places and terms; stories with their revisions; introductions of collections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import archive.models.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# What items are linked to is looked for from the other side too.
LINKS = (("item_agent", "agent_id"), ("item_place", "place_id"), ("item_term", "term_id"))
# Nothing has ever been written into these: what is known of a word has tables of its own now.
UNUSED = (("agent", "note"), ("term", "note"), ("term", "uri"))


def upgrade() -> None:
    """Make room for what is known of words, and for stories as they are written."""
    _make_authorities()
    for table, column in LINKS:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for table, column in UNUSED:
        op.drop_column(table, column)
    # Stories could not be written before, so there is none to keep.
    op.drop_table("story_item")
    op.drop_table("story")
    _make_stories()


def _make_authorities() -> None:
    op.create_table(
        "authority",
        _text("id"),
        _text("room"),
        _text("standing"),
        sa.Column("preferred_id", sa.Text(), nullable=True),
        _text("note"),
        _text("precision"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority")),
    )
    op.create_index(op.f("ix_authority_preferred_id"), "authority", ["preferred_id"])
    op.create_table(
        "alternative_name",
        _text("authority_id"),
        _text("name"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("former", sa.Boolean(), nullable=False),
        _of_authority("alternative_name"),
        sa.PrimaryKeyConstraint("authority_id", "name", name=op.f("pk_alternative_name")),
    )
    op.create_index(op.f("ix_alternative_name_name"), "alternative_name", ["name"])
    op.create_table(
        "authority_link",
        _text("authority_id"),
        _text("uri"),
        sa.Column("position", sa.Integer(), nullable=False),
        _of_authority("authority_link"),
        sa.PrimaryKeyConstraint("authority_id", "uri", name=op.f("pk_authority_link")),
    )
    op.create_table(
        "merged_authority",
        _text("old_id"),
        _text("room"),
        _text("new_id"),
        sa.PrimaryKeyConstraint("old_id", name=op.f("pk_merged_authority")),
    )
    op.create_index(op.f("ix_merged_authority_new_id"), "merged_authority", ["new_id"])
    op.create_table(
        "rewording",
        _text("id"),
        _text("authority_id"),
        _text("room"),
        _text("kind"),
        _text("agent"),
        _text("from_id"),
        sa.Column("moved", sa.JSON(), nullable=False),
        _text("reached"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rewording")),
    )
    op.create_index(op.f("ix_rewording_authority_id"), "rewording", ["authority_id"])


def _make_stories() -> None:
    op.create_table(
        "story",
        _text("id"),
        _text("slug"),
        _text("collection"),
        _text("language"),
        sa.Column("translation_of", sa.Text(), nullable=True),
        _text("title"),
        _text("body"),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_collection("story"),
        sa.ForeignKeyConstraint(
            ["translation_of"], ["story.id"], name=op.f("fk_story_translation_of_story"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sa.UniqueConstraint("slug", name=op.f("uq_story_slug")),
    )
    op.create_index(op.f("ix_story_collection"), "story", ["collection"])
    op.create_index(op.f("ix_story_translation_of"), "story", ["translation_of"])
    _make_story_items(sa.Column("caption", sa.Text(), nullable=False))
    op.create_index(op.f("ix_story_item_item_id"), "story_item", ["item_id"])
    op.create_table(
        "story_revision",
        _text("id"),
        _text("story_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        _text("agent"),
        _text("language"),
        _text("title"),
        _text("body"),
        sa.Column("items", sa.JSON(), nullable=False),
        _of_story("story_revision"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_revision")),
        sa.UniqueConstraint("story_id", "number", name=op.f("uq_story_revision_story_id_number")),
    )
    op.create_table(
        "introduction",
        _text("collection"),
        _text("language"),
        _text("body"),
        _text("agent"),
        sa.Column("changed_on", sa.Date(), nullable=False),
        _of_collection("introduction"),
        sa.PrimaryKeyConstraint("collection", "language", name=op.f("pk_introduction")),
    )


def _make_story_items(*more: sa.Column[str]) -> None:
    op.create_table(
        "story_item",
        _text("story_id"),
        _text("item_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["item_id"], ["item.id"], name=op.f("fk_story_item_item_id_item"), ondelete="CASCADE"
        ),
        _of_story("story_item"),
        sa.PrimaryKeyConstraint("story_id", "item_id", name=op.f("pk_story_item")),
    )


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _of_authority(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_authority_id_authority")
    return sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=name, ondelete="CASCADE")


def _of_collection(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_collection_collection")
    return sa.ForeignKeyConstraint(["collection"], ["collection.slug"], name=name)


def _of_story(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_story_id_story")
    return sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    """Forget what is known of words; items keep the words themselves."""
    for table in ("introduction", "story_revision", "story_item", "story"):
        op.drop_table(table)
    op.create_table(
        "story",
        _text("id"),
        _text("slug"),
        _text("collection"),
        _text("title"),
        _text("body"),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("changed", archive.models.base.UtcDateTime(), nullable=False),
        _of_collection("story"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sa.UniqueConstraint("slug", name=op.f("uq_story_slug")),
    )
    op.create_index(op.f("ix_story_collection"), "story", ["collection"])
    _make_story_items()
    for table, column in UNUSED:
        op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=""))
    for table, column in LINKS:
        op.drop_index(op.f(f"ix_{table}_{column}"), table)
    for table in ("rewording", "merged_authority", "authority_link", "alternative_name", "authority"):
        op.drop_table(table)
