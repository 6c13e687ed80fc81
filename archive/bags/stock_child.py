"""The child process in which the stock BagIt library works; started by `stock`, one request and one answer a line.

It imports nothing of ours and holds no state, so it may be killed at any moment. The library can wait for ever (on a
pipe in the bag) and raises almost anything on a bad bag: hence the alarm, which ends the process, and the broad except.
"""

from __future__ import annotations

import json
import os
import signal
import sys

# Isolated, Python looks only into its own folder of packages: the library may be in another one, which is told.
sys.path += sys.argv[1:]

import bagit

LONGEST_MESSAGE = 500


def _validate(path: str) -> tuple[bool, str]:
    try:
        bagit.Bag(path).validate()
    except Exception as error:
        return False, f"{type(error).__name__}: {error}"[:LONGEST_MESSAGE]
    return True, ""


def main() -> None:
    """Answer `{"path", "seconds"}` with `{"valid", "message"}` until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever the library says must not pass for an answer
    for line in sys.stdin:
        request = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, request["seconds"])
        valid, message = _validate(request["path"])
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(json.dumps({"valid": valid, "message": message}) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
