"""A system without libmagic takes everything in all the same: it is the second opinion about a format, not the first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.fixtures import given

# In a process of its own: what tells formats apart is for those of the sandbox.
WITHOUT = (
    "import sys; from pathlib import Path; sys.modules['magic'] = None\n"
    "from ingest.readers.formats import identify\n"
    "found = identify(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))\n"
    "print(found.puid, found.media_type, found.warnings)"
)


def test_without_libmagic_a_format_is_told_by_pronom_alone(tmp_path: Path) -> None:
    for name, data, told in (
        ("photo.jpg", given.jpeg(), "image/jpeg ()"),
        ("words.txt", b"Some words.\n", "x-fmt/111 text/plain"),
    ):
        scratch = tmp_path / f"scratch-{name}"
        scratch.mkdir()
        (tmp_path / name).write_bytes(data)
        asked = [sys.executable, "-c", WITHOUT, str(tmp_path / name), name, str(scratch)]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert told in done.stdout, done.stderr
