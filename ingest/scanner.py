"""Asks ClamAV's daemon whether there is a virus in a file; the bytes go to it over its socket and nowhere else.

clamd's INSTREAM command, see clamd(8): each piece after its length (four bytes, big endian), an empty one at the end.
"""

from __future__ import annotations

import socket
import struct
from enum import StrEnum
from pathlib import Path

from archive.jobs import TransientError

PIECE = 1 << 18
# It unpacks what is packed and looks through all of it.
PATIENCE_S = 300.0


class ScannerAwayError(TransientError):
    """The program that looks for viruses does not answer; the file waits for it."""

    code = "scanner-away"
    remedy = (
        "Start clamd, or correct the setting `virus_scanner`; the file is looked at as soon as it answers."
    )


class Verdict(StrEnum):
    """What became of looking: nothing found, something found, or more bytes than it takes."""

    CLEAN = "clean"
    FOUND = "found"
    TOO_LARGE = "too-large"


def scan(address: str, path: Path) -> Verdict:
    """Have the daemon at `address` (`unix:/run/clamav/clamd.ctl`, `tcp:127.0.0.1:3310`) look through a file.

    Raises ScannerAwayError where it does not answer, or answers what cannot be understood.
    """
    try:
        with _connected(address) as daemon, path.open("rb") as file:
            try:
                daemon.sendall(b"zINSTREAM\0")
                while piece := file.read(PIECE):
                    daemon.sendall(struct.pack("!L", len(piece)) + piece)
                daemon.sendall(struct.pack("!L", 0))
            except (BrokenPipeError, ConnectionResetError):
                # It hangs up on what is too large for it, after it has said so.
                pass
            return _understood(_answer(daemon))
    except OSError as error:
        raise ScannerAwayError("The program that looks for viruses does not answer.") from error


def _connected(address: str) -> socket.socket:
    scheme, _, rest = address.partition(":")
    if scheme == "unix":
        daemon = socket.socket(socket.AF_UNIX)
        try:
            daemon.settimeout(PATIENCE_S)
            daemon.connect(rest)
        except OSError:
            daemon.close()
            raise
        return daemon
    host, _, port = rest.rpartition(":")
    return socket.create_connection((host, int(port)), PATIENCE_S)


def _answer(daemon: socket.socket) -> str:
    """What it says, up to the NUL; of an answer that is cut off, what came."""
    said = b""
    try:
        while not said.endswith(b"\0") and (more := daemon.recv(4096)):
            said += more
    except ConnectionResetError:
        pass
    return said.rstrip(b"\0\n").decode(errors="replace").strip()


def _understood(said: str) -> Verdict:
    if said.endswith("FOUND"):
        return Verdict.FOUND
    if said.endswith(": OK"):
        return Verdict.CLEAN
    if "size limit exceeded" in said:
        return Verdict.TOO_LARGE
    raise ScannerAwayError("The program that looks for viruses cannot say whether there is one.")
