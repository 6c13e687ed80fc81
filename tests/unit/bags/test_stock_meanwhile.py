"""What is done in this process while the stock library reads is done once, and what fails there is not its answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.bags import StockValidator
from archive.bags.errors import BagRefusedError
from archive.bags.read import read_bag

MADE = "import bagit, sys; bagit.make_bag(sys.argv[1], checksums=['sha512'])"


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    folder = tmp_path / "bag"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    subprocess.run([sys.executable, "-c", MADE, str(folder)], check=True, capture_output=True)
    return folder


def test_both_are_heard_and_the_answer_is_the_library_s(bag: Path) -> None:
    done: list[int] = []
    with StockValidator() as validator:
        assert validator.validate(bag, 30, lambda: done.append(1)).valid
        (bag / "data" / "a.txt").write_text("b")
        assert not validator.validate(bag, 30, lambda: done.append(2)).valid
    assert done == [1, 2]


@pytest.mark.parametrize("error", [OSError("the disk"), TimeoutError(), EOFError(), KeyboardInterrupt()])
def test_what_fails_meanwhile_goes_on_and_the_next_bag_gets_its_own_answer(
    bag: Path, tmp_path: Path, error: BaseException
) -> None:
    def failing() -> None:
        raise error

    with StockValidator() as validator:
        with pytest.raises(type(error)) as raised:
            validator.validate(bag, 30, failing)
        assert raised.value is error
        assert not validator.validate(tmp_path / "nothing", 30).valid
        assert validator.validate(bag, 30).valid


def test_a_bag_that_our_reader_refuses_is_refused_whatever_the_library_says(bag: Path) -> None:
    # It is no bag of ours, though it is one: it names nobody's item.
    with StockValidator() as validator, pytest.raises(BagRefusedError):
        validator.validate(bag, 30, lambda: read_bag(bag))


def test_of_a_library_that_was_killed_nothing_is_heard_and_it_is_begun_again(bag: Path) -> None:
    with StockValidator() as validator:
        assert validator.validate(bag, 30).valid
        assert validator._child is not None
        os.kill(validator._child.pid, signal.SIGKILL)
        validator._child.wait()
        done: list[int] = []
        # Whoever asks at the moment of its end.
        validator._running = lambda: validator._child  # type: ignore[method-assign]
        assert validator.validate(bag, 30, lambda: done.append(1)).undecided
        del validator._running
        assert validator.validate(bag, 30).valid
    assert done == [1]
