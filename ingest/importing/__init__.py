"""Bags and tables from elsewhere to submissions: planned first, so that a dry run names every problem, then taken in."""

from ingest.importing.mapping import TableMapping, read_mapping, ready_mappings
from ingest.importing.run import import_bags, import_table, look_at_bags, look_at_table

__all__ = [
    "TableMapping",
    "import_bags",
    "import_table",
    "look_at_bags",
    "look_at_table",
    "read_mapping",
    "ready_mappings",
]
