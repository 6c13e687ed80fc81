"""Keeps what had arrived when a database was lost and was in no bag yet: a database made again has no rows of it.

Only the backup of the database could tell whose it is; without this the next worker would take it for leftovers.
"""

from __future__ import annotations

from pathlib import Path

from archive.durable import fsync_path
from archive.services.opening import Archive, exclusively
from archive.services.sweep import LOCK, stray_bytes
from archive.settings import Settings

FOLDER = "arrived-before-rebuild"


def folder(settings: Settings) -> Path:
    """Where it is kept."""
    return settings.home / FOLDER


def kept(settings: Settings) -> int:
    """How many pieces are kept."""
    place = folder(settings)
    return sum(1 for one in place.rglob("*") if one.is_file()) if place.is_dir() else 0


def set_aside(archive: Archive) -> int:
    """Move what lies in staging without a row to a place where nothing is swept; returns how many pieces it was.

    For whoever is about to make rows of bags; what arrives meanwhile has its row first.
    """
    staging, place = archive.settings.staging, folder(archive.settings)
    with exclusively(archive.settings.run / LOCK):
        strays = [one for one in stray_bytes(archive) if one.is_relative_to(staging)]
        for stray in strays:
            target = place / stray.relative_to(staging)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            number = 1
            while target.exists():
                number += 1
                target = target.with_name(f"{stray.name}-{number}")
            stray.rename(target)
            fsync_path(target.parent)
            fsync_path(stray.parent)
        if strays:
            fsync_path(place.parent)
    return len(strays)
