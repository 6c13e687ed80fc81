"""What the build does beyond copying: compiles the translations, so that a wheel needs nothing at run time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface):  # type: ignore[misc]
    """Compiles every messages.po of the web pages to the messages.mo beside it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and have the results packed although git ignores them."""
        root = Path(self.root)
        for source in sorted((root / "archive" / "web" / "translations").glob("*/LC_MESSAGES/messages.po")):
            compiled = source.with_suffix(".mo")
            with source.open("rb") as reading, compiled.open("wb") as writing:
                write_mo(writing, read_po(reading, locale=source.parent.parent.name))
            build_data["artifacts"].append(compiled.relative_to(root).as_posix())
