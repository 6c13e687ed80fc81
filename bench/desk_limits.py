"""What the desk may take at the most, and what its answers are held against; read by `bench.desk`."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

Times = Mapping[str, Sequence[float]]
# In the median, with four curators at once.
MOST_MS = {"queue": 100.0, "review page": 100.0, "publish": 100.0}
# Each, not only most of them: whoever publishes looks whether it can be found.
FOUND_MS = 2000.0
# The least that a page, and a change of one row, of the same program can take for the same person: all that is asked of the
# archive for them is who they are.
PAGE, WRITE = "trivial page", "trivial write"
HELD_AGAINST = {"queue": PAGE, "review page": PAGE, "publish": WRITE}


def report(times: Times) -> str:
    """A line a kind of answer: milliseconds, how many times as long as the least there can be, and what is allowed."""
    lines = [f"{'':13} {'median':>8} {'95 of 100':>10} {'most':>8} {'ratio':>6} {'allowed':>14} {'asked':>6}"]
    for name, found in times.items():
        late = statistics.quantiles(found, n=20, method="inclusive")[-1] if len(found) > 1 else found[0]
        least = HELD_AGAINST.get(name)
        ratio = f"{statistics.median(found) / statistics.median(times[least]):.1f}" if least else ""
        allowed = f"{MOST_MS[name]:.0f} in the median" if name in MOST_MS else ""
        allowed = f"{FOUND_MS:.0f} each" if name == "found" else allowed
        lines.append(
            f"{name:13} {statistics.median(found):8.1f} {late:10.1f} {max(found):8.1f} {ratio:>6} {allowed:>14} {len(found):6}"
        )
    return "\n".join(lines)


def passed(times: Times) -> list[str]:
    """Every limit that was passed, in a sentence each; none when all is as it was promised."""
    over = [
        f"{name}: {statistics.median(times[name]):.0f} ms in the median, {most:.0f} are allowed"
        for name, most in MOST_MS.items()
        if statistics.median(times[name]) > most
    ]
    late = [one for one in times["found"] if one > FOUND_MS]
    if late or not times["found"]:
        over.append(
            f"found: {len(late)} of {len(times['found'])} later than {FOUND_MS:.0f} ms, the last after {max(late, default=0):.0f}"
        )
    return over
