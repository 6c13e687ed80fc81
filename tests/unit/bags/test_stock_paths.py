"""Where a path leads is told as Python tells it, though each folder is looked up once: no link leads out of a bag unseen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from archive.bags import stock

ASKING = """
import json, os, sys
usual = os.path.realpath
sys.argv[1:] = [sys.argv[2]]
sys.path.insert(0, os.path.dirname({child!r}))
import stock_child
told = []
for path in json.load(sys.stdin):
    told.append([path, usual(path), os.path.realpath(path)])
print(json.dumps(told))
"""


def test_each_path_is_told_as_python_tells_it(tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    (bag / "data" / "deep").mkdir(parents=True)
    (bag / "data" / "a.txt").write_text("a")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("s")
    (bag / "data" / "link").symlink_to(tmp_path / "outside" / "secret")
    (bag / "data" / "folder").symlink_to("../../outside")
    (bag / "data" / "round").symlink_to("round")
    (tmp_path / "other").symlink_to("bag")
    names = [
        "a.txt",
        "link",
        "folder",
        "folder/secret",
        "folder/../a.txt",
        "deep",
        "deep/..",
        "deep/.",
        "round",
        "round/x",
    ]
    names += ["../../outside/secret", "nothing", "nothing/more", "", ".", "..", "a.txt/x"]
    asked = [os.path.join(root, "data", name) for root in (bag, tmp_path / "other") for name in names]  # noqa: PTH118
    asked += [str(bag), str(tmp_path / "other"), "/", "", "relative", "./relative/x"]
    library = stock._library()
    assert library is not None
    done = subprocess.run(
        [sys.executable, "-I", "-c", ASKING.format(child=stock.CHILD), "", library],
        # Twice, so that what is remembered is told too.
        input=json.dumps(asked * 2),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    told = json.loads(done.stdout)
    assert len(told) == 2 * len(asked)
    assert [(path, ours) for path, usual, ours in told if ours != usual] == []


def test_a_folder_that_became_a_link_between_two_looks_is_seen(tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    made = "import bagit, sys; bagit.make_bag(sys.argv[1], checksums=['sha512'])"
    (bag / "deep").mkdir(parents=True)
    (bag / "deep" / "a.txt").write_text("a")
    subprocess.run([sys.executable, "-c", made, str(bag)], check=True, capture_output=True)
    with stock.StockValidator() as validator:
        assert validator.validate(bag, 30).valid
        (bag / "data" / "deep").rename(tmp_path / "deep")
        (bag / "data" / "deep").symlink_to(tmp_path / "deep")
        report = validator.validate(bag, 30)
    assert not report.valid and "unsafe" in report.message, report
