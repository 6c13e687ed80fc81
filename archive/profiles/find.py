"""Where the collections are: beside a checkout's packages, or inside the installed wheel."""

from __future__ import annotations

from pathlib import Path


def find_collections_root() -> Path:
    """The folder that holds one folder a collection; a checkout's own wins, so that an edit shows at once."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent
    # site-packages may hold a folder "collections" of somebody else's: only a checkout has the project file beside it
    if (checkout / "pyproject.toml").is_file() and (checkout / "collections").is_dir():
        return checkout / "collections"
    return package / "_data" / "collections"
