"""The child's side: take a request, run the function it names, answer; one after another until the parent hangs up."""

from __future__ import annotations

import errno
import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

from ingest.failures import ReadFailure
from ingest.sandbox import guard, landlock
from ingest.sandbox.limits import Limits
from ingest.sandbox.wire import HEADER, pack

TELL_EVERY_S = 0.2
# Not all of /dev: below it lies memory that other programs share.
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
# What of the archive's own rooms the readers lean on: they hold nothing and reach nothing.
LEAVES = ("__init__.py", "captions.py", "same_words.py")
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class Wire:
    """The two pipes to the parent, moved away from standard input and output so that nothing else can write on them."""

    def __init__(self) -> None:
        self.requests: BinaryIO = os.fdopen(os.dup(0), "rb")
        self.answers: BinaryIO = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        self.told = 0.0

    def receive(self) -> dict[str, Any] | None:
        """Return the next request, None when the parent has hung up."""
        header = self.requests.read(HEADER.size)
        if len(header) < HEADER.size:
            return None
        request: dict[str, Any] = json.loads(self.requests.read(HEADER.unpack(header)[0]))
        return request

    def send(self, **message: Any) -> None:
        """Write one message whole."""
        rest = memoryview(pack(message))
        while rest:
            rest = rest[self.answers.write(rest) :]

    def tell_progress(self) -> None:
        """Let the parent know that the reader gets on; said at most a few times a second."""
        if (now := time.monotonic()) - self.told > TELL_EVERY_S:
            self.told = now
            self.send(progress=True)


def main() -> None:
    """Serve requests until the parent closes its end; started by `ingest.sandbox.parent` alone."""
    start = json.loads(sys.argv[1])
    scratch, may_read = Path(start["scratch"]), start["may_read"]
    wire = Wire()
    no_network = guard.give_up_privileges(start["parent"])
    own_folder = landlock.lock(scratch, None if may_read is None else [*_system(), *map(Path, may_read)])
    guard.refuse_the_rest(scratch)
    wire.send(answer={"no_network": no_network, "own_folder_only": own_folder})
    while (request := wire.receive()) is not None:
        guard.apply(Limits(**request["limits"]))
        try:
            reply = _run(request, scratch, wire)
            wire.send(**reply)
        except MemoryError:
            wire.send(failure="too-much-memory")


def _system() -> list[Path]:
    """What Python, its libraries and the readers are made of."""
    folders = (
        "/usr",
        "/lib",
        "/lib64",
        "/bin",
        "/etc",
        "/proc",
        "/sys",
        *DEVICES,
        sys.prefix,
        sys.base_prefix,
    )
    ours = Path(__file__).parents[1]
    house = ours.parent / "archive"
    leaves = [house / name for name in LEAVES]
    return [
        ours,
        *leaves,
        *map(Path, folders),
        *(Path(entry) for entry in sys.path if Path(entry) != ours.parent),
    ]


def _run(request: dict[str, Any], scratch: Path, wire: Wire) -> dict[str, Any]:
    module, _, name = request["function"].partition(":")
    try:
        function = getattr(importlib.import_module(module), name)
        return {"answer": function(request["arguments"], scratch, wire.tell_progress)}
    except ReadFailure as failure:
        return {"failure": failure.code}
    except MemoryError:
        return {"failure": "too-much-memory"}
    except guard.Refused as refused:
        sys.stderr.write(f"{refused}\n")
        return {"failure": "not-allowed"}
    except ImportError as error:
        return {"broken": f"{type(error).__name__}: {error}"}
    except OSError as error:
        return _no_room(error) or {"failure": "damaged"}
    # A parser may raise anything at all on a bad file; whatever it is, the file is what is wrong.
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}\n")
        return {"failure": "damaged"}


def _no_room(error: OSError) -> dict[str, Any] | None:
    if error.errno in NO_ROOM:
        return {"no_room": error.errno}
    return {"failure": "too-much-output"} if error.errno == errno.EFBIG else None


if __name__ == "__main__":
    main()
