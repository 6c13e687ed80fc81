"""What a page of an error says: what happened, what was kept, what to do next, for each status and each known error."""

from __future__ import annotations

from dataclasses import dataclass

from archive.web.pages_conflict import conflict_words
from archive.web.words import _

CODES = {400: "bad-input", 403: "forbidden", 404: "not-found", 409: "conflict", 413: "too-large"}


@dataclass(frozen=True)
class ErrorPage:
    """What happened, and what to do next."""

    status: int
    code: str
    title: str
    sentence: str
    remedy: str


@dataclass(frozen=True)
class WithdrawnPage:
    """What stands in the place of something that was taken back: the day, words that were written for it, and who `wrote` them."""

    title: str
    sentence: str
    on: str
    words: str
    wrote: str


def wrote(*, by_giver: bool) -> str:
    """Who wrote what stands in the place of something that was taken back."""
    return _("Whoever gave it wrote:") if by_giver else _("Those who look after the archive wrote:")


@dataclass(frozen=True)
class BarePage:
    """An error in one language, for a page that may show several, and the words of the link that leads away."""

    says: ErrorPage
    language: str
    leave: str


def known(status: int) -> ErrorPage | None:
    """The page of a status, if it has one of its own."""
    words = _words().get(status)
    return ErrorPage(status, CODES.get(status, f"http-{status}"), *words) if words else None


def told_as(status: int) -> ErrorPage:
    """The page of a status, or of what is nearest to it."""
    return known(status) or (known(400) if status < 500 else None) or failed(status)


def failed(status: int) -> ErrorPage:
    """The page of what went wrong here, at no fault of whoever asked."""
    return ErrorPage(
        status,
        f"http-{status}",
        _("Something went wrong"),
        _("This page could not be made. Nothing that was kept is lost."),
        _("Try again. If it happens again, tell the people who run this archive."),
    )


def old_form() -> ErrorPage:
    """The page of a form whose token does not hold."""
    return ErrorPage(
        400,
        "old-form",
        _("This form is too old"),
        _("The form was opened too long ago, or not on this site. Nothing was changed."),
        _("Go back, open the page again and send it once more."),
    )


def sent_already() -> ErrorPage:
    """The page of what was asked of a draft that is none any more, as by going back after it was sent."""
    return ErrorPage(
        404,
        "draft-gone",
        _("This was sent already"),
        _("The draft that this page is about was sent already, or thrown away. Nothing more was changed."),
        _("Look where things stand: what was sent can be put right and added to there."),
    )


def form_too_long(most: str) -> ErrorPage:
    """The page of a form that is longer than is heard out; of what somebody is giving, or gave, the rest stays."""
    return ErrorPage(
        413,
        "form-too-long",
        _("Too long to be read"),
        _(
            "What was typed on this page is longer than %(most)s, so it was not read and is not kept. Everything from "
            "the pages before is kept, as are your files.",
            most=most,
        ),
        _("Go back: your browser may still have it. Put long texts into a file, and add the file."),
    )


def disk_failing() -> ErrorPage:
    """The page of what the disk could not take, and what is therefore not kept."""
    return ErrorPage(
        503,
        "storage-failing",
        _("The disk does not answer"),
        _("The disk could not take this, so it was not kept."),
        _("Try again in a while. What was acknowledged before is kept."),
    )


def no_index(code: str) -> ErrorPage:
    """The page of a search while the index has to be made anew."""
    return ErrorPage(
        503,
        code,
        _("Nothing can be searched for now"),
        _("What this archive finds things by has to be made anew first. Nothing that was kept is lost."),
        _("Try again in a few minutes. What needs no search can be opened all the while."),
    )


def not_now() -> ErrorPage:
    """The page of what a thing's state does not allow; that somebody changed it is said only where it is so."""
    return ErrorPage(
        409,
        CODES[409],
        _("This cannot be done now"),
        _("It is not in a state in which this can be done."),
        _("Look at it as it is now and decide again."),
    )


def exactly(code: str) -> tuple[str, str] | None:
    """What an error that somebody can meet on a page says in their language: the sentence, and what to do."""
    again = _("Look at it as it is now and decide again.")
    return {
        **conflict_words(),
        "tries-in-turn": (
            _("Many wrong codes come the same way just now."),
            _("Wait a moment, then try again."),
        ),
        "too-many-tries": (_("There were too many wrong codes."), _("Wait ten minutes, then try again.")),
        "receipts-busy": (
            _("Other receipts are being checked just now."),
            _("Try again in a minute. Your receipt was not kept."),
        ),
        "code-exists": (
            _("There is a code already."),
            _("It cannot be shown again. Whoever has it can come back with it."),
        ),
        "not-sent": (_("Nothing was given yet, so there is no receipt."), _("Send it first.")),
        "stale-version": (_("It was changed in another window, or by somebody else."), again),
    }.get(code)


def _words() -> dict[int, tuple[str, str, str]]:
    return {**_words_of_asking(), **_words_of_limits(), **_words_of_ours()}


def _words_of_asking() -> dict[int, tuple[str, str, str]]:
    """Of what cannot be asked so."""
    back = _("Go back and try again.")
    return {
        400: (_("This cannot be used"), _("The request cannot be understood."), back),
        403: (
            _("Not yours to do"),
            _("Your role does not allow this."),
            _("Ask somebody whose role allows it."),
        ),
        404: (
            _("Nothing here"),
            _("There is nothing at this address, or it is not shown."),
            _("Check the address, or search for what you are looking for."),
        ),
        405: (_("Not possible here"), _("This page does not take that kind of request."), back),
        408: (
            _("The connection was too slow"),
            _("What was sent did not arrive in time."),
            _("Try again where the connection is better. What has arrived is kept."),
        ),
        409: (
            _("Changed in the meantime"),
            _("Somebody else changed this first."),
            _("Look at it as it is now and decide again."),
        ),
        415: (
            _("This cannot be used"),
            _("It was sent in a way that this page does not understand."),
            _("Go back, open the page again and send it once more."),
        ),
        416: (_("No such part"), _("The file has no such part."), _("Open it from the beginning.")),
    }


def _words_of_limits() -> dict[int, tuple[str, str, str]]:
    """Of what is more than there is room or time for."""
    return {
        413: (
            _("Too large"),
            _("What was sent is larger than this archive takes at once."),
            _("Send less at once."),
        ),
        414: (
            _("This address is too long"),
            _("The address of the page, or what was searched for, is too long."),
            _("Go back and use fewer words."),
        ),
        429: (
            _("Too much at once"),
            _("More was sent within an hour than one person may send."),
            _("Go on in an hour. What has arrived is kept."),
        ),
        431: (
            _("Your browser sent too much about itself"),
            _("The browser sent more along with the request than this site reads."),
            _("Close the browser, open it again and try once more, or use a private window."),
        ),
        507: (
            _("No room left"),
            _("There is no room left to keep it safely."),
            _("What was acknowledged is kept. Tell the people who run this archive."),
        ),
    }


def _words_of_ours() -> dict[int, tuple[str, str, str]]:
    """Of what is in the way on our side."""
    return {
        503: (
            _("Busy for a moment"),
            _("The archive has too much to do just now. Nothing that was kept is lost."),
            _("Wait a minute, then try again."),
        ),
    }
