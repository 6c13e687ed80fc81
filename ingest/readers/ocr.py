"""Reading text from pictures with Tesseract, when it is installed and asked for."""

from __future__ import annotations

import io
import shutil
import subprocess

from PIL import Image

from ingest.readers.base import Work

PATIENCE_S = 60
SMALLEST_PX = 60


def wanted(work: Work) -> bool:
    """True when a machine should read pictures and can; notes it when it should and cannot."""
    if not work.options.ocr:
        return False
    if shutil.which("tesseract") is None:
        work.note("ocr-missing")
        return False
    return True


def read(picture: Image.Image, work: Work) -> str:
    """Return the words in a picture, empty when there are none or the machine fails (which is noted)."""
    if min(picture.size) < SMALLEST_PX:
        return ""
    data = io.BytesIO()
    picture.convert("L").save(data, "PPM")
    # Without a shell; the languages are a setting of the archive, not of the file.
    command = ["tesseract", "-", "-", "-l", "+".join(work.options.ocr_languages)]
    try:
        done = subprocess.run(
            command, input=data.getvalue(), capture_output=True, timeout=PATIENCE_S, check=True
        )
    except (subprocess.SubprocessError, OSError):
        work.note("ocr-failed")
        return ""
    words = done.stdout.decode("utf-8", "replace").replace("\f", "").strip()
    if words:
        work.note("text-by-machine")
    return words
