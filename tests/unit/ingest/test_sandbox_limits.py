"""Whatever a reader does in the sandbox, the archive lives on and the next file is read."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.failures import ReadFailure
from ingest.sandbox import Limits, Sandbox, SandboxPool

GUESTS = "tests.fixtures.sandbox_guests"
SHORT = Limits(stall_s=0.5, wall_s=3, memory_mb=96, answer_mb=1, file_mb=2)
ROOMY = Limits(stall_s=20, wall_s=60, memory_mb=96, answer_mb=1, file_mb=2)


@pytest.fixture(scope="module")
def guarded() -> Iterator[Sandbox]:
    with Sandbox() as one:
        yield one


def run(sandbox: Sandbox, guest: str, limits: Limits = ROOMY, **arguments: Any) -> Any:
    return sandbox.call(f"{GUESTS}:{guest}", arguments, limits)


@pytest.mark.parametrize(
    ("guest", "limits", "code"),
    [
        ("sleep", SHORT, "took-too-long"),
        ("spin", SHORT, "took-too-long"),
        ("get_on_for_ever", SHORT, "took-too-long"),
        ("eat_memory", ROOMY, "too-much-memory"),
        ("eat_memory_at_once", ROOMY, "too-much-memory"),
        ("ask_for_memory_and_not_use_it", ROOMY, "too-much-memory"),
        ("end_for_want_of_memory", ROOMY, "too-much-memory"),
        ("abort", ROOMY, "parser-crashed"),
        ("leave", ROOMY, "parser-crashed"),
        ("raise_anything", ROOMY, "damaged"),
        ("recurse", ROOMY, "damaged"),
        ("answer_too_much", ROOMY, "too-much-output"),
        ("write_too_much", ROOMY, "too-much-output"),
        ("start_program", ROOMY, "not-allowed"),
    ],
)
def test_a_reader_that_oversteps_is_stopped_with_a_reason_and_the_next_file_is_read(
    guarded: Sandbox, guest: str, limits: Limits, code: str
) -> None:
    with pytest.raises(ReadFailure) as stopped:
        run(guarded, guest, limits)
    assert stopped.value.code == code
    assert run(guarded, "answer", word="next") == {"word": "next"}


def test_a_reader_that_gets_on_may_take_longer_than_one_that_is_silent(guarded: Sandbox) -> None:
    assert run(guarded, "get_on_slowly", Limits(stall_s=0.6, wall_s=30)) == "done"


def test_one_child_serves_many_files(guarded: Sandbox) -> None:
    assert len({run(guarded, "process_id") for _ in range(3)}) == 1


def test_what_a_reader_holds_of_earlier_files_is_not_counted_against_the_next() -> None:
    with Sandbox() as fresh:
        assert [run(fresh, "keep_memory", ROOMY) for _ in range(3)] == ["done"] * 3


def test_what_a_reader_prints_is_neither_taken_for_its_answer_nor_kept_whole(guarded: Sandbox) -> None:
    assert run(guarded, "chatter") == "done"
    assert len(guarded.noise) <= 4096


def test_names_that_are_not_utf8_pass_unchanged(guarded: Sandbox) -> None:
    name = os.fsdecode(b"caf\xe9\n\x00.jpg")
    assert run(guarded, "answer", name=name) == {"name": name}


@pytest.mark.parametrize("way", ["open_socket", "open_socket_natively"])
def test_a_reader_reaches_no_network(guarded: Sandbox, way: str) -> None:
    run(guarded, "answer")
    if way == "open_socket_natively" and not any(guarded.protections.values()):
        pytest.skip("this kernel lets no process give up its network")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        try:
            assert run(guarded, way, port=server.getsockname()[1]) == -1
        except ReadFailure as failure:
            assert failure.code == "not-allowed"
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("way", ["write_outside", "write_outside_natively"])
def test_a_reader_cannot_change_a_file_outside_its_scratch_folder(
    guarded: Sandbox, tmp_path: Path, way: str
) -> None:
    original = tmp_path / "original.jpg"
    original.write_text("as given")
    run(guarded, "answer")
    if way == "write_outside_natively" and not guarded.protections["own_folder_only"]:
        pytest.skip("this kernel has no Landlock")
    try:
        assert run(guarded, way, path=str(original)) == -1
    except ReadFailure as failure:
        assert failure.code == "not-allowed"
    assert original.read_text() == "as given"


def test_a_reader_reads_only_the_folders_it_is_given(tmp_path: Path) -> None:
    for folder in ("staging", "keys"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file").write_text(folder)
    with Sandbox(may_read=(tmp_path / "staging", Path(__file__).parents[3] / "tests")) as one:
        assert run(one, "read_file", path=str(tmp_path / "staging" / "file")) == "staging"
        if not one.protections["own_folder_only"]:
            pytest.skip("this kernel has no Landlock")
        with pytest.raises(ReadFailure):
            run(one, "read_file", path=str(tmp_path / "keys" / "file"))


def test_a_reader_sees_none_of_the_secrets_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMEMBRANCE_SECRET", "a secret")
    with Sandbox() as one:
        assert "a secret" not in str(run(one, "show_environment"))


def test_the_scratch_folder_is_empty_for_each_file_and_gone_at_the_end() -> None:
    with Sandbox() as one:
        assert run(one, "leave_a_file") == []
        assert run(one, "leave_a_file") == []
        scratch = one.scratch
        assert scratch.exists()
    assert not scratch.exists()


def test_a_library_that_is_not_installed_is_an_error_of_the_house_and_not_of_the_file(
    guarded: Sandbox,
) -> None:
    with pytest.raises(RuntimeError, match="no_such_library"):
        run(guarded, "import_what_is_missing")


def test_the_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = (
        "import sys, time; from ingest.sandbox import Limits, Sandbox; s = Sandbox(); "
        f"print(s.call('{GUESTS}:process_id', {{}}, Limits()), s.scratch, flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline().split()[0])
        parent.send_signal(signal.SIGKILL)
    assert ended(child)


def test_the_child_ends_when_the_sandbox_is_closed() -> None:
    with Sandbox() as one:
        child = run(one, "process_id")
    assert ended(child)


def test_a_pool_gives_each_caller_a_child_of_its_own() -> None:
    with SandboxPool(2) as pool, pool.lend() as one, pool.lend() as other:
        assert run(one, "process_id") != run(other, "process_id")


def test_nothing_of_a_file_stays_in_a_sandbox_that_was_given_back() -> None:
    with SandboxPool(1) as pool:
        with pool.lend() as one:
            run(one, "leave_a_file")
            assert [path.name for path in one.scratch.iterdir()] == ["left"]
        assert list(one.scratch.iterdir()) == []
        with pytest.raises(ZeroDivisionError), pool.lend() as one:
            run(one, "leave_a_file")
            raise ZeroDivisionError
        assert list(one.scratch.iterdir()) == []


def ended(process: int) -> bool:
    for _ in range(200):
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False
