"""Bags and tables from elsewhere to submissions: planned first, so that a dry run names every problem, then taken in."""

from ingest.importing.run import import_bags, look_at_bags

__all__ = ["import_bags", "look_at_bags"]
