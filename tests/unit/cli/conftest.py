"""The command line as its own program would run it, within the process of a test."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from archive.cli.main import main
from tests.fixtures.commands import Done, Run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in this process, as its own program would, in an empty folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    def run(home: Path, *arguments: str | Path, given: str = "", **more: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["remembrance", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        for name, value in {"REMEMBRANCE_HOME": str(home), **more}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        for name in more:
            monkeypatch.delenv(name)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return Done(int(ended.value.code or 0), said.out, said.err)

    return run
