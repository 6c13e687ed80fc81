"""An index that is made anew counts only when it holds what it was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.models.errors import IntegrityError
from archive.search.generations import Generations


def test_one_that_lacks_something_never_takes_the_place_of_the_one_that_serves(tmp_path: Path) -> None:
    folders = Generations(tmp_path, 1)
    assert folders.made_anew(1.0, lambda _folder: 2, lambda _folder: 2) == 2
    serving = folders.current()
    with pytest.raises(IntegrityError):
        folders.made_anew(1.0, lambda _folder: 3, lambda _folder: 2)
    assert folders.current() == serving and serving is not None and serving.is_dir()
