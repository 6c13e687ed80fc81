"""Runs migrations on the connection that `archive.models.migrate` hands over."""

from __future__ import annotations

from alembic import context

from archive.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
    include_name=lambda name, kind, _parents: kind != "table" or name in Base.metadata.tables,
)
with context.begin_transaction():
    context.run_migrations()
