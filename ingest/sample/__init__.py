"""A collection's own demonstration material: files made from the words in its `sample/` folder."""

from ingest.sample.make import make_sample

__all__ = ["make_sample"]
