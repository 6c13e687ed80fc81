"""Words for why a format is at risk, and for the state in which things are kept, in the visitor's language."""

from __future__ import annotations

from archive.web.words import later

WHY = {
    "old-office": later(
        "An office format from before 2007. Its makers have left it; newer programs open it less and less well."
    ),
    "gone-program": later("The program that it was made for is no longer made."),
    "gone-player": later(
        "The player that it was made for is no longer made, and browsers no longer show it."
    ),
    "one-maker": later("Only one company’s program opens it well."),
    "unknown": later("Nothing we know could tell what it is. Somebody should look at it."),
}
ABOUT = {
    "fixity": later("Bags by when they were last read in full"),
    "records": later("Bags by whether they hold the newest record"),
    "shown": later("Files by what is shown of them"),
    "copies": later("Copies in further stores"),
    "withdrawals": later("What was taken back"),
    "ledger": later("The public ledger"),
}
COUNTS = {
    "read-month": later("Within the last 30 days"),
    "read-quarter": later("30 to 90 days ago"),
    "read-earlier": later("Longer ago"),
    "read-damaged": later("Damaged now"),
    "shown-newest": later("Made by this version of the program"),
    "shown-older": later("Made by an older version, and still to be made anew"),
    "copies-stores": later("Further stores"),
    "copies-there": later("Copies that are as their bag is"),
    "copies-unsound": later("Copies that are not sound"),
    "copies-wait": later("Copies that are still to be made"),
    "copies-lag": later("Days that the first of them has waited"),
    "ledger-days": later("Days that were signed"),
    "ledger-gaps": later("Gaps that were acknowledged"),
    "ledger-behind": later("Days that are still to be signed"),
    "record-newest": later("They hold the newest record"),
    "record-waits": later("The newest record is still to be written"),
    "taken-back-hidden": later("Hidden, and kept"),
    "taken-back-destroyed": later("Destroyed"),
    "ledger-broken": later("Breaks in the ledger of withdrawals"),
}
