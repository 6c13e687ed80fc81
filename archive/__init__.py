"""Remembrance: a community archive of documents, photos and testimonies."""

__version__ = "0.1.0"
